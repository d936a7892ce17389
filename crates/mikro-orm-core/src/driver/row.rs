//! Rows, as a driver lends them.

use crate::error::Result;
use crate::value::{Value, ValueError};

/// One row in the driver's own buffer.
pub trait Row {
    /// The number of columns.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The column at `index`, borrowed from the driver's buffer.
    ///
    /// # Errors
    /// When the column holds something that has no [`Value`] (text that is no UTF-8, a type that is not supported).
    fn get(&self, index: usize) -> Result<Value<'_>, ValueError>;
    /// The column's name, for rows of raw statements.
    fn name(&self, index: usize) -> Option<&str> {
        let _ = index;
        None
    }
}

/// Takes rows where they are read.
pub trait RowSink: Send {
    /// Takes one row. An error ends the query.
    ///
    /// # Errors
    /// The sink's own; the driver passes it on.
    fn row(&mut self, row: &dyn Row) -> Result<()>;
}

impl<F: FnMut(&dyn Row) -> Result<()> + Send> RowSink for F {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self(row)
    }
}
