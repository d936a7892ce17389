// spec: Y235
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    #[orm(mapped_by = autor)]
    misspelled: Collection<Book>,
    #[orm(mapped_by = title)]
    to_a_column: Collection<Book>,
    #[orm(mapped_by = publisher)]
    to_another_entity: Collection<Book>,
}

#[derive(Entity)]
struct Publisher {
    #[orm(primary)]
    id: i64,
}

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    title: String,
    author: Ref<Author>,
    publisher: Ref<Publisher>,
}

fn main() {}
