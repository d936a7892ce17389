// spec: S001
//! What is derived is clean under the lints of strict crates.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, missing_debug_implementations, unused, unused_qualifications)]
#![deny(single_use_lifetimes, trivial_casts, unused_results, variant_size_differences, private_interfaces, private_bounds)]
#![deny(elided_lifetimes_in_paths, explicit_outlives_requirements, let_underscore_drop, unit_bindings)]
#![deny(clippy::all, clippy::pedantic)]

use mikro_orm::prelude::*;

/// An author.
#[derive(Entity, Debug)]
pub struct Author {
    /// The key.
    #[orm(primary)]
    pub id: i64,
    /// The name.
    #[orm(default = "anonymous")]
    pub name: String,
    /// The books.
    #[orm(mapped_by = author)]
    pub books: Collection<Book>,
}

/// A book.
#[derive(Entity, Debug)]
pub struct Book {
    /// The key.
    #[orm(primary, on_create = || "key")]
    pub id: String,
    /// The text.
    pub text: Lazy<String>,
    /// The author.
    pub author: Ref<Author>,
    /// When it was changed.
    #[orm(on_update = |book| book.id.len() as i64)]
    pub updated_at: i64,
    private: Option<i32>,
}

/// What others share.
#[derive(BaseEntity, Debug)]
pub struct Base {
    /// The key.
    #[orm(primary)]
    pub id: i64,
    /// The label.
    #[orm(default = "none")]
    pub label: String,
}

/// A user.
#[derive(Entity, Debug)]
pub struct User {
    /// The base.
    #[orm(extends)]
    pub base: Base,
}

#[derive(Entity)]
struct Private {
    #[orm(primary)]
    id: i64,
    name: String,
    #[orm(on_create = || 7)]
    at: i64,
    next: Option<Ref<Private>>,
}

#[derive(BaseEntity)]
struct PrivateBase {
    #[orm(primary)]
    id: i64,
    #[orm(default = 5)]
    rank: i32,
}

#[derive(Entity)]
struct PrivateWithBase {
    #[orm(extends)]
    base: PrivateBase,
}

fn main() {
    assert_eq!((Private::NAME, PrivateWithBase::NAME), ("Private", "PrivateWithBase"));
    let book = Book::builder().text("..").author(7).private(5);
    drop(book);
    let user = User::builder().label("x");
    drop(user);
}
