//! The types of `jiff`, behind the feature `jiff`: kept to microseconds, which is what databases keep.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Microseconds since 1970, to the whole one before.
fn micros_of(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_nanosecond().div_euclid(1000)).unwrap_or(i64::MAX)
}
fn from_micros(micros: i64) -> Result<Timestamp, ValueError> {
    Timestamp::from_microsecond(micros).map_err(|_| ValueError::new("the date is out of range"))
}
fn local_of(moment: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(moment)
}
/// Of a local time as if it were one of UTC. Those of the last day that has one in UTC are beyond the range of
/// timestamps.
fn micros_of_local(local: DateTime) -> i64 {
    let days = i64::from(days_of(local.date()));
    let Value::Time(micros) = local.time().to_value() else { unreachable!("a time is a time") };
    days * 86_400_000_000 + micros
}
fn local_from_micros(micros: i64) -> Result<DateTime, ValueError> {
    let days = i32::try_from(micros.div_euclid(86_400_000_000)).unwrap_or(i32::MAX);
    let time = Time::from_value(Value::Time(micros.rem_euclid(86_400_000_000)))?;
    Ok(date_of(days)?.to_datetime(time))
}
fn days_of(date: Date) -> i32 {
    // (a date of jiff has a year of four digits)
    EPOCH.until(date).map_or(0, |span| span.get_days())
}
fn date_of(days: i32) -> Result<Date, ValueError> {
    EPOCH
        .checked_add(jiff::SignedDuration::from_secs(i64::from(days) * 86_400))
        .map_err(|_| ValueError::new("the date is out of range"))
}
/// ISO 8601 as SQLite stores it (`2022-09-11T15:06:44.371000Z`), and the forms that SQLite's own functions write.
fn parse(text: &str) -> Result<DateTime, ValueError> {
    if let Ok(parsed) = text.parse::<Timestamp>() {
        return Ok(local_of(parsed));
    }
    text.trim_end_matches('Z')
        .parse::<DateTime>()
        .map_err(|_| ValueError::new("expected a date and time in ISO 8601, found other text"))
}

#[diagnostic::do_not_recommend]
impl Scalar for Timestamp {
    const COLUMN: ColumnType = ColumnType::DateTime;
    fn to_value(&self) -> Value<'_> {
        Value::DateTime(micros_of(*self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::DateTime(v) => from_micros(v),
            Value::Text(v) => from_micros(micros_of_local(parse(&v)?)),
            other => Err(ValueError::mismatch("a date and time", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(Timestamp::UNIX_EPOCH)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for DateTime {
    const COLUMN: ColumnType = ColumnType::LocalDateTime;
    fn to_value(&self) -> Value<'_> {
        Value::DateTime(micros_of_local(*self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::DateTime(v) => local_from_micros(v),
            Value::Text(v) => parse(&v),
            other => Err(ValueError::mismatch("a date and time", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(EPOCH.to_datetime(Time::midnight()))
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for Date {
    const COLUMN: ColumnType = ColumnType::Date;
    fn to_value(&self) -> Value<'_> {
        Value::Date(days_of(*self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Date(v) => date_of(v),
            Value::Text(v) => parse(&v).map(DateTime::date),
            other => Err(ValueError::mismatch("a date", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(EPOCH)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for Time {
    const COLUMN: ColumnType = ColumnType::Time;
    fn to_value(&self) -> Value<'_> {
        let seconds = (i64::from(self.hour()) * 60 + i64::from(self.minute())) * 60 + i64::from(self.second());
        Value::Time(seconds * 1_000_000 + i64::from(self.subsec_nanosecond() / 1000))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Time(v) if (0..86_400_000_000).contains(&v) => {
                let part = |unit: i64, most: i64| i8::try_from(v / unit % most).unwrap_or_default();
                let nanos = i32::try_from(v % 1_000_000 * 1000).unwrap_or_default();
                Time::new(part(3_600_000_000, 24), part(60_000_000, 60), part(1_000_000, 60), nanos)
                    .map_err(|_| ValueError::new("the time is out of range"))
            }
            Value::Time(_) => Err(ValueError::new("the time is out of range")),
            Value::Text(v) => v.parse().map_err(|_| ValueError::new("expected a time of day, found other text")),
            other => Err(ValueError::mismatch("a time of day", &other)),
        }
    }
    fn unset() -> Option<Self> {
        Some(Time::midnight())
    }
}
