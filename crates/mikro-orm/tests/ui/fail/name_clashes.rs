// spec: S003
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    title: String,
    author: Ref<Book>,
}

impl Book {
    fn author(&self) {}
    fn title(&self) {}
}

#[derive(Entity)]
struct Engine {
    #[orm(primary)]
    id: i64,
    builder: String,
}

#[derive(Entity)]
struct Crate {
    #[orm(primary)]
    id: i64,
}

fn main() {}
