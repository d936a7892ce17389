//! Values for the placeholders of raw SQL.

use crate::field::Scalar;
use crate::value::Value;

/// What `.bind(..)` takes: a scalar, text that is borrowed, or an `Option` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be bound to a statement",
    note = "use bool, an integer, a float, text, bytes, or behind their features Uuid, a type of chrono, time or jiff, Decimal or serde_json::Value"
)]
pub trait IntoParam {
    /// The value as a parameter.
    fn into_param(self) -> Value<'static>;
}
impl<V: Scalar> IntoParam for V {
    fn into_param(self) -> Value<'static> {
        self.to_value().into_owned()
    }
}
impl IntoParam for &str {
    fn into_param(self) -> Value<'static> {
        Value::Text(self.to_owned().into())
    }
}
impl IntoParam for &String {
    fn into_param(self) -> Value<'static> {
        self.as_str().into_param()
    }
}
impl IntoParam for &[u8] {
    fn into_param(self) -> Value<'static> {
        Value::Bytes(self.to_owned().into())
    }
}
impl IntoParam for Option<&str> {
    fn into_param(self) -> Value<'static> {
        self.map_or(Value::Null, IntoParam::into_param)
    }
}
