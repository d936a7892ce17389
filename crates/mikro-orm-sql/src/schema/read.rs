//! Reading a schema from a database.

mod postgres;
mod sqlite;

pub use postgres::postgres;
pub use sqlite::sqlite;

use mikro_orm_core::driver::{Connection, Row};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::value::Value;

/// A row of a catalog.
pub(super) struct Record(Vec<Value<'static>>);

impl Record {
    pub(super) fn text(&self, column: usize) -> Result<String> {
        self.maybe(column).ok_or_else(|| Error::refused("the database's catalog has a null where a name was expected"))
    }
    pub(super) fn maybe(&self, column: usize) -> Option<String> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Some(text.clone().into_owned()),
            _ => None,
        }
    }
    fn number(&self, column: usize) -> i64 {
        match self.0.get(column) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        }
    }
    fn is(&self, column: usize) -> bool {
        matches!(self.0.get(column), Some(Value::Bool(true))) || self.number(column) != 0
    }
}

/// The rows of a query on the catalog.
pub(super) async fn records(connection: &mut dyn Connection, sql: &str, params: &[Value<'_>]) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    let mut sink = |row: &dyn Row| {
        let mut values = Vec::with_capacity(row.len());
        for column in 0..row.len() {
            values.push(row.get(column).map_err(|error| Error::refused(error.to_string()))?.into_owned());
        }
        found.push(Record(values));
        Ok(())
    };
    connection.execute(sql, params, &mut sink).await?;
    Ok(found)
}
