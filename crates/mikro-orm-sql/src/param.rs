//! What is bound to a statement.

use mikro_orm_core::field::ColumnType;
use mikro_orm_core::value::Value;
use std::borrow::Cow;

/// A parameter, borrowed from the query that it is of.
#[derive(Debug, Clone, PartialEq)]
pub enum Param<'a> {
    /// One value, with the type of the column that it is for, where that is known.
    One(Value<'a>, Option<ColumnType>),
    /// A list for `in (?, ?, ..)`: it takes `places` placeholders, and its last value is bound again for
    /// those that are left over. Never empty.
    Spread {
        /// The values.
        values: &'a [Value<'a>],
        /// The number of placeholders; at least the number of values.
        places: usize,
        /// The column's type.
        column: Option<ColumnType>,
    },
    /// A list of rows for `in (values (?, ?), ..)`: as `Spread`, and each place takes a placeholder per column.
    Rows {
        /// The values, which are rows of as many values as there are columns.
        values: &'a [Value<'a>],
        /// The number of rows of placeholders.
        places: usize,
        /// The columns' types.
        columns: Vec<Option<ColumnType>>,
    },
    /// A long list, or one of rows, as a document: one parameter. Never empty; see [`list::document`](crate::list::document).
    Document {
        /// The values, which are rows when there are several columns.
        values: &'a [Value<'a>],
        /// The columns' types.
        columns: Vec<Option<ColumnType>>,
    },
    /// A list for `= any($1)`: one parameter. Never empty.
    Array {
        /// The values.
        values: &'a [Value<'a>],
        /// Which value of each is meant, when they are rows.
        part: Option<usize>,
        /// The column's type.
        column: Option<ColumnType>,
    },
}

/// The values of a list, and the last one again for the places that are left over.
pub fn padded<'a>(values: &'a [Value<'a>], places: usize) -> impl Iterator<Item = &'a Value<'a>> {
    let padding = values.last().into_iter().cycle().take(places.saturating_sub(values.len()));
    values.iter().chain(padding)
}

/// One value of a row.
pub fn part_of<'a>(row: &'a Value<'_>, part: usize) -> Option<Value<'a>> {
    match row {
        Value::Row(parts) => parts.get(part).map(reborrow),
        _ => None,
    }
}

impl Param<'_> {
    /// How many placeholders the parameter takes.
    pub fn places(&self) -> usize {
        match self {
            Param::One(..) | Param::Array { .. } | Param::Document { .. } => 1,
            Param::Spread { places, .. } => *places,
            Param::Rows { places, columns, .. } => places * columns.len(),
        }
    }
}

/// The same value, borrowing instead of owning.
pub fn reborrow<'a>(value: &'a Value<'_>) -> Value<'a> {
    match value {
        Value::Text(v) => Value::Text(Cow::Borrowed(v)),
        Value::Bytes(v) => Value::Bytes(Cow::Borrowed(v)),
        Value::Decimal(v) => Value::Decimal(Cow::Borrowed(v)),
        Value::Json(v) => Value::Json(Cow::Borrowed(v)),
        Value::Bool(v) => Value::Bool(*v),
        Value::Int(v) => Value::Int(*v),
        Value::UInt(v) => Value::UInt(*v),
        Value::Float(v) => Value::Float(*v),
        Value::Double(v) => Value::Double(*v),
        Value::Uuid(v) => Value::Uuid(*v),
        Value::DateTime(v) => Value::DateTime(*v),
        Value::Date(v) => Value::Date(*v),
        Value::Time(v) => Value::Time(*v),
        // null, and kinds that core may add
        other => other.clone().into_owned(),
    }
}
