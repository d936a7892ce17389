// spec: S048, S049
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    #[orm(default = "none")]
    pages: i32,
    #[orm(on_create = title_of)]
    title: String,
    #[orm(on_update = || "now")]
    changed: i64,
}

fn title_of(_: &str) -> String {
    String::new()
}

fn main() {}
