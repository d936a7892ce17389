// spec: S020
use mikro_orm::prelude::*;

pub struct Base {
    pub id: i64,
}

#[derive(Entity)]
struct User {
    #[orm(extends)]
    base: Base,
    name: String,
}

fn main() {}
