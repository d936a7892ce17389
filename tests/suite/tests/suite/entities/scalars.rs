//! Every type of column.

use super::world;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use mikro_orm::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

world!(Scalars: Everything, Maybe);

#[derive(Entity)]
pub struct Everything {
    #[orm(primary)]
    pub id: i64,
    pub flag: bool,
    pub i8: i8,
    pub i16: i16,
    pub i32: i32,
    pub i64: i64,
    pub u8: u8,
    pub u16: u16,
    pub u32: u32,
    pub u64: u64,
    pub f32: f32,
    pub f64: f64,
    pub short: String,
    #[orm(text)]
    pub long: String,
    pub bytes: Vec<u8>,
    pub uuid: Uuid,
    pub moment: DateTime<Utc>,
    pub local: NaiveDateTime,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub decimal: Decimal,
    pub json: Json,
}

#[derive(Entity)]
pub struct Maybe {
    #[orm(primary)]
    pub id: i64,
    pub flag: Option<bool>,
    pub i8: Option<i8>,
    pub i16: Option<i16>,
    pub i32: Option<i32>,
    pub i64: Option<i64>,
    pub u8: Option<u8>,
    pub u16: Option<u16>,
    pub u32: Option<u32>,
    pub u64: Option<u64>,
    pub f32: Option<f32>,
    pub f64: Option<f64>,
    pub short: Option<String>,
    pub bytes: Option<Vec<u8>>,
    pub uuid: Option<Uuid>,
    pub moment: Option<DateTime<Utc>>,
    pub local: Option<NaiveDateTime>,
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub decimal: Option<Decimal>,
    pub json: Option<Json>,
}
