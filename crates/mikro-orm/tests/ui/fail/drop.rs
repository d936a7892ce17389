// spec: S001
use mikro_orm::prelude::*;

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
}

impl Drop for Author {
    fn drop(&mut self) {}
}

#[derive(BaseEntity)]
struct Base {
    #[orm(primary)]
    id: i64,
}

impl Drop for Base {
    fn drop(&mut self) {}
}

fn main() {}
