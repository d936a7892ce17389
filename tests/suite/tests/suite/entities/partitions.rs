//! Rows in partitions, where the database has them.

use super::world;
use mikro_orm::prelude::*;

world! {
    /// What stations measure, year by year.
    Measured: Station, Measurement, Alarm
}

#[derive(Entity)]
#[orm(partition_by = "list ({country})", partition("station_north", "in ('is', 'no')"), partition("station_rest", "default"))]
pub struct Station {
    #[orm(primary, length = 2)]
    pub country: String,
    #[orm(primary)]
    pub number: i32,
    #[orm(mapped_by = station)]
    pub readings: Collection<Measurement>,
}

#[derive(Entity)]
#[orm(
    partition_by = "range ({year})",
    partition("measurement_old", "from (minvalue) to (2000)"),
    partition("measurement_new", "from (2000) to (2100)"),
    index(value),
    unique(station, year)
)]
pub struct Measurement {
    #[orm(primary)]
    pub id: i64,
    #[orm(primary)]
    pub year: i32,
    pub station: Ref<Station>,
    pub value: i32,
}

#[derive(Entity)]
#[orm(
    partition_by = "hash ({id})",
    partition("alarm_0", "with (modulus 2, remainder 0)"),
    partition("alarm_1", "with (modulus 2, remainder 1)")
)]
pub struct Alarm {
    #[orm(primary)]
    pub id: i64,
    pub reading: Ref<Measurement>,
}
