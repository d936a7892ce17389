//! `Book::title`: fields and relations as values.

use crate::parse::{Entity, Field};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// One constant per field that has no `no_const`, with the field's span: a clash with a function of the
/// user's own is reported there.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { ident: owner, module, name: owner_name, .. } = entity;
    // the columns of what is embedded come behind the fields
    let embedded: Vec<_> = (0..).zip(&entity.fields).filter(|(_, field)| field.attributes.embedded.is_some()).collect();
    let embedded: Vec<_> = embedded.into_iter().map(|(place, field)| (place, places(field, &quote!(__orm)))).collect();
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
                let before = embedded.iter().filter(|(place, _)| *place < usize::from(index)).map(|(_, places)| places);
                let count = entity.fields.len();
                let ty = properties_of(field, &quote!(#owner), &quote!(__orm), span);
                quote_spanned! {span=>
                    #[doc = #doc]
                    pub const #name: #ty = <#ty>::__in(#index, (#count #(+ #before)*) as u16);
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

/// The type of an embedded field's constant.
pub fn properties_of(field: &Field, owner: &TokenStream, orm: &TokenStream, span: Span) -> TokenStream {
    let ty = &field.ty;
    let orm: TokenStream = orm
        .clone()
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect();
    if field.is_object() {
        quote_spanned!(span=> #orm::embeddable::object::ObjectPropertiesOf<#ty, #owner>)
    } else {
        quote_spanned!(span=> #orm::embeddable::PropertiesOf<#ty, #owner>)
    }
}

/// How many places the properties in a field take behind the entity's own.
pub fn places(field: &Field, orm: &TokenStream) -> TokenStream {
    let ty = &field.ty;
    if field.is_object() {
        quote!(<#ty as #orm::embeddable::object::ObjectField>::PLACES)
    } else {
        quote!(<<#ty as #orm::embeddable::EmbeddedField>::Embeddable as #orm::embeddable::Embeddable>::PLACES)
    }
}
