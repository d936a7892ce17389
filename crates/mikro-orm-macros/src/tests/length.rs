//! Build time is a feature: what an entity costs the compiler is bounded here.

use super::pretty;
use crate::derive;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

fn lines(code: TokenStream) -> usize {
    pretty(code).lines().count()
}

#[test]
fn eight_columns_and_two_relations_are_at_most_600_lines() {
    let code = derive::entity(quote! {
        pub struct Book {
            #[orm(primary)]
            pub id: i64,
            #[orm(index)]
            pub title: String,
            #[orm(unique)]
            pub isbn: String,
            pub price: f64,
            pub pages: Option<i32>,
            #[orm(default = "draft")]
            pub status: String,
            pub published: bool,
            #[orm(on_create = now)]
            pub created_at: DateTime<Utc>,
            pub author: Ref<Author>,
            #[orm(mapped_by = book)]
            pub reviews: Collection<Review>,
        }
    });
    let lines = lines(code);
    assert!(lines <= 600, "{lines} lines");
}

/// Populate slots are grouped, so that an impl does not name every other relation.
#[test]
fn tokens_grow_with_the_number_of_relations_not_with_its_square() {
    let tokens = |count: usize| {
        let fields = (0..count).map(|i| {
            let name = format_ident!("r{i}");
            quote!(pub #name: Option<Ref<Author>>)
        });
        let code = derive::entity(quote!(pub struct Book { #[orm(primary)] pub id: i64, #(#fields,)* }));
        code.to_string().len()
    };
    let (few, many) = (tokens(20), tokens(60));
    assert!(many < few * 4, "{few} characters for 20 relations, {many} for 60");
}

/// Macro output that changes from run to run defeats incremental builds.
#[test]
fn the_same_struct_gives_the_same_code() {
    let code = || {
        derive::entity(quote! {
            struct A { #[orm(primary)] id: i64, b: Ref<B>, c: Ref<C>, #[orm(mapped_by = a)] d: Collection<D> }
        })
        .to_string()
    };
    assert_eq!(code(), code());
}
