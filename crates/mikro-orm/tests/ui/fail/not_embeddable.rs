//! An embedded struct without the derive.
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

fn main() {}
