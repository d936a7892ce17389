//! The types of `chrono`, behind the feature `chrono`: kept to microseconds, which is what databases keep.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

const DAYS_FROM_CE_TO_EPOCH: i32 = 719_163;

fn micros_of(date_time: NaiveDateTime) -> i64 {
    date_time.and_utc().timestamp_micros()
}
fn from_micros(micros: i64) -> Result<DateTime<Utc>, ValueError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| ValueError::new("the date is out of range"))
}
/// ISO 8601 as SQLite stores it (`2022-09-11T15:06:44.371000Z`), and the forms that SQLite's own functions write.
fn parse(text: &str) -> Result<NaiveDateTime, ValueError> {
    if let Ok(parsed) = DateTime::parse_from_rfc3339(text) {
        return Ok(parsed.naive_utc());
    }
    let text = text.trim_end_matches('Z');
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
        .ok_or_else(|| ValueError::new("expected a date and time in ISO 8601, found other text"))
}

#[diagnostic::do_not_recommend]
impl Scalar for DateTime<Utc> {
    const COLUMN: ColumnType = ColumnType::DateTime;
    fn to_value(&self) -> Value<'_> {
        Value::DateTime(self.timestamp_micros())
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::DateTime(v) => from_micros(v),
            Value::Text(v) => parse(&v).map(|v| v.and_utc()),
            other => Err(ValueError::mismatch("a date and time", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(DateTime::UNIX_EPOCH)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for NaiveDateTime {
    const COLUMN: ColumnType = ColumnType::LocalDateTime;
    fn to_value(&self) -> Value<'_> {
        Value::DateTime(micros_of(*self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::DateTime(v) => from_micros(v).map(|v| v.naive_utc()),
            Value::Text(v) => parse(&v),
            other => Err(ValueError::mismatch("a date and time", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(DateTime::UNIX_EPOCH.naive_utc())
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for NaiveDate {
    const COLUMN: ColumnType = ColumnType::Date;
    fn to_value(&self) -> Value<'_> {
        Value::Date(self.num_days_from_ce() - DAYS_FROM_CE_TO_EPOCH)
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Date(v) => v
                .checked_add(DAYS_FROM_CE_TO_EPOCH)
                .and_then(NaiveDate::from_num_days_from_ce_opt)
                .ok_or_else(|| ValueError::new("the date is out of range")),
            Value::Text(v) => parse(&v).map(|v| v.date()),
            other => Err(ValueError::mismatch("a date", &other)),
        }
    }
    fn unset() -> Option<Self> {
        NaiveDate::from_num_days_from_ce_opt(DAYS_FROM_CE_TO_EPOCH)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for NaiveTime {
    const COLUMN: ColumnType = ColumnType::Time;
    fn to_value(&self) -> Value<'_> {
        Value::Time(i64::from(self.num_seconds_from_midnight()) * 1_000_000 + i64::from(self.nanosecond() % 1_000_000_000 / 1000))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Time(v) => u32::try_from(v / 1_000_000)
                .ok()
                .zip(u32::try_from(v % 1_000_000 * 1000).ok())
                .and_then(|(seconds, nanos)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos))
                .ok_or_else(|| ValueError::new("the time is out of range")),
            Value::Text(v) => NaiveTime::parse_from_str(&v, "%H:%M:%S%.f")
                .map_err(|_| ValueError::new("expected a time of day, found other text")),
            other => Err(ValueError::mismatch("a time of day", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(NaiveTime::MIN)
    }
}
