//! `Book::title`: fields and relations as values.

use crate::parse::Entity;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// One constant per field that has no `no_const`, with the field's span: a clash with a function of the
/// user's own is reported there.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { ident: owner, module, name: owner_name, .. } = entity;
    let constants: Vec<_> = entity
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !entity.no_const && !field.attributes.no_const)
        .map(|(index, field)| {
            let (name, ty, span) = (&field.ident, &field.ty, field.ident.span());
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            if field.is_populatable() {
                let what = if field.is_relation() { "relation" } else { "lazy column" };
                let doc = format!("The {what} `{owner_name}.{}`.", field.name);
                quote_spanned!(span=> #[doc = #doc] pub const #name: #module::#name = #module::#name;)
            } else {
                let doc = format!("The column `{owner_name}.{}`.", field.name);
                quote_spanned! {span=>
                    #[doc = #doc]
                    pub const #name: __orm::query::Property<#owner, #ty> = __orm::query::Property::new(#index);
                }
            }
        })
        .collect();
    if constants.is_empty() {
        return TokenStream::new();
    }
    quote! {
        impl #owner {
            #(#constants)*
        }
    }
}
