//! A key in the place of an entity: `.author(7)`, `em.find_one(7)`, `Book::author.eq(7)`.

use crate::parse::Entity;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The impls for the key's type, and for `&str` when that is `String`.
pub fn expand(entity: &Entity) -> TokenStream {
    let (_, key) = entity.key();
    let by_value = for_type(entity, &key.ty.to_token_stream(), &quote!(self));
    let by_text = key.string.then(|| for_type(entity, &quote!(&str), &quote!(::std::string::String::from(self))));
    quote!(#by_value #by_text)
}

fn for_type(entity: &Entity, from: &TokenStream, key: &TokenStream) -> TokenStream {
    let owner = &entity.ident;
    let (index, field) = entity.key();
    let index = u16::try_from(index).unwrap_or(u16::MAX);
    let ty = &field.ty;
    quote! {
        #[doc(hidden)]
        impl __orm::input::IntoRef<#owner> for #from {
            fn into_ref(self) -> __orm::input::Input<#owner> {
                __orm::input::Input::Key(#key)
            }
        }
        #[doc(hidden)]
        impl<O> __orm::input::IntoItem<#owner, O> for #from {
            fn into_item(self) -> __orm::input::Input<#owner> {
                __orm::input::Input::Key(#key)
            }
        }
        #[doc(hidden)]
        impl __orm::input::IntoKey<#owner> for #from {
            fn into_key(self) -> ::core::option::Option<__orm::key::Key> {
                __orm::key::Key::from_value(&__orm::field::Scalar::to_value(&#key))
            }
        }
        #[doc(hidden)]
        impl __orm::query::IntoFilter<#owner> for #from {
            fn into_filter(self) -> __orm::query::Condition<#owner> {
                __orm::query::ScalarProperty::eq(__orm::query::Property::<#owner, #ty>::new(#index), #key)
            }
        }
    }
}
