//! What stands in for an entity that has mistakes, so that others that refer to it don't report them again.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// A bare `impl Entity`; nothing for structs that can't have one.
pub fn stub(input: &DeriveInput, root: &TokenStream) -> TokenStream {
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    quote! {
        // SAFETY: beside a `compile_error!`, so that this never runs
        unsafe impl #root::entity::Entity for #ident {
            const NAME: &'static str = "";
            type Key = i64;
            type Unpopulated = ();
            type Repository = #root::em::Repository<#ident>;
            fn descriptor() -> &'static #root::entity::EntityDescriptor {
                ::core::unreachable!()
            }
        }
        impl<const NAME: u64, T> #root::derived::RelationNamed<NAME, T> for #ident {}
        impl<const NAME: u64, T> #root::derived::CounterpartNamed<NAME, T> for #ident {}
    }
}
