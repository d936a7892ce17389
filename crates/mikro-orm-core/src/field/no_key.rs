//! The key of entities that have none.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};

/// The type of a key that there is not: what a query finds has none (`#[orm(query = "..")]`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoKey {}

#[diagnostic::do_not_recommend]
impl Scalar for NoKey {
    const COLUMN: ColumnType = ColumnType::Row;
    const ARITY: usize = 0;

    fn to_value(&self) -> Value<'_> {
        match *self {}
    }
    fn from_value(_: Value<'_>) -> Result<Self, ValueError> {
        Err(ValueError::new("is of an entity without a key"))
    }
}
