//! Entities must not implement `Drop`: the heap takes them down in any order, and a `drop` that follows a
//! relation would read what is gone.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Ident;

/// A trait that everything with `Drop` implements, and the struct too: with both, the compiler reports a
/// conflict that names the trait and the struct.
pub fn forbid(ident: &Ident) -> TokenStream {
    quote_spanned! {ident.span()=>
        #[allow(dead_code)]
        trait EntitiesMustNotImplementDrop {}
        #[allow(drop_bounds)]
        impl<__T: ::core::ops::Drop> EntitiesMustNotImplementDrop for __T {}
        impl EntitiesMustNotImplementDrop for #ident {}
    }
}
