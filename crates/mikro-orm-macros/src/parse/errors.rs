//! All mistakes of one struct, so that a user sees them at once.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub struct Errors {
    all: Vec<syn::Error>,
}

impl Errors {
    /// A mistake at these tokens.
    pub fn push(&mut self, at: impl ToTokens, message: impl std::fmt::Display) {
        self.all.push(syn::Error::new_spanned(at, message));
    }
    /// A mistake that the parser found.
    pub fn add(&mut self, error: syn::Error) {
        self.all.push(error);
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
    /// The mistakes as `compile_error!`s.
    pub fn to_tokens(&self) -> TokenStream {
        self.all.iter().map(syn::Error::to_compile_error).collect()
    }
}
