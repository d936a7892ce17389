//! `uuid::Uuid`, behind the feature `uuid`.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use uuid::Uuid;

#[diagnostic::do_not_recommend]
impl Scalar for Uuid {
    const COLUMN: ColumnType = ColumnType::Uuid;
    fn to_value(&self) -> Value<'_> {
        Value::Uuid(*self.as_bytes())
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Uuid(v) => Ok(Uuid::from_bytes(v)),
            Value::Bytes(v) => {
                Uuid::from_slice(&v).map_err(|_| ValueError::new("expected the 16 bytes of a uuid, found another length"))
            }
            Value::Text(v) => Uuid::try_parse(&v).map_err(|_| ValueError::new("expected a uuid, found other text")),
            other => Err(ValueError::mismatch("a uuid", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self == other
    }
    fn unset() -> Option<Self> {
        Some(Uuid::nil())
    }
}
