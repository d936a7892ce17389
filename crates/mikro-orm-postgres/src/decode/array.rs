//! The binary form of arrays.

use super::decode as item;
use mikro_orm_core::value::Value;
use std::error::Error as StdError;
use tokio_postgres::types::Type;

/// Decodes an array of one dimension: a header, then each item with its length (-1 for null).
pub(super) fn decode<'a>(ty: &Type, raw: &'a [u8]) -> Result<Vec<Value<'a>>, Box<dyn StdError + Sync + Send>> {
    let mut rest = raw;
    let mut number = || -> Result<i32, &'static str> {
        let (bytes, behind) = rest.split_first_chunk::<4>().ok_or("an array in a format that is not known")?;
        rest = behind;
        Ok(i32::from_be_bytes(*bytes))
    };
    let dimensions = number()?;
    let (_has_null, _oid) = (number()?, number()?);
    if dimensions == 0 {
        return Ok(Vec::new());
    }
    if dimensions != 1 {
        return Err("an array of more than one dimension can't be read as a list".into());
    }
    let (length, _first) = (number()?, number()?);
    let mut items = Vec::new();
    for _ in 0..length {
        let (bytes, behind) = rest.split_first_chunk::<4>().ok_or("an array that ends within an item")?;
        rest = behind;
        let Ok(size) = usize::try_from(i32::from_be_bytes(*bytes)) else {
            items.push(Value::Null);
            continue;
        };
        let (bytes, behind) = rest.split_at_checked(size).ok_or("an array that ends within an item")?;
        rest = behind;
        items.push(item(ty, bytes)?);
    }
    Ok(items)
}
