//! A value on its way to or from a database, owned or borrowed.

use std::borrow::Cow;
use std::fmt;

/// What a driver binds as a parameter, and what it reads from a row.
///
/// Values borrow where they can: a parameter borrows from the entity, a column borrows from the driver's
/// buffer. Every field type converts to and from one of these variants; each driver converts these to
/// and from its own wire or storage form.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value<'a> {
    /// SQL `NULL`.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer of any width.
    Int(i64),
    /// An unsigned integer; used for `u64`, whose upper half does not fit [`Value::Int`].
    UInt(u64),
    /// A single-precision float.
    Float(f32),
    /// A double-precision float.
    Double(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A UUID, as its 16 bytes in network order.
    Uuid([u8; 16]),
    /// An instant: microseconds since 1970-01-01T00:00:00Z.
    DateTime(i64),
    /// A calendar date: days since 1970-01-01.
    Date(i32),
    /// A time of day: microseconds since midnight.
    Time(i64),
    /// A decimal number in plain notation (`-12.50`).
    Decimal(Cow<'a, str>),
    /// A JSON document as text.
    Json(Cow<'a, str>),
    /// A list that is one column's value. None of its items is one.
    Array(Vec<Value<'a>>),
    /// The values of several columns, in order: a key of more than one column. Drivers never see one: each of
    /// its values is a column's.
    Row(Vec<Value<'a>>),
}

impl Value<'_> {
    /// The same value, owning its text or bytes.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(v) => Value::Bool(v),
            Value::Int(v) => Value::Int(v),
            Value::UInt(v) => Value::UInt(v),
            Value::Float(v) => Value::Float(v),
            Value::Double(v) => Value::Double(v),
            Value::Text(v) => Value::Text(Cow::Owned(v.into_owned())),
            Value::Bytes(v) => Value::Bytes(Cow::Owned(v.into_owned())),
            Value::Uuid(v) => Value::Uuid(v),
            Value::DateTime(v) => Value::DateTime(v),
            Value::Date(v) => Value::Date(v),
            Value::Time(v) => Value::Time(v),
            Value::Decimal(v) => Value::Decimal(Cow::Owned(v.into_owned())),
            Value::Json(v) => Value::Json(Cow::Owned(v.into_owned())),
            Value::Array(v) => Value::Array(v.into_iter().map(Value::into_owned).collect()),
            Value::Row(v) => Value::Row(v.into_iter().map(Value::into_owned).collect()),
        }
    }

    /// The values of its columns: those of a row, else the value itself.
    pub fn into_parts(self) -> Vec<Self> {
        match self {
            Value::Row(parts) => parts,
            value => vec![value],
        }
    }

    /// Whether this is SQL `NULL`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The name of the variant, for messages: `text`, `integer`, ...
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::UInt(_) => "integer",
            Value::Float(_) | Value::Double(_) => "float",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
            Value::Uuid(_) => "uuid",
            Value::DateTime(_) => "datetime",
            Value::Date(_) => "date",
            Value::Time(_) => "time",
            Value::Decimal(_) => "decimal",
            Value::Json(_) => "json",
            Value::Array(_) => "list",
            Value::Row(_) => "row",
        }
    }

    /// Equality of what the database would store: floats are compared bit by bit, so that `NaN` equals
    /// itself and `-0.0` differs from `0.0`.
    pub fn same(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits(),
            (Value::Row(a), Value::Row(b)) | (Value::Array(a), Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            _ => self == other,
        }
    }
}

/// A value that does not fit the field it is meant for.
///
/// It says what was found and what was expected; whoever knows the entity and the property adds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    message: Cow<'static, str>,
}

impl ValueError {
    /// The error for a value of the wrong kind. The value itself is not part of the message: it may be a secret.
    pub fn mismatch(expected: &'static str, found: &Value<'_>) -> Self {
        ValueError { message: format!("expected {expected}, found {}", found.kind()).into() }
    }

    /// An error in the caller's words (which must not contain the value).
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        ValueError { message: message.into() }
    }

    /// The same, of a value within another one.
    pub(crate) fn within(self, name: &str) -> Self {
        ValueError { message: format!("`{name}`: {}", self.message).into() }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}
