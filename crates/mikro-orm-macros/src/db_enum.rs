//! `#[derive(DbEnum)]`: enums whose values live in one column.

use crate::parse::{self, Errors, Options};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, LitStr, Variant};

/// Integers that an enum can be stored as.
const INTEGERS: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32"];

/// From tokens to tokens.
pub fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let name = input.ident.unraw().to_string();
    let options = Options::read(&input.attrs, format!("`{name}`"), &["crate"], (&["name"], "a variant"), &mut errors);
    let root = parse::crate_path(&options, &mut errors);
    let root = quote!(#root::__private);
    let integer = integer(&input, &mut errors);
    let variants = variants(&input, &mut errors);
    let values = stored(&name, &variants, integer.is_some(), &mut errors);
    if !errors.is_empty() {
        return errors.to_tokens();
    }
    let ident = &input.ident;
    let glue = crate::db_type::impls(ident);
    let idents: Vec<&Ident> = variants.iter().map(|variant| &variant.ident).collect();
    let names = variants.iter().map(|variant| variant.ident.unraw().to_string());
    let values: Vec<TokenStream> = match &integer {
        Some(_) => idents.iter().map(|variant| quote!(__orm::field::EnumValue::Number(#ident::#variant as i64))).collect(),
        None => values.iter().map(|value| quote!(__orm::field::EnumValue::Text(#value))).collect(),
    };
    let (database, value) = match &integer {
        Some(integer) => (quote!(#integer), quote!(__orm::value::Value::Int(*self as i64))),
        None => (
            quote!(::std::string::String),
            quote!(match __orm::field::DbEnum::stored(self) {
                __orm::field::EnumValue::Text(text) => __orm::value::Value::Text(text.into()),
                __orm::field::EnumValue::Number(number) => __orm::value::Value::Int(number),
            }),
        ),
    };
    let to_database = match &integer {
        Some(integer) => quote!(*self as #integer),
        None => quote!(match __orm::field::DbEnum::stored(self) {
            __orm::field::EnumValue::Text(text) => text.into(),
            __orm::field::EnumValue::Number(_) => ::std::string::String::new(),
        }),
    };
    quote! {
        const _: () = {
            use #root as __orm;
            #glue
            #[automatically_derived]
            impl __orm::field::DbEnum for #ident {
                const VALUES: &'static [Self] = &[#(#ident::#idents),*];
                fn stored(&self) -> __orm::field::EnumValue {
                    match self {
                        #(#ident::#idents => #values,)*
                    }
                }
            }
            #[automatically_derived]
            impl __orm::field::CustomType for #ident {
                type Database = #database;
                const ITEMS: ::core::option::Option<&'static [__orm::field::EnumItem]> =
                    ::core::option::Option::Some(&[#(__orm::field::EnumItem { name: #names, value: #values }),*]);
                fn to_database(&self) -> #database {
                    #to_database
                }
                fn from_database(stored: #database) -> ::core::result::Result<Self, __orm::value::ValueError> {
                    __orm::field::DbEnum::of_stored(&__orm::field::Scalar::to_value(&stored))
                }
                fn value(&self) -> __orm::value::Value<'_> {
                    #value
                }
            }
        };
    }
}

/// The integer of `#[repr(..)]`, when there is one.
fn integer(input: &DeriveInput, errors: &mut Errors) -> Option<Ident> {
    let mut found = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        // (what can't be parsed is the compiler's to report)
        let _ = attribute.parse_nested_meta(|meta| {
            if let Some(ident) = meta.path.get_ident() {
                if INTEGERS.iter().any(|known| ident == known) {
                    found = Some(ident.clone());
                } else if matches!(ident.to_string().as_str(), "u64" | "usize" | "isize" | "i128" | "u128") {
                    errors.push(
                        ident,
                        format!("`{}`: an enum is stored as one of {}; choose one of these", input.ident, INTEGERS.join(", ")),
                    );
                }
            }
            Ok(())
        });
    }
    found
}

fn variants<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<&'a Variant> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        errors
            .push(name, format!("`{name}` is no enum, which `#[derive(DbEnum)]` is for: for other types implement `CustomType`"));
        return Vec::new();
    };
    if data.variants.is_empty() {
        errors.push(name, format!("`{name}` has no variants: there is no value to store"));
    }
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = format!("`{name}::{}` has fields, and a column holds one value: implement `CustomType`", variant.ident);
            errors.push(&variant.ident, message);
        }
    }
    data.variants.iter().collect()
}

/// What is stored for each variant.
fn stored(name: &str, variants: &[&Variant], numeric: bool, errors: &mut Errors) -> Vec<LitStr> {
    let mut found: Vec<LitStr> = Vec::with_capacity(variants.len());
    for variant in variants {
        let ident = variant.ident.unraw();
        let on = format!("`{name}::{ident}`");
        let options = Options::read(&variant.attrs, on.clone(), &["name"], (&["crate"], "the enum"), errors);
        let chosen = options.text("name", errors);
        if let Some(chosen) = chosen.as_ref().filter(|_| numeric) {
            errors.push(chosen, format!("{on}: `name` is for enums that are stored as texts; this one is stored as numbers"));
        }
        let value = chosen.unwrap_or_else(|| LitStr::new(&parse::snake_case(&ident.to_string()), variant.ident.span()));
        if !numeric && found.iter().any(|known| known.value() == value.value()) {
            errors.push(
                &format_ident!("{}", variant.ident),
                format!("{on}: `{}` is stored for another variant, too; give it another `name`", value.value()),
            );
        }
        found.push(value);
    }
    found
}
