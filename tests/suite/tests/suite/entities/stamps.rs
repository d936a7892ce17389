//! What changes with every update: by callbacks that need no entity, and by one that does.

use super::world;
use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use mikro_orm::prelude::*;

world!(Stamps: Sender, Letter);
world! {
    /// Moments that callbacks and the program give more precisely than databases keep them.
    Moments: Parcel, Notice
}

#[derive(BaseEntity)]
pub struct Touched {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = || 0, on_update = || 7)]
    pub touched: i32,
}

#[derive(Entity)]
pub struct Sender {
    #[orm(extends)]
    pub base: Touched,
    pub name: String,
    #[orm(mapped_by = sender)]
    pub letters: Collection<Letter>,
}

#[derive(Entity)]
pub struct Letter {
    #[orm(extends)]
    pub base: Touched,
    #[orm(unique)]
    pub subject: String,
    #[orm(default = 0)]
    pub opened: i32,
    #[orm(on_create = || None::<String>, on_update = || "edited")]
    pub state: Option<String>,
    #[orm(on_update = |letter| letter.subject.len() as i32)]
    pub length: i32,
    pub sender: Option<Ref<Sender>>,
}

/// The database says when.
#[derive(Entity)]
pub struct Notice {
    #[orm(primary)]
    pub id: i64,
    #[orm(default_raw = "current_timestamp")]
    pub at: DateTime<Utc>,
    #[orm(default_raw = "CURRENT_TIMESTAMP")]
    pub local: NaiveDateTime,
}

/// A moment with nanoseconds, the same each time.
pub fn precise() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 123_456_789).unwrap()
}

#[derive(Entity)]
pub struct Parcel {
    #[orm(primary)]
    pub id: i64,
    #[orm(on_create = precise)]
    pub begun: DateTime<Utc>,
    #[orm(on_create = || None::<DateTime<Utc>>, on_update = || Some(precise()))]
    pub seen: Option<DateTime<Utc>>,
    #[orm(concurrency_check)]
    pub due: NaiveDateTime,
    #[orm(concurrency_check)]
    pub hour: Option<NaiveTime>,
}
