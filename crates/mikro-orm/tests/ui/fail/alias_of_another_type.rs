// spec: S003
use mikro_orm::prelude::*;

type Text = String;
type Id = i64;

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    #[orm(lazy)]
    text: Text,
    #[orm(many_to_one)]
    author: Id,
}

fn main() {}
