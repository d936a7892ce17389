// spec: Y235
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    books: Collection<Book>,
}

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    author: Ref<Author>,
}

fn main() {}
