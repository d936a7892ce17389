//! What a flush asks of a driver.

use super::Row;
use crate::error::Result;
use crate::metadata::EntityId;
use crate::query::Expr;
use crate::value::Value;
use std::sync::Arc;

/// The values of a batch, borrowed from the entities that they belong to.
pub trait RowValues: Sync {
    /// The number of rows.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The value for the batch's column number `column` in row number `row`.
    fn value(&self, row: usize, column: usize) -> Value<'_>;
    /// The value of the row's key in the key's column number `part` (for updates; for deletes, in the column number
    /// `part` that rows are found by).
    fn key(&self, row: usize, part: usize) -> Value<'_>;
    /// What the row is expected to have in the batch's check number `check` (for updates with checks).
    fn expected(&self, row: usize, check: usize) -> Value<'_> {
        let _ = (row, check);
        Value::Null
    }
}

/// Rows to insert.
#[derive(Clone, Copy)]
pub struct InsertBatch<'a> {
    /// The entity.
    pub entity: EntityId,
    /// The fields that get values; may be empty (a row of defaults).
    pub columns: &'a [u16],
    /// The values.
    pub rows: &'a dyn RowValues,
    /// The fields to read back, in order. When it is the generated integer key alone, a driver may compute it.
    pub returning: &'a [u16],
    /// What other fields get: expressions ([`Expr::Raw`]), the same for all rows.
    pub computed: &'a [(u16, Arc<Expr>)],
    /// Whether a row that is there already, as a unique key says, is left as it is; otherwise it is an error.
    pub skip_existing: bool,
}

/// Rows to update.
#[derive(Clone, Copy)]
pub struct UpdateBatch<'a> {
    /// The entity.
    pub entity: EntityId,
    /// The fields that get values.
    pub columns: &'a [u16],
    /// The keys and values.
    pub rows: &'a dyn RowValues,
    /// The columns that must still be as [`RowValues::expected`] says; a row where one is not is left alone.
    pub checks: &'a [u16],
    /// The version field, when it is counted by one: of rows whose version is not known.
    pub counted: Option<u16>,
    /// What other fields get: expressions ([`Expr::Raw`]) over the row as it was.
    pub computed: &'a [(u16, Arc<Expr>)],
    /// The fields to read back.
    pub returning: &'a [u16],
}

/// Gets what was read back of updated rows: the row's number in the batch, and a row that begins with what was asked for.
pub type UpdatedSink<'a> = dyn FnMut(usize, &dyn Row) -> Result<()> + Send + 'a;

/// Rows to delete.
#[derive(Clone, Copy)]
pub struct DeleteBatch<'a> {
    /// The entity.
    pub entity: EntityId,
    /// The columns that rows are found by: those of the key, or others. All rows with these values are deleted.
    pub by: &'a [u16],
    /// The values of these columns.
    pub rows: &'a dyn RowValues,
}

/// Rows to change that are not known one by one.
#[derive(Clone, Copy)]
pub struct ChangeWhere<'a> {
    /// The entity.
    pub entity: EntityId,
    /// The condition, on columns of the entity itself.
    pub filter: &'a Expr,
    /// What the rows' columns get; `None`: the rows are deleted.
    pub values: Option<&'a [(u16, Value<'a>)]>,
}
