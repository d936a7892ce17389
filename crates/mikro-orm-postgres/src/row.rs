//! Rows in the driver's buffer.

use crate::decode::Decoded;
use mikro_orm_core::driver::Row;
use mikro_orm_core::value::{Value, ValueError};
use std::error::Error as _;

/// A row, lent to a sink.
pub(crate) struct PostgresRow<'a>(pub(crate) &'a tokio_postgres::Row);

impl Row for PostgresRow<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> Result<Value<'_>, ValueError> {
        match self.0.try_get::<_, Decoded<'_>>(index) {
            Ok(Decoded(value)) => Ok(value),
            // the source says what is wrong with the column; none of its messages has the value
            Err(error) => Err(ValueError::new(error.source().map_or_else(|| error.to_string(), ToString::to_string))),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.columns().get(index).map(tokio_postgres::Column::name)
    }
}
