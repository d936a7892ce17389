//! `Book::title`: fields and relations as values.

use crate::parse::Entity;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// One constant per field that has no `no_const`, with the field's span: a clash with a function of the
/// user's own is reported there.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { ident: owner, module, name: owner_name, .. } = entity;
    // the columns of what is embedded come behind the fields
    let embedded: Vec<_> = (0..).zip(&entity.fields).filter(|(_, field)| field.attributes.embedded.is_some()).collect();
    let embedded: Vec<_> = embedded.into_iter().map(|(place, field)| (place, &field.ty)).collect();
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
            } else if field.attributes.embedded.is_some() {
                let doc = format!("The embedded `{owner_name}.{}`.", field.name);
                let before = embedded.iter().filter(|(place, _)| *place < usize::from(index)).map(|(_, ty)| ty);
                let (count, ty) = (entity.fields.len(), ty);
                quote_spanned! {span=>
                    #[doc = #doc]
                    pub const #name: __orm::embeddable::PropertiesOf<#ty, #owner> =
                        <__orm::embeddable::PropertiesOf<#ty, #owner>>::__at(
                            (#count #(+ <#before as __orm::field::Scalar>::ARITY)*) as u16,
                        );
                }
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
