// spec: S003, S037, Y211
use mikro_orm::prelude::*;
use std::collections::HashMap;
use std::sync::Mutex;

pub struct Address {
    pub street: String,
}

#[derive(Entity)]
struct Author {
    #[orm(primary)]
    id: i64,
    lock: Mutex<i32>,
    address: Address,
    settings: HashMap<String, String>,
    nested: Option<Address>,
    addresses: Vec<Address>,
}

#[derive(Entity)]
struct Book {
    #[orm(primary)]
    id: i64,
    authors: Vec<Ref<Author>>,
}

#[derive(Entity)]
struct Shelf {
    #[orm(primary)]
    id: i64,
    #[orm(mapped_by = shelf)]
    books: Option<Collection<Book>>,
}

#[derive(Entity)]
struct Room {
    #[orm(primary)]
    id: i64,
    shelf: Option<Option<Ref<Shelf>>>,
}

#[derive(Entity)]
struct House {
    #[orm(primary)]
    id: i64,
    plan: Option<Lazy<String>>,
    room: Lazy<Ref<Room>>,
}

fn main() {}
