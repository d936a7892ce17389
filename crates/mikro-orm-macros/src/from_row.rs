//! `#[derive(FromRow)]`: rows of raw statements as plain structs.

use crate::parse::{self, Errors, Options};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// From tokens to tokens.
pub fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let name = &input.ident;
    let options = Options::read(&input.attrs, format!("`{name}`"), &["crate"], (&[], ""), &mut errors);
    let root = parse::crate_path(&options, &mut errors);
    let root = quote!(#root::__private);
    let Some(fields) = parse::named_fields(&input, "FromRow", &mut errors) else { return errors.to_tokens() };
    let columns: Vec<_> = fields
        .named
        .iter()
        .filter_map(|field| {
            let ident = field.ident.as_ref()?;
            let on = format!("`{name}.{}`", ident.unraw());
            let options = Options::read(&field.attrs, on, &["name"], (&["crate"], "the struct"), &mut errors);
            let column = options.text("name", &mut errors).map_or_else(|| ident.unraw().to_string(), |column| column.value());
            let ty = &field.ty;
            Some(quote::quote_spanned!(ty.span()=> #ident: row.named::<#ty>(#column)?))
        })
        .collect();
    let errors = errors.to_tokens();
    quote! {
        #[automatically_derived]
        impl #root::em::FromRow for #name {
            fn from_row(row: &#root::em::RawRow<'_>) -> ::std::result::Result<Self, #root::error::Error> {
                ::std::result::Result::Ok(#name { #(#columns),* })
            }
        }
        #errors
    }
}
