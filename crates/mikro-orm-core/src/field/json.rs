//! `serde_json::Value`, behind the feature `json`.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use serde_json::Value as Json;

#[diagnostic::do_not_recommend]
impl Scalar for Json {
    const COLUMN: ColumnType = ColumnType::Json;
    fn to_value(&self) -> Value<'_> {
        Value::Json(self.to_string().into())
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Json(v) | Value::Text(v) => {
                serde_json::from_str(&v).map_err(|_| ValueError::new("expected JSON, found other text"))
            }
            other => Err(ValueError::mismatch("JSON", &other)),
        }
    }
    /// As documents, except that numbers are compared as numbers: a database may give `1` back for `1.0`.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Json::Number(a), Json::Number(b)) => a == b || matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if a == b),
            (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Json::Object(a), Json::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| a.same(b)))
            }
            (a, b) => a == b,
        }
    }
    fn unset() -> Option<Self> {
        Some(Json::Null)
    }
}
