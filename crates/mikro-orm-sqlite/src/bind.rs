//! Values as SQLite stores them.

use mikro_orm_core::field::ColumnType;
use mikro_orm_core::value::Value;
use mikro_orm_sql::{Param, format, list, padded, part_of};
use rusqlite::Statement;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

/// Why a value was not bound.
#[derive(Debug)]
pub(crate) enum BindError {
    /// SQLite can't store it.
    Value(&'static str),
    /// SQLite refused it.
    Sqlite(rusqlite::Error),
}

struct Borrowed<'v>(ValueRef<'v>);

impl ToSql for Borrowed<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

/// Binds a value to placeholder `index` (from 1). Nothing is allocated; SQLite copies text and bytes.
pub(crate) fn value(
    statement: &mut Statement<'_>,
    index: usize,
    value: &Value<'_>,
    column: Option<ColumnType>,
) -> Result<(), BindError> {
    let (text, document);
    let value = match value {
        Value::Null => ValueRef::Null,
        Value::Bool(v) => ValueRef::Integer(i64::from(*v)),
        Value::Int(v) => ValueRef::Integer(*v),
        Value::UInt(v) => ValueRef::Integer(i64::try_from(*v).map_err(|_| {
            BindError::Value("the integer is above i64::MAX, which SQLite can't store: use a smaller one, or another type")
        })?),
        Value::Float(v) => real(f64::from(*v))?,
        Value::Double(v) => real(*v)?,
        Value::Text(v) | Value::Decimal(v) | Value::Json(v) => ValueRef::Text(v.as_bytes()),
        Value::Bytes(v) => ValueRef::Blob(v),
        Value::Uuid(v) => ValueRef::Blob(v),
        Value::DateTime(v) => {
            text = format::date_time(*v, column != Some(ColumnType::LocalDateTime));
            ValueRef::Text(text.as_bytes())
        }
        Value::Date(v) => {
            text = format::date(*v);
            ValueRef::Text(text.as_bytes())
        }
        Value::Time(v) => {
            text = format::time(*v);
            ValueRef::Text(text.as_bytes())
        }
        Value::Array(items) => {
            document = list::array(items, list::item_of(column)).map_err(BindError::Value)?;
            ValueRef::Text(document.as_bytes())
        }
        _ => return Err(BindError::Value("SQLite can't store a value of this kind")),
    };
    statement.raw_bind_parameter(index, Borrowed(value)).map_err(BindError::Sqlite)
}

fn real(value: f64) -> Result<ValueRef<'static>, BindError> {
    if value.is_nan() {
        return Err(BindError::Value("SQLite can't store NaN (it would become null): use an `Option`, or a number"));
    }
    Ok(ValueRef::Real(value))
}

/// Binds all parameters of a query. An error comes with the parameter's place.
pub(crate) fn params(statement: &mut Statement<'_>, params: &[Param<'_>]) -> Result<(), (usize, BindError)> {
    let mut index = 1;
    for (place, param) in params.iter().enumerate() {
        let failed = |error| (place, error);
        match param {
            Param::One(one, column) => {
                value(statement, index, one, *column).map_err(failed)?;
                index += 1;
            }
            Param::Spread { values, places, column } => {
                for one in padded(values, *places) {
                    value(statement, index, one, *column).map_err(failed)?;
                    index += 1;
                }
            }
            Param::Rows { values, places, columns } => {
                for row in padded(values, *places) {
                    for (part, column) in columns.iter().enumerate() {
                        value(statement, index, &part_of(row, part).unwrap_or_default(), *column).map_err(failed)?;
                        index += 1;
                    }
                }
            }
            Param::Document { values, columns } => {
                let document = list::document(values, columns).map_err(|message| failed(BindError::Value(message)))?;
                value(statement, index, &Value::Text(document.into()), None).map_err(failed)?;
                index += 1;
            }
            Param::Array { .. } => return Err(failed(BindError::Value("SQLite has no arrays"))),
        }
    }
    all(statement, index - 1).map_err(|error| (params.len(), error))
}

/// Checks that the statement has as many placeholders as values were bound: a `?` that raw SQL has for itself (`??`) is a placeholder
/// to SQLite, which would move the values behind it.
pub(crate) fn all(statement: &Statement<'_>, bound: usize) -> Result<(), BindError> {
    if statement.parameter_count() == bound {
        return Ok(());
    }
    Err(BindError::Value(
        "raw SQL has a `??`, which stands for the character itself, and SQLite has no operator of that name: bind a value to `?`",
    ))
}
