//! A key in the place of an entity: `.author(7)`, `em.find_one(7)`, `Book::author.eq(7)`.

use super::alias;
use crate::parse::{Entity, Field, Kind};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The type of the key: of several fields, a tuple; of a relation, the key that it refers to.
pub fn key_type(entity: &Entity) -> TokenStream {
    let types: Vec<_> = entity.keys().map(part_type).collect();
    match &types[..] {
        [] => quote!(__orm::field::NoKey),
        [one] => one.clone(),
        several => quote!((#(#several),*)),
    }
}

fn part_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if field.kind == Kind::ToOne {
        let target = field.target(&alias());
        return quote!(<#target as __orm::entity::Entity>::Key);
    }
    quote!(#ty)
}

/// What the key can be given as: its own type, `&str` where that is `String`, and for a relation what the key that
/// it refers to can be given as.
pub fn expand(entity: &Entity) -> TokenStream {
    let owner = &entity.ident;
    let keys: Vec<_> = entity.keys().collect();
    let key = key_type(entity);
    if let [field] = keys[..] {
        let ty = &field.ty;
        if field.kind == Kind::ToOne {
            let target = field.target(&alias());
            return quote! {
                impl<__K> __orm::derived::KeyedBy<__K> for #owner where #target: __orm::derived::KeyedBy<__K> {
                    fn key(key: __K) -> #key {
                        <#target as __orm::derived::KeyedBy<__K>>::key(key)
                    }
                }
            };
        }
        let text = field.string.then(|| {
            quote! {
                impl __orm::derived::KeyedBy<&str> for #owner {
                    fn key(key: &str) -> #ty {
                        ::std::string::String::from(key)
                    }
                }
            }
        });
        return quote! {
            impl __orm::derived::KeyedBy<#ty> for #owner {
                fn key(key: #ty) -> #ty {
                    key
                }
            }
            #text
        };
    }
    let given: Vec<_> = (0..keys.len()).map(|i| format_ident!("K{i}")).collect();
    let bounds = keys.iter().zip(&given).map(|(field, given)| {
        let ty = &field.ty;
        if field.kind == Kind::ToOne {
            let target = field.target(&alias());
            quote!(#target: __orm::derived::KeyedBy<#given>)
        } else {
            quote!(#given: __orm::field::IntoField<#ty>)
        }
    });
    let parts = keys.iter().enumerate().map(|(i, field)| {
        let (ty, part) = (&field.ty, syn::Index::from(i));
        if field.kind == Kind::ToOne {
            let (target, given) = (field.target(&alias()), &given[i]);
            quote!(<#target as __orm::derived::KeyedBy<#given>>::key(key.#part))
        } else {
            quote!(__orm::field::IntoField::<#ty>::into_field(key.#part))
        }
    });
    quote! {
        impl<#(#given),*> __orm::derived::KeyedBy<(#(#given),*)> for #owner where #(#bounds),* {
            fn key(key: (#(#given),*)) -> #key {
                (#(#parts),*)
            }
        }
    }
}
