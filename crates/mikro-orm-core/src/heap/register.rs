//! What happened in a heap since the last flush: changes are known, not searched for.

use super::FieldSet;
use super::cell::CellPtr;
use crate::error::Error;
use crate::value::Value;
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Register {
    /// Entities to insert, in the order in which they were created or persisted.
    pub persisted: Vec<(CellPtr, FieldSet)>,
    /// Rows with a version that the database does not have.
    pub changed: Vec<CellPtr>,
    /// Rows to delete.
    pub removed: Vec<CellPtr>,
    /// Edits of rows that are not loaded.
    pub patches: HashMap<CellPtr, Vec<(u16, Value<'static>)>>,
    /// Collections that were changed since the last flush.
    pub changed_collections: Vec<(CellPtr, u16)>,
    /// Versions and collection buffers that something newer has replaced.
    pub retired: Vec<Retired>,
    /// Errors that could not be returned where they happened.
    pub errors: Vec<Error>,
}

/// Memory that can go when nobody looks.
pub(super) enum Retired {
    /// A version of a cell's row.
    Version(CellPtr, *mut u8),
    /// A collection's buffer.
    Items(super::collection::ItemsPtr),
}
// SAFETY: owned memory that nobody writes
unsafe impl Send for Retired {}
