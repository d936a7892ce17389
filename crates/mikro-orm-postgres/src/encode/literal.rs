//! Values as the server's own text forms: for types without a binary form here, and for logs.

use super::scalar;
use mikro_orm_core::key::Key;
use mikro_orm_core::value::Value;
use std::fmt::Write;
use tokio_postgres::types::Type;
use tokio_postgres::types::private::BytesMut;

/// Encodes a value as text, for the server to read as a literal of the type.
pub(super) fn text(value: &Value<'_>, ty: &Type, out: &mut BytesMut) -> Result<(), String> {
    check(value, ty)?;
    if let Value::Text(v) = value {
        return scalar::text(v, out);
    }
    let mut literal = String::new();
    push(&mut literal, value);
    scalar::text(&literal, out)
}

/// Bytes are not text: what a text column would get is their hexadecimal form, which nobody means.
pub(super) fn check(value: &Value<'_>, ty: &Type) -> Result<(), String> {
    match value {
        Value::Bytes(_) => Err(format!("expected a value for {}, found bytes", ty.name())),
        Value::Row(_) => Err(format!("the value has no form in which {} is stored", ty.name())),
        _ => Ok(()),
    }
}

/// Writes an array literal; `elements` calls what it is given with each element.
pub(crate) fn array_literal<E>(
    out: &mut String,
    elements: impl FnOnce(&mut dyn FnMut(&Value<'_>)) -> Result<(), E>,
) -> Result<(), E> {
    out.push('{');
    let (mut first, mut plain) = (true, String::new());
    elements(&mut |value| {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        if value.is_null() {
            return out.push_str("NULL");
        }
        plain.clear();
        push(&mut plain, value);
        let bare = !plain.is_empty()
            && !plain.eq_ignore_ascii_case("null")
            && !plain.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | '"' | '\\'));
        if bare {
            return out.push_str(&plain);
        }
        out.push('"');
        for c in plain.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('"');
    })?;
    out.push('}');
    Ok(())
}

fn push(out: &mut String, value: &Value<'_>) {
    let written = match value {
        Value::Null => write!(out, "NULL"),
        Value::Bool(v) => write!(out, "{v}"),
        Value::Int(v) => write!(out, "{v}"),
        Value::UInt(v) => write!(out, "{v}"),
        Value::Float(v) => float(out, f64::from(*v), v),
        Value::Double(v) => float(out, *v, v),
        Value::Text(v) | Value::Decimal(v) | Value::Json(v) => out.write_str(v),
        Value::Bytes(v) => out.write_str("\\x").and_then(|()| v.iter().try_for_each(|byte| write!(out, "{byte:02x}"))),
        Value::Uuid(v) => write!(out, "{}", Key::Uuid(*v)),
        Value::DateTime(v) => {
            let (day, time) = (v.div_euclid(86_400_000_000), v.rem_euclid(86_400_000_000));
            let (date, era) = date(day);
            write!(out, "{date} {}+00{era}", time_of_day(time))
        }
        Value::Date(v) => {
            let (date, era) = date(i64::from(*v));
            write!(out, "{date}{era}")
        }
        Value::Time(v) => out.write_str(&time_of_day(*v)),
        Value::Array(items) => array_literal(out, |each| {
            items.iter().for_each(each);
            Ok(())
        }),
        _ => Ok(()),
    };
    debug_assert!(written.is_ok(), "writing to a String does not fail");
}

fn float(out: &mut String, value: f64, shortest: &dyn std::fmt::Display) -> std::fmt::Result {
    match value {
        v if v.is_nan() => out.write_str("NaN"),
        v if v.is_infinite() => out.write_str(if v > 0.0 { "Infinity" } else { "-Infinity" }),
        _ => write!(out, "{shortest}"),
    }
}

fn time_of_day(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    format!("{:02}:{:02}:{:02}.{:06}", seconds / 3600, seconds / 60 % 60, seconds % 60, micros % 1_000_000)
}

/// The date that is so many days after 1970-01-01, and its era as PostgreSQL writes it.
fn date(days: i64) -> (String, &'static str) {
    // days of the Gregorian calendar, counted from 0000-03-01 in cycles of 400 years
    let shifted = days + 719_468;
    let (cycle, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + cycle * 400 + i64::from(month <= 2);
    let (year, era) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    (format!("{year:04}-{month:02}-{day_of_month:02}"), era)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(value: &Value<'_>) -> String {
        let mut out = String::new();
        push(&mut out, value);
        out
    }

    #[test]
    fn dates_are_written_as_postgres_reads_them() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (19_723, "2024-01-01"),
            (-719_528, "0001-01-01 BC"),
            (2_932_897, "10000-01-01"),
        ] {
            assert_eq!(literal(&Value::Date(days)), text);
        }
        assert_eq!(literal(&Value::DateTime(-1)), "1969-12-31 23:59:59.999999+00");
        assert_eq!(literal(&Value::Time(3_661_000_001)), "01:01:01.000001");
    }

    #[test]
    fn arrays_quote_what_would_be_read_as_something_else() {
        let values = [
            Value::Null,
            Value::Text("null".into()),
            Value::Text("a b".into()),
            Value::Text("q\"\\".into()),
            Value::Text("".into()),
            Value::Int(-7),
            Value::Text("plain".into()),
        ];
        let mut out = String::new();
        array_literal(&mut out, |each| {
            values.iter().for_each(each);
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(out, r#"{NULL,"null","a b","q\"\\","",-7,plain}"#);
    }
}
