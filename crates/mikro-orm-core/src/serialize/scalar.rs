//! Values in the forms that JSON has for them.

use crate::field::ColumnType;
use crate::key::Key;
use crate::value::Value;
use serde::ser::{Error, Serialize, Serializer};

/// A column's value. Dates are ISO 8601, decimals and UUIDs text, bytes Base64 (where the format is for people to
/// read), JSON is itself.
pub(super) struct Scalar<'a>(pub Value<'a>, pub ColumnType);

impl Serialize for Scalar<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Scalar(value, column) = self;
        match value {
            Value::Null => serializer.serialize_none(),
            Value::Bool(v) => serializer.serialize_bool(*v),
            Value::Int(v) => integer(*v, *column, serializer),
            Value::UInt(v) => serializer.serialize_u64(*v),
            Value::Float(v) => serializer.serialize_f32(*v),
            Value::Double(v) => serializer.serialize_f64(*v),
            Value::Text(v) | Value::Decimal(v) => serializer.serialize_str(v),
            Value::Bytes(v) if serializer.is_human_readable() => serializer.serialize_str(&base64(v)),
            Value::Bytes(v) => serializer.serialize_bytes(v),
            Value::Uuid(v) => serializer.collect_str(&Key::Uuid(*v)),
            Value::DateTime(v) => date_time(*v, *column, serializer),
            Value::Date(v) => serializer.serialize_str(&crate::time::date(*v)),
            Value::Time(v) => serializer.serialize_str(trimmed(&crate::time::time(*v))),
            Value::Json(v) => {
                let json: serde_json::Value = serde_json::from_str(v).map_err(S::Error::custom)?;
                json.serialize(serializer)
            }
            Value::Array(items) => {
                let item = if let ColumnType::Array(item) = column { **item } else { *column };
                serializer.collect_seq(items.iter().map(|value| Scalar(value.clone(), item)))
            }
            #[allow(unreachable_patterns)]
            other => Err(S::Error::custom(format_args!("{} is no column's value", other.kind()))),
        }
    }
}

/// Keys are integers in the identity map where they are dates or truth values in the entity.
fn integer<S: Serializer>(value: i64, column: ColumnType, serializer: S) -> Result<S::Ok, S::Error> {
    match column {
        ColumnType::Bool => serializer.serialize_bool(value != 0),
        ColumnType::DateTime | ColumnType::LocalDateTime => date_time(value, column, serializer),
        ColumnType::Date => match i32::try_from(value) {
            Ok(days) => serializer.serialize_str(&crate::time::date(days)),
            Err(error) => Err(S::Error::custom(error)),
        },
        ColumnType::Time => serializer.serialize_str(trimmed(&crate::time::time(value))),
        _ => serializer.serialize_i64(value),
    }
}

fn date_time<S: Serializer>(micros: i64, column: ColumnType, serializer: S) -> Result<S::Ok, S::Error> {
    let text = crate::time::local_date_time(micros);
    let text = trimmed(&text);
    if column == ColumnType::LocalDateTime {
        serializer.serialize_str(text)
    } else {
        serializer.collect_str(&format_args!("{text}Z"))
    }
}

/// Without microseconds where there are only milliseconds, and without those where there are none.
fn trimmed(text: &str) -> &str {
    let Some((whole, fraction)) = text.split_once('.') else { return text };
    match fraction {
        "000000" => whole,
        _ => text.strip_suffix("000").unwrap_or(text),
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_base64() {
        let encoded = [&b""[..], b"f", b"fo", b"foo", b"foob", b"fooba", b"foobar", b"\xff\xfe\xfd"].map(base64);
        assert_eq!(encoded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy", "//79"]);
    }

    #[test]
    fn times_have_no_more_digits_than_they_need() {
        assert_eq!(
            ["15:06:44.000000", "15:06:44.371000", "15:06:44.371001"].map(trimmed),
            ["15:06:44", "15:06:44.371", "15:06:44.371001"]
        );
    }
}
