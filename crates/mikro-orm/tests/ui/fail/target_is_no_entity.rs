// spec: S003
use mikro_orm::prelude::*;

pub struct Author {
    pub id: i64,
}

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    author: Ref<Author>,
}

fn main() {}
