//! Binary forms of single values.

use super::numeric;
use mikro_orm_core::value::Value;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Kind, Type};

/// Microseconds and days from 1970-01-01, where this crate counts from, to 2000-01-01, where PostgreSQL does.
pub(crate) const EPOCH_MICROS: i64 = 946_684_800_000_000;
pub(crate) const EPOCH_DAYS: i32 = 10_957;

/// Whether the type's binary form is the text itself.
pub(crate) fn is_text(ty: &Type) -> bool {
    match *ty {
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => true,
        _ => matches!(ty.kind(), Kind::Enum(_)) || ty.name() == "citext",
    }
}

/// Whether the value has a binary form for this type.
pub(super) fn is_native(value: &Value<'_>, ty: &Type) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) => *ty == Type::BOOL,
        Value::Int(_) | Value::UInt(_) => matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::NUMERIC | Type::OID),
        Value::Float(_) | Value::Double(_) => matches!(*ty, Type::FLOAT8 | Type::FLOAT4),
        Value::Text(_) => is_text(ty),
        Value::Bytes(_) => *ty == Type::BYTEA,
        Value::Uuid(_) => *ty == Type::UUID,
        Value::DateTime(_) => matches!(*ty, Type::TIMESTAMPTZ | Type::TIMESTAMP),
        Value::Date(_) => *ty == Type::DATE,
        Value::Time(_) => *ty == Type::TIME,
        Value::Decimal(_) => *ty == Type::NUMERIC,
        Value::Json(_) => matches!(*ty, Type::JSONB | Type::JSON),
        _ => false,
    }
}

/// Encodes a value that [`is_native`].
#[allow(clippy::cast_possible_truncation)] // the column is of single precision: it can't keep more
pub(super) fn binary(value: &Value<'_>, ty: &Type, out: &mut BytesMut) -> Result<(), String> {
    match value {
        Value::Null => {}
        Value::Bool(v) => out.extend_from_slice(&[u8::from(*v)]),
        Value::Int(v) => return integer(i128::from(*v), ty, out),
        Value::UInt(v) => return integer(i128::from(*v), ty, out),
        Value::Float(v) if *ty == Type::FLOAT4 => out.extend_from_slice(&v.to_be_bytes()),
        Value::Float(v) => out.extend_from_slice(&f64::from(*v).to_be_bytes()),
        Value::Double(v) if *ty == Type::FLOAT8 => out.extend_from_slice(&v.to_be_bytes()),
        Value::Double(v) => out.extend_from_slice(&(*v as f32).to_be_bytes()),
        Value::Text(v) => return text(v, out),
        Value::Bytes(v) => out.extend_from_slice(v),
        Value::Uuid(v) => out.extend_from_slice(v),
        Value::DateTime(v) => {
            // the two ends of the range mean infinity
            let micros = v.checked_sub(EPOCH_MICROS).filter(|v| *v > i64::MIN).ok_or("the date is out of PostgreSQL's range")?;
            out.extend_from_slice(&micros.to_be_bytes());
        }
        Value::Date(v) => {
            let days = v.checked_sub(EPOCH_DAYS).filter(|v| *v > i32::MIN).ok_or("the date is out of PostgreSQL's range")?;
            out.extend_from_slice(&days.to_be_bytes());
        }
        Value::Time(v) => out.extend_from_slice(&v.to_be_bytes()),
        Value::Decimal(v) => return numeric::encode(v, out),
        Value::Json(v) => {
            if *ty == Type::JSONB {
                out.extend_from_slice(&[1]); // the version of the format
            }
            return text(v, out);
        }
        other => return Err(format!("{} has no form in PostgreSQL", other.kind())),
    }
    Ok(())
}

/// Text as it is. PostgreSQL can't store the character NUL, and would say so as an encoding error.
pub(super) fn text(text: &str, out: &mut BytesMut) -> Result<(), String> {
    if text.as_bytes().contains(&0) {
        return Err("the text contains the character NUL (\\0), which PostgreSQL can't store; remove it, or use bytes".to_owned());
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn integer(value: i128, ty: &Type, out: &mut BytesMut) -> Result<(), String> {
    let misfit = |_| match *ty {
        Type::INT8 => "the integer does not fit bigint; above 9223372036854775807 the column must be numeric".to_owned(),
        _ => format!(
            "the integer does not fit {}",
            if *ty == Type::INT4 {
                "integer"
            } else if *ty == Type::INT2 {
                "smallint"
            } else {
                ty.name()
            }
        ),
    };
    match *ty {
        Type::INT8 => out.extend_from_slice(&i64::try_from(value).map_err(misfit)?.to_be_bytes()),
        Type::INT4 => out.extend_from_slice(&i32::try_from(value).map_err(misfit)?.to_be_bytes()),
        Type::INT2 => out.extend_from_slice(&i16::try_from(value).map_err(misfit)?.to_be_bytes()),
        Type::OID => out.extend_from_slice(&u32::try_from(value).map_err(misfit)?.to_be_bytes()),
        _ => return numeric::encode(&value.to_string(), out),
    }
    Ok(())
}
