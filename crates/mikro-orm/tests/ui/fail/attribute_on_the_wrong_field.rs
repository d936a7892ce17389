// spec: S003, Y144
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    #[orm(length = 3)]
    age: i32,
    #[orm(text)]
    height: f64,
    #[orm(mapped_by = author)]
    name: String,
    #[orm(unique, mapped_by = author)]
    books: Collection<Book>,
}

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    #[orm(version)]
    title: String,
    #[orm(lazy)]
    text: String,
    #[orm(mapped_by = books)]
    author: Ref<Author>,
    #[orm(lazy)]
    editor: Option<Ref<Author>>,
    #[orm(many_to_one)]
    publisher: String,
    #[orm(default = 1, default_raw = "1")]
    edition: i32,
    #[orm(default = 1, on_create = one)]
    printing: i32,
    #[orm(length = 5, text)]
    summary: String,
}

#[derive(Entity)]
struct Versions {
    #[orm(primary)]
    id: i64,
    #[orm(version)]
    a: i32,
    #[orm(version)]
    b: i32,
}

#[derive(Entity)]
struct NullableVersion {
    #[orm(primary)]
    id: i64,
    #[orm(version)]
    version: Option<i32>,
}

fn one() -> i32 {
    1
}

fn main() {}
