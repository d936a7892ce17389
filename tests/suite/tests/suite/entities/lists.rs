//! Lists in one column, and enums that are types of the database.

use super::{Cents, world};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use mikro_orm::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

world! {
    /// Shelves, which have lists.
    Shelves: Shelf, Lists
}
world! {
    /// Films, of kinds that are a type of the database.
    Films: Film, Reel
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum Kind {
    Drama,
    #[orm(name = "it's, \"{comedy}\"")]
    Comedy,
    Western,
}

#[derive(Entity)]
pub struct Shelf {
    #[orm(primary)]
    pub id: i64,
    pub tags: Vec<String>,
    pub numbers: Option<Vec<i64>>,
    #[orm(default = vec![Kind::Drama])]
    pub kinds: Vec<Kind>,
}

#[derive(Entity)]
pub struct Lists {
    #[orm(primary)]
    pub id: i64,
    pub flags: Vec<bool>,
    pub small: Vec<i16>,
    pub large: Vec<u64>,
    pub floats: Vec<f64>,
    pub singles: Vec<f32>,
    pub uuids: Vec<Uuid>,
    pub decimals: Vec<Decimal>,
    pub moments: Vec<DateTime<Utc>>,
    pub locals: Vec<NaiveDateTime>,
    pub dates: Vec<NaiveDate>,
    pub prices: Vec<Cents>,
}

#[derive(Entity)]
pub struct Film {
    #[orm(primary)]
    pub id: i64,
    #[orm(native_enum = "Film kind", default = Kind::Drama)]
    pub kind: Kind,
    #[orm(native_enum = "Film kind")]
    pub other: Option<Kind>,
    #[orm(native_enum = "Film kind")]
    pub more: Vec<Kind>,
}

#[derive(Entity)]
pub struct Reel {
    #[orm(primary, native_enum)]
    pub kind: Kind,
    pub next: Option<Ref<Reel>>,
}
