//! Rows, as SQLite lends them.

use mikro_orm_core::driver::Row;
use mikro_orm_core::value::{Value, ValueError};
use rusqlite::types::ValueRef;

/// The row that a statement stands on.
pub(crate) struct SqliteRow<'r, 's>(pub(crate) &'r rusqlite::Row<'s>);

impl Row for SqliteRow<'_, '_> {
    fn len(&self) -> usize {
        self.0.as_ref().column_count()
    }

    fn get(&self, index: usize) -> Result<Value<'_>, ValueError> {
        match self.0.get_ref(index) {
            Ok(ValueRef::Integer(v)) => Ok(Value::Int(v)),
            Ok(ValueRef::Text(v)) => match std::str::from_utf8(v) {
                Ok(text) => Ok(Value::Text(text.into())),
                Err(_) => Err(ValueError::new("the text is not UTF-8")),
            },
            Ok(ValueRef::Null) => Ok(Value::Null),
            Ok(ValueRef::Real(v)) => Ok(Value::Double(v)),
            Ok(ValueRef::Blob(v)) => Ok(Value::Bytes(v.into())),
            Err(_) => Err(ValueError::new("the row has no such column")),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.as_ref().column_name(index).ok()
    }
}

/// A row of nothing but a key that was computed.
pub(crate) struct KeyRow(pub(crate) i64);

impl Row for KeyRow {
    fn len(&self) -> usize {
        1
    }
    fn get(&self, index: usize) -> Result<Value<'_>, ValueError> {
        if index == 0 { Ok(Value::Int(self.0)) } else { Err(ValueError::new("the row has no such column")) }
    }
}
