//! Dates and times of three crates.

use super::world;
use mikro_orm::prelude::*;

world!(Clocks: Clock, Chronometer, Dial);

#[derive(Entity)]
pub struct Clock {
    #[orm(primary)]
    pub id: i64,
    pub moment: time::OffsetDateTime,
    pub local: time::PrimitiveDateTime,
    pub date: time::Date,
    pub time: time::Time,
    pub maybe: Option<time::OffsetDateTime>,
}

#[derive(Entity)]
pub struct Chronometer {
    #[orm(primary)]
    pub id: i64,
    pub moment: jiff::Timestamp,
    pub local: jiff::civil::DateTime,
    pub date: jiff::civil::Date,
    pub time: jiff::civil::Time,
    #[orm(version)]
    pub changed: jiff::Timestamp,
}

#[derive(Entity)]
pub struct Dial {
    #[orm(primary)]
    pub id: i64,
    pub moment: chrono::DateTime<chrono::Utc>,
    pub local: chrono::NaiveDateTime,
    pub date: chrono::NaiveDate,
    pub time: chrono::NaiveTime,
}
