//! What the derives emit.

use super::pretty;
use crate::derive;
use insta::assert_snapshot;
use quote::quote;

#[test]
fn columns() {
    let code = derive::entity(quote! {
        #[orm(table = "people")]
        pub struct Person {
            #[orm(primary)]
            pub id: i64,
            #[orm(unique, length = 100)]
            pub name: String,
            #[orm(name = "born_in", index = "by_year")]
            pub year: Option<i32>,
            #[orm(no_const)]
            pub reference: String,
        }
    });
    assert_snapshot!(pretty(code));
}

#[test]
fn relations() {
    let code = derive::entity(quote! {
        pub struct Author {
            #[orm(primary)]
            pub name: String,
            pub agent: Ref<Agent>,
            pub friend: Option<Ref<Author>>,
            #[orm(mapped_by = author)]
            pub books: Collection<Book>,
        }
    });
    assert_snapshot!(pretty(code));
}

#[test]
fn values_that_are_filled() {
    let code = derive::entity(quote! {
        struct Article {
            #[orm(primary, on_create = Uuid::new_v4)]
            id: Uuid,
            text: Lazy<String>,
            #[orm(default = "draft")]
            status: String,
            #[orm(default_raw = "now()")]
            created_at: DateTime<Utc>,
            #[orm(on_create = |article| slugify(&article.status))]
            slug: Option<String>,
            #[orm(on_update = Utc::now)]
            updated_at: DateTime<Utc>,
            #[orm(version)]
            version: i32,
        }
    });
    assert_snapshot!(pretty(code));
}

#[test]
fn a_base() {
    let input = quote! {
        pub struct Base {
            #[orm(primary)]
            pub id: i64,
            /// When the row was made.
            #[orm(on_create = Utc::now)]
            pub created_at: DateTime<Utc>,
        }
    };
    assert_snapshot!(pretty(derive::base_entity(input, "src/common.rs:1:1")));
}

#[test]
fn an_entity_hands_itself_to_its_base() {
    let code = derive::entity(quote! {
        pub struct User {
            #[orm(extends)]
            pub base: common::Base,
            pub name: String,
        }
    });
    assert_snapshot!(pretty(code));
}

#[test]
fn an_entity_with_a_base() {
    let code = derive::entity_with_base(quote! {
        { #[orm(primary)] id: i64, #[orm(on_create = Utc::now)] created_at: DateTime<Utc> } [] []
        pub struct User {
            #[orm(extends)]
            pub base: common::Base,
            pub name: String,
        }
    });
    assert_snapshot!(pretty(code));
}
