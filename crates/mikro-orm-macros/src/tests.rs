//! Expansions as snapshots, and how long they may be.

mod expansion;
mod length;
mod mistakes;

use proc_macro2::TokenStream;

/// The code, formatted.
fn pretty(code: TokenStream) -> String {
    match syn::parse2(code.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("{error} in {code}"),
    }
}
