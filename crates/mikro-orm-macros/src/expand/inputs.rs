//! A key in the place of an entity: `.author(7)`, `em.find_one(7)`, `Book::author.eq(7)`.

use crate::parse::Entity;
use proc_macro2::TokenStream;
use quote::quote;

/// What the key can be given as: its own type, and `&str` when that is `String`.
pub fn expand(entity: &Entity) -> TokenStream {
    let owner = &entity.ident;
    let (_, key) = entity.key();
    let ty = &key.ty;
    let text = key.string.then(|| {
        quote! {
            impl __orm::derived::KeyedBy<&str> for #owner {
                fn key(key: &str) -> #ty {
                    ::std::string::String::from(key)
                }
            }
        }
    });
    quote! {
        impl __orm::derived::KeyedBy<#ty> for #owner {
            fn key(key: #ty) -> #ty {
                key
            }
        }
        #text
    }
}
