//! `rust_decimal::Decimal`, behind the feature `decimal`.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use rust_decimal::Decimal;

#[diagnostic::do_not_recommend]
impl Scalar for Decimal {
    const COLUMN: ColumnType = ColumnType::Decimal;
    fn to_value(&self) -> Value<'_> {
        Value::Decimal(self.to_string().into())
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Decimal(v) | Value::Text(v) => {
                v.parse().map_err(|_| ValueError::new("expected a decimal number, found other text"))
            }
            Value::Int(v) => Ok(Decimal::from(v)),
            other => Err(ValueError::mismatch("a decimal number", &other)),
        }
    }
    /// Scale counts: `1.0` and `1.00` are stored differently.
    fn same(&self, other: &Self) -> bool {
        self.serialize() == other.serialize()
    }
    fn unset() -> Option<Self> {
        Some(Decimal::ZERO)
    }
}
