//! The types of the crate `time`, behind the feature `time`: kept to microseconds, which is what databases keep.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// 1970-01-01, in days from where `time` counts.
const EPOCH_JULIAN_DAY: i32 = 2_440_588;

fn micros_of(moment: OffsetDateTime) -> i64 {
    // (to the whole microsecond before, also before 1970)
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}
fn from_micros(micros: i64) -> Result<OffsetDateTime, ValueError> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).map_err(|_| ValueError::new("the date is out of range"))
}
fn local_of(moment: OffsetDateTime) -> PrimitiveDateTime {
    PrimitiveDateTime::new(moment.date(), moment.time())
}
/// ISO 8601 as SQLite stores it (`2022-09-11T15:06:44.371000Z`), and the forms that SQLite's own functions write.
fn parse(text: &str) -> Result<PrimitiveDateTime, ValueError> {
    if let Ok(parsed) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(local_of(parsed.to_offset(time::UtcOffset::UTC)));
    }
    let text = text.trim_end_matches('Z').replacen(' ', "T", 1);
    PrimitiveDateTime::parse(&text, &Iso8601::PARSING)
        .ok()
        .or_else(|| Some(Date::parse(&text, &Iso8601::PARSING).ok()?.midnight()))
        .ok_or_else(|| ValueError::new("expected a date and time in ISO 8601, found other text"))
}

#[diagnostic::do_not_recommend]
impl Scalar for OffsetDateTime {
    const COLUMN: ColumnType = ColumnType::DateTime;
    fn to_value(&self) -> Value<'_> {
        Value::DateTime(micros_of(*self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::DateTime(v) => from_micros(v),
            Value::Text(v) => parse(&v).map(PrimitiveDateTime::assume_utc),
            other => Err(ValueError::mismatch("a date and time", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(OffsetDateTime::UNIX_EPOCH)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for PrimitiveDateTime {
    const COLUMN: ColumnType = ColumnType::LocalDateTime;
    fn to_value(&self) -> Value<'_> {
        Value::DateTime(micros_of(self.assume_utc()))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::DateTime(v) => from_micros(v).map(local_of),
            Value::Text(v) => parse(&v),
            other => Err(ValueError::mismatch("a date and time", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(local_of(OffsetDateTime::UNIX_EPOCH))
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for Date {
    const COLUMN: ColumnType = ColumnType::Date;
    fn to_value(&self) -> Value<'_> {
        Value::Date(self.to_julian_day() - EPOCH_JULIAN_DAY)
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Date(v) => v
                .checked_add(EPOCH_JULIAN_DAY)
                .and_then(|day| Date::from_julian_day(day).ok())
                .ok_or_else(|| ValueError::new("the date is out of range")),
            Value::Text(v) => parse(&v).map(PrimitiveDateTime::date),
            other => Err(ValueError::mismatch("a date", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(OffsetDateTime::UNIX_EPOCH.date())
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for Time {
    const COLUMN: ColumnType = ColumnType::Time;
    fn to_value(&self) -> Value<'_> {
        let (hour, minute, second, micros) = self.as_hms_micro();
        let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        Value::Time(seconds * 1_000_000 + i64::from(micros))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Time(v) => {
                let part = |unit: i64, most: i64| u8::try_from(v / unit % most).ok();
                u32::try_from(v % 1_000_000)
                    .ok()
                    .filter(|_| v < 86_400_000_000)
                    .zip(part(3_600_000_000, 24))
                    .zip(part(60_000_000, 60).zip(part(1_000_000, 60)))
                    .and_then(|((micros, hour), (minute, second))| Time::from_hms_micro(hour, minute, second, micros).ok())
                    .ok_or_else(|| ValueError::new("the time is out of range"))
            }
            Value::Text(v) => {
                Time::parse(&v, &Iso8601::PARSING).map_err(|_| ValueError::new("expected a time of day, found other text"))
            }
            other => Err(ValueError::mismatch("a time of day", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(Time::MIDNIGHT)
    }
}
