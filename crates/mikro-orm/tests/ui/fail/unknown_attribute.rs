// spec: S003
use mikro_orm::prelude::*;

#[derive(Entity)]
#[orm(tabel = "books")]
struct Book {
    #[orm(primry)]
    id: i64,
    #[orm(uniqe)]
    isbn: String,
    #[orm(column_name = "t")]
    title: String,
    #[orm(nullable)]
    subtitle: String,
    #[orm(table = "books")]
    text: String,
    #[orm(frobnicate)]
    pages: i32,
    #[orm(many_to_many)]
    tags: Collection<Book>,
    #[orm(index, index)]
    year: i32,
    #[orm(index(name = "by_price"))]
    price: f64,
    #[orm(length = "10")]
    language: String,
    #[orm]
    publisher: String,
}

fn main() {}
