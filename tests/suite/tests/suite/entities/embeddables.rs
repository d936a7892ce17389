//! Structs within entities.

use super::{Cents, Role, world};
use chrono::{DateTime, Utc};
use mikro_orm::prelude::*;

world! {
    /// People with addresses, and where they send what.
    Letters: Correspondent, Freight
}

world! {
    /// Somebody with animals, and what is locked.
    Farms: Farm, Locker
}

world! {
    /// Estates, and the realms that they are in.
    Estates: Estate
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Point {
    #[orm(name = "latitude")]
    pub lat: f64,
    pub long: f64,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Address {
    #[orm(length = 80)]
    pub street: String,
    #[orm(index, serialized_name = "town")]
    pub city: String,
    #[orm(hidden)]
    pub door_code: Option<String>,
    #[orm(check = "{rent} >= 0 and '{{rent}' <> ''")]
    pub rent: Option<Cents>,
    #[orm(embedded, prefix = "at_")]
    pub place: Option<Point>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Seen {
    pub by: Role,
    #[orm(default = 1)]
    pub times: i32,
    pub last: DateTime<Utc>,
}

#[derive(Entity, Debug)]
pub struct Correspondent {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub name: String,
    #[orm(embedded)]
    pub home: Address,
    #[orm(embedded, prefix = "office_")]
    pub work: Option<Address>,
    #[orm(embedded, prefix = false)]
    pub seen: Option<Seen>,
    #[orm(mapped_by = to)]
    pub freights: Collection<Freight>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Size {
    pub width: i32,
    pub height: i32,
    #[orm(embedded, prefix = "weight_", prefix_mode = absolute)]
    pub weight: Weight,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Weight {
    pub grams: i32,
}

#[derive(BaseEntity)]
pub struct Thing {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub size: Size,
}

#[derive(Entity)]
pub struct Freight {
    #[orm(extends)]
    pub base: Thing,
    pub to: Ref<Correspondent>,
    #[orm(embedded, unique)]
    pub stamp: Option<Weight>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Padlock {
    #[orm(unique)]
    pub code: i32,
    #[orm(unique)]
    pub engraving: Option<String>,
    pub color: String,
}

#[derive(Entity)]
pub struct Locker {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub lock: Padlock,
}

/// Somebody's address.
pub fn address(street: &str, city: &str) -> Address {
    Address { street: street.into(), city: city.into(), door_code: None, rent: None, place: None }
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
#[orm(discriminator = "kind")]
pub enum Animal {
    Cat {
        name: String,
        can_meow: bool,
        #[orm(embedded)]
        weight: Option<Weight>,
    },
    #[orm(name = "hound")]
    Dog {
        name: String,
        can_bark: Option<bool>,
        #[orm(embedded)]
        place: Point,
    },
    Unknown,
}

#[derive(Entity, Debug)]
pub struct Farm {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub first: Animal,
    #[orm(embedded)]
    pub second: Option<Animal>,
    #[orm(embedded, object)]
    pub third: Option<Animal>,
    #[orm(embedded)]
    pub others: Vec<Animal>,
}

#[derive(Entity, Debug)]
pub struct Dominion {
    #[orm(primary)]
    pub id: String,
}

/// Knows where it is by a key alone.
#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Site {
    pub street: String,
    #[orm(map_to_pk = Dominion)]
    pub realm: Option<String>,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Lease {
    #[orm(embedded, prefix = "from_")]
    pub from: Party,
    pub years: i32,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub struct Party {
    #[orm(map_to_pk = Dominion, fk_name = "estate_leased_from")]
    pub realm: String,
}

#[derive(Embeddable, Debug, Clone, PartialEq)]
pub enum Holder {
    Crown {
        #[orm(map_to_pk = Dominion, name = "crown")]
        realm: String,
    },
    Nobody,
}

#[derive(Entity, Debug)]
pub struct Estate {
    #[orm(primary)]
    pub id: i64,
    #[orm(embedded)]
    pub site: Site,
    #[orm(embedded, prefix = "Leased_")]
    pub lease: Option<Lease>,
    #[orm(embedded)]
    pub holder: Option<Holder>,
}
