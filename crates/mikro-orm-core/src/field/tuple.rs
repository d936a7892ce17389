//! Tuples: the keys of entities that have more than one column.

use super::{ColumnType, Scalar};
use crate::value::{Value, ValueError};

macro_rules! tuples {
    ($(($($name:ident $index:tt),+);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: Scalar),+> Scalar for ($($name,)+) {
            const COLUMN: ColumnType = ColumnType::Row;
            const ARITY: usize = 0 $(+ $name::ARITY)+;
            fn to_value(&self) -> Value<'_> {
                let mut parts = Vec::with_capacity(Self::ARITY);
                $(push(&mut parts, self.$index.to_value());)+
                Value::Row(parts)
            }
            fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
                match value {
                    Value::Row(parts) if parts.len() == Self::ARITY => {
                        let mut parts = parts.into_iter();
                        Ok(($(take::<$name>(&mut parts)?,)+))
                    }
                    other => Err(ValueError::mismatch("a value for each of several columns", &other)),
                }
            }
        }
    )*};
}
tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
}

/// Rows within a row are one row.
fn push<'a>(parts: &mut Vec<Value<'a>>, value: Value<'a>) {
    match value {
        Value::Row(inner) => parts.extend(inner),
        value => parts.push(value),
    }
}

fn take<'a, V: Scalar>(parts: &mut impl Iterator<Item = Value<'a>>) -> Result<V, ValueError> {
    if V::ARITY == 1 {
        V::from_value(parts.next().unwrap_or_default())
    } else {
        V::from_value(Value::Row(parts.take(V::ARITY).collect()))
    }
}
