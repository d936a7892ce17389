//! Lists of scalars in one column.

mod text;

use super::{ColumnType, EnumItem, Scalar};
use crate::value::{Value, ValueError};

/// What a list in one column can have: `Vec<String>`, `Vec<i64>`, a `Vec` of an enum with `#[derive(DbEnum)]` or of a type with
/// `#[derive(DbType)]`. (`Vec<u8>` is bytes.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be an item of a list in one column",
    note = "items are bool, integers other than u8, floats, String, and behind features Uuid, dates and times, Decimal; or types \
            with `#[derive(DbEnum)]` or `#[derive(DbType)]`"
)]
pub trait ArrayItem: Scalar {}

macro_rules! items {
    ($($type:ty),* $(,)?) => { $(#[diagnostic::do_not_recommend] impl ArrayItem for $type {})* };
}
items!(bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String);
#[cfg(feature = "uuid")]
items!(uuid::Uuid);
#[cfg(feature = "decimal")]
items!(rust_decimal::Decimal);
#[cfg(feature = "chrono")]
items!(chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, chrono::NaiveDate, chrono::NaiveTime);
#[cfg(feature = "time")]
items!(time::OffsetDateTime, time::PrimitiveDateTime, time::Date, time::Time);
#[cfg(feature = "jiff")]
items!(jiff::Timestamp, jiff::civil::DateTime, jiff::civil::Date, jiff::civil::Time);

/// A list that conditions ask about its items.
#[doc(hidden)]
pub trait ArrayValue: Scalar {
    type Item: ArrayItem;
}
impl<T: ArrayItem> ArrayValue for Vec<T> {
    type Item = T;
}

#[diagnostic::do_not_recommend]
impl<T: ArrayItem> Scalar for Vec<T> {
    const COLUMN: ColumnType = {
        let nested = matches!(T::COLUMN, ColumnType::Array(_) | ColumnType::Bytes | ColumnType::Json | ColumnType::Row);
        assert!(!nested && !T::NULLABLE, "a list in one column has no lists, bytes, JSON or nulls in it: use `Json<Vec<..>>`");
        ColumnType::Array(&T::COLUMN)
    };
    const ITEMS: Option<&'static [EnumItem]> = T::ITEMS;

    fn to_value(&self) -> Value<'_> {
        Value::Array(self.iter().map(T::to_value).collect())
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let items = match value {
            Value::Array(items) => items,
            Value::Text(text) | Value::Json(text) => text::items(&text)?,
            other => return Err(ValueError::mismatch("a list", &other)),
        };
        items.into_iter().map(T::from_value).collect()
    }
    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same(b))
    }
    fn unset() -> Option<Self> {
        Some(Vec::new())
    }
}
