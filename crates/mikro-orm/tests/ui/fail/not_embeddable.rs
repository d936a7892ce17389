//! A struct without the derive, and one that can't be cloned.
use mikro_orm::prelude::*;

pub struct Address {
    pub city: String,
}

#[derive(Entity)]
pub struct Person {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub home: Address,
}

#[derive(Embeddable)]
pub struct NotClone {
    pub city: String,
}

fn main() {}
