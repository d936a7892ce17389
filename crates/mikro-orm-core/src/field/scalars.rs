//! The scalars of the standard library.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};
use std::borrow::Cow;

macro_rules! integers {
    ($($type:ty, $column:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Scalar for $type {
            const COLUMN: ColumnType = ColumnType::$column;
            fn to_value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
            fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
                let out_of_range = || ValueError::new(concat!("the integer does not fit ", stringify!($type)));
                match value {
                    Value::Int(v) => v.try_into().ok().ok_or_else(out_of_range),
                    Value::UInt(v) => v.try_into().ok().ok_or_else(out_of_range),
                    Value::Bool(v) => Ok(v.into()),
                    other => Err(ValueError::mismatch(stringify!($type), &other)),
                }
            }
            fn same(&self, other: &Self) -> bool {
                self == other
            }
            fn unset() -> Option<Self> {
                Some(0)
            }
        }
    )*};
}
integers! {
    i8, I8;
    i16, I16;
    i32, I32;
    i64, I64;
    u8, U8;
    u16, U16;
    u32, U32;
}

#[diagnostic::do_not_recommend]
impl Scalar for u64 {
    const COLUMN: ColumnType = ColumnType::U64;
    fn to_value(&self) -> Value<'_> {
        i64::try_from(*self).map_or(Value::UInt(*self), Value::Int)
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::UInt(v) => Ok(v),
            Value::Int(v) => v.try_into().map_err(|_| ValueError::new("the integer does not fit u64")),
            Value::Decimal(v) => v.parse().map_err(|_| ValueError::new("the decimal does not fit u64")),
            other => Err(ValueError::mismatch("u64", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self == other
    }
    fn unset() -> Option<Self> {
        Some(0)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for bool {
    const COLUMN: ColumnType = ColumnType::Bool;
    fn to_value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Bool(v) => Ok(v),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(ValueError::mismatch("a boolean", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self == other
    }
    fn unset() -> Option<Self> {
        Some(false)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for f64 {
    const COLUMN: ColumnType = ColumnType::F64;
    fn to_value(&self) -> Value<'_> {
        Value::Double(*self)
    }
    #[allow(clippy::cast_precision_loss)] // a database that stores 3.0 as an integer gives it back as one
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Double(v) => Ok(v),
            Value::Float(v) => Ok(f64::from(v)),
            Value::Int(v) => Ok(v as f64),
            // SQLite has no NaN: it stores null
            other => Err(ValueError::mismatch("a float", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits()
    }
    fn unset() -> Option<Self> {
        Some(0.0)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for f32 {
    const COLUMN: ColumnType = ColumnType::F32;
    fn to_value(&self) -> Value<'_> {
        Value::Float(*self)
    }
    #[allow(clippy::cast_possible_truncation)] // a database without single precision gives back the double it made of ours
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Float(v) => Ok(v),
            other => f64::from_value(other).map(|v| v as f32),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits()
    }
    fn unset() -> Option<Self> {
        Some(0.0)
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for String {
    const COLUMN: ColumnType = ColumnType::String;
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Text(v) => Ok(v.into_owned()),
            other => Err(ValueError::mismatch("text", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self == other
    }
    fn unset() -> Option<Self> {
        Some(String::new())
    }
}

#[diagnostic::do_not_recommend]
impl Scalar for Vec<u8> {
    const COLUMN: ColumnType = ColumnType::Bytes;
    fn to_value(&self) -> Value<'_> {
        Value::Bytes(Cow::Borrowed(self))
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Bytes(v) => Ok(v.into_owned()),
            other => Err(ValueError::mismatch("bytes", &other)),
        }
    }
    fn same(&self, other: &Self) -> bool {
        self == other
    }
    fn unset() -> Option<Self> {
        Some(Vec::new())
    }
}
