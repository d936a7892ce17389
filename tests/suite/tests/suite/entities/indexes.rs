//! Indexes, unique constraints and checks over several columns.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// Seats, each of which is in one row and place.
    Seats: Seat
}
world! {
    /// Stays of which no two overlap.
    Stays: Stay
}

#[derive(Entity)]
#[orm(exclude("int4range({arrives}, {leaves}) with &&", using = "gist", name = "no_overlap"))]
pub struct Stay {
    #[orm(primary)]
    pub id: i64,
    pub arrives: i32,
    pub leaves: i32,
}

#[derive(Entity)]
#[orm(
    unique(hall, place),
    index(place, name = "seat places"),
    index(name = "seat names", expression = "lower({name})"),
    unique(name, where = "{price} > 100"),
    check("{price} >= 0", name = "no_debt"),
    check("{place} <> 13 or {price} = 0")
)]
pub struct Seat {
    #[orm(primary)]
    pub id: i64,
    pub hall: Ref<Auditorium>,
    pub place: i64,
    /// May be null: what is exchanged can wait as null.
    #[orm(check = "{name} <> ''")]
    pub name: Option<String>,
    #[orm(default = 10)]
    pub price: i32,
}

#[derive(Entity)]
#[orm(unique(name, wing))]
pub struct Auditorium {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    pub wing: Option<String>,
}
