// spec: Y175
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    name: String,
    #[orm(mapped_by = author, where = Author::name.eq("Jon"))]
    books: Collection<Book>,
    #[orm(mapped_by = author, where = Book::title.eq(5))]
    others: Collection<Book>,
    #[orm(mapped_by = author, where)]
    rest: Collection<Book>,
}

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    title: String,
    #[orm(where = Author::name.eq("Jon"))]
    author: Ref<Author>,
}

fn main() {}
