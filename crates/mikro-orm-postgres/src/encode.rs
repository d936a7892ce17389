//! Parameters, encoded for the type that the statement expects.

mod array;
mod literal;
mod numeric;
mod scalar;

pub(crate) use literal::array_literal;
pub(crate) use scalar::{EPOCH_DAYS, EPOCH_MICROS, is_text};

use mikro_orm_core::driver::RowValues;
use mikro_orm_core::value::Value;
use mikro_orm_sql::part_of;
use std::error::Error as StdError;
use std::fmt;
use std::ops::Range;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, to_sql_checked};

/// What a parameter's value comes from.
#[derive(Clone)]
pub(crate) enum Source<'a> {
    /// A value.
    One(Value<'a>),
    /// Values, sent as an array.
    List(&'a [Value<'a>]),
    /// The values at one place in rows, sent as an array.
    Parts(&'a [Value<'a>], usize),
    /// A column of some rows of a batch, sent as an array, straight from the entities.
    Rows { rows: &'a dyn RowValues, cell: Cell, range: Range<usize> },
}

/// Which value of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell {
    /// The batch's column with this number.
    Column(usize),
    /// The row's key, in the key's column with this number.
    Key(usize),
    /// What is expected in the batch's check with this number.
    Expected(usize),
}

impl Cell {
    /// The value of a row.
    pub(crate) fn of(self, rows: &dyn RowValues, row: usize) -> Value<'_> {
        match self {
            Cell::Column(column) => rows.value(row, column),
            Cell::Key(part) => rows.key(row, part),
            Cell::Expected(check) => rows.expected(row, check),
        }
    }
}

/// A bound parameter.
#[derive(Clone)]
pub(crate) struct Param<'a> {
    pub(crate) source: Source<'a>,
    /// Its place in the statement, for messages.
    pub(crate) index: usize,
}

impl fmt::Debug for Param<'_> {
    /// Without the value: whatever prints parameters on the way to the server must not see hidden ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.index + 1)
    }
}

impl<'a> Param<'a> {
    /// Parameters of these values, in order.
    pub(crate) fn all(sources: impl IntoIterator<Item = Source<'a>>) -> Vec<Self> {
        sources.into_iter().enumerate().map(|(index, source)| Param { source, index }).collect()
    }
}

impl Source<'_> {
    fn is_null(&self) -> bool {
        matches!(self, Source::One(Value::Null))
    }

    /// Calls `each` with the elements of a list.
    pub(crate) fn each<E>(&self, mut each: impl FnMut(&Value<'_>) -> Result<(), E>) -> Result<(), E> {
        match self {
            Source::One(value) => each(value),
            Source::List(values) => values.iter().try_for_each(each),
            Source::Parts(rows, part) => rows.iter().try_for_each(|row| each(&part_of(row, *part).unwrap_or_default())),
            Source::Rows { rows, cell, range } => range.clone().try_for_each(|row| each(&cell.of(*rows, row))),
        }
    }

    fn len(&self) -> usize {
        match self {
            Source::One(_) => 1,
            Source::List(values) | Source::Parts(values, _) => values.len(),
            Source::Rows { range, .. } => range.len(),
        }
    }

    /// Whether the elements have a binary form for this type. A list is of one kind: its first value tells.
    fn is_native(&self, element: &Type) -> bool {
        let mut native = true;
        // stops at the first that is not null
        let _: Result<(), ()> = self.each(|value| {
            if value.is_null() {
                return Ok(());
            }
            native = scalar::is_native(value, element);
            Err(())
        });
        native
    }
}

/// A parameter that the statement can't take. The value is not part of the message: it may be a secret.
#[derive(Debug)]
pub(crate) struct EncodeError {
    pub(crate) message: String,
    pub(crate) index: usize,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parameter {}: {}", self.index + 1, self.message)
    }
}

impl StdError for EncodeError {}

/// The type without the domains around it: on the wire a domain is its base.
pub(crate) fn base(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => base(inner),
        _ => ty,
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        if self.source.is_null() {
            return Ok(IsNull::Yes);
        }
        let ty = base(ty);
        let encoded = match (&self.source, ty.kind()) {
            (Source::One(value), _) if scalar::is_native(value, ty) => scalar::binary(value, ty, out),
            (Source::One(value), _) => literal::text(value, ty, out),
            (list, Kind::Array(element)) if list.is_native(base(element)) => array::binary(list, element, out),
            (list, Kind::Array(element)) => array::text(list, base(element), out),
            (_, _) => Err(format!("the statement expects a single {}, not a list", ty.name())),
        };
        match encoded {
            Ok(()) => Ok(IsNull::No),
            Err(message) => Err(Box::new(EncodeError { message, index: self.index })),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    /// Binary where the value has a form for exactly this type; else text, for the server to read as it
    /// reads a literal. So enums, intervals, addresses and types of extensions can be written as text.
    fn encode_format(&self, ty: &Type) -> Format {
        let native = match (&self.source, base(ty).kind()) {
            (Source::One(value), _) => scalar::is_native(value, base(ty)),
            (list, Kind::Array(element)) => list.is_native(base(element)),
            _ => true,
        };
        if native { Format::Binary } else { Format::Text }
    }

    to_sql_checked!();
}
