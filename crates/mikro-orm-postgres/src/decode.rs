//! Columns in the server's binary form, as borrowed values.

mod array;
pub(crate) mod numeric;

use crate::encode::{EPOCH_DAYS, EPOCH_MICROS, base, is_text};
use mikro_orm_core::value::Value;
use std::error::Error as StdError;
use tokio_postgres::types::{FromSql, Kind, Type};

/// A column's value, borrowed from the row's buffer.
pub(crate) struct Decoded<'a>(pub(crate) Value<'a>);

impl<'a> FromSql<'a> for Decoded<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        decode(ty, raw).map(Decoded)
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Decoded(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn decode<'a>(ty: &Type, raw: &'a [u8]) -> Result<Value<'a>, Box<dyn StdError + Sync + Send>> {
    Ok(match *ty {
        Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => text(raw)?,
        Type::INT4 => Value::Int(i32::from_be_bytes(raw.try_into()?).into()),
        Type::INT2 => Value::Int(i16::from_be_bytes(raw.try_into()?).into()),
        Type::BOOL => Value::Bool(<[u8; 1]>::try_from(raw)?[0] != 0),
        Type::FLOAT8 => Value::Double(f64::from_be_bytes(raw.try_into()?)),
        Type::FLOAT4 => Value::Float(f32::from_be_bytes(raw.try_into()?)),
        Type::TIMESTAMPTZ | Type::TIMESTAMP => {
            let micros = i64::from_be_bytes(raw.try_into()?);
            let finite = micros != i64::MIN && micros != i64::MAX;
            Value::DateTime(micros.checked_add(EPOCH_MICROS).filter(|_| finite).ok_or("a date that is infinite or out of range")?)
        }
        Type::DATE => {
            let days = i32::from_be_bytes(raw.try_into()?);
            let finite = days != i32::MIN && days != i32::MAX;
            Value::Date(days.checked_add(EPOCH_DAYS).filter(|_| finite).ok_or("a date that is infinite or out of range")?)
        }
        Type::TIME => Value::Time(i64::from_be_bytes(raw.try_into()?)),
        Type::UUID => Value::Uuid(raw.try_into()?),
        Type::BYTEA => Value::Bytes(raw.into()),
        Type::NUMERIC => Value::Decimal(numeric::decode(raw)?.into()),
        Type::JSON => Value::Json(utf8(raw)?.into()),
        Type::JSONB => match raw {
            [1, document @ ..] => Value::Json(utf8(document)?.into()),
            _ => return Err("JSON in a format that is not known".into()),
        },
        Type::OID => Value::Int(u32::from_be_bytes(raw.try_into()?).into()),
        Type::VOID => Value::Null,
        _ if is_text(ty) || *ty == Type::XML => text(raw)?,
        _ if !std::ptr::eq(base(ty), ty) => return decode(base(ty), raw),
        _ => {
            if let Kind::Array(item) = ty.kind() {
                return Ok(Value::Array(array::decode(base(item), raw)?));
            }
            return Err(format!(
                "columns of type {} can't be read; cast it to text in the query, or map the column to another type",
                ty.name()
            )
            .into());
        }
    })
}

fn utf8(raw: &[u8]) -> Result<&str, &'static str> {
    std::str::from_utf8(raw).map_err(|_| "text that is no UTF-8")
}

fn text(raw: &[u8]) -> Result<Value<'_>, &'static str> {
    Ok(Value::Text(utf8(raw)?.into()))
}
