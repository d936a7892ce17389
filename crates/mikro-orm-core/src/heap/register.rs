//! What happened in a heap since the last flush: changes are known, not searched for.

use super::FieldSet;
use super::cell::{CellPtr, flag};
use super::computed::Computed;
use crate::error::Error;
use crate::value::Value;
use std::collections::{HashMap, HashSet};

#[derive(Default)]
pub(super) struct Register {
    /// Entities to insert, in the order in which they were created or persisted.
    pub persisted: Vec<(CellPtr, FieldSet)>,
    /// Rows with a version that the database does not have.
    pub changed: Vec<CellPtr>,
    /// Rows to delete.
    pub removed: Vec<CellPtr>,
    /// Inserts or deletes were cancelled since the lists were last settled: the cells' flags say which still stand.
    /// (Looking for each of many in its list would be quadratic.)
    pub cancelled: bool,
    /// Edits of rows that are not loaded.
    pub patches: HashMap<CellPtr, Vec<(u16, Value<'static>)>>,
    /// Fields that the database is to compute.
    pub computed: HashMap<CellPtr, Computed>,
    /// Rows that are not loaded, and are to refer to new entities.
    pub awaited: Vec<super::awaited::AwaitedCells>,
    /// Collections that were changed since the last flush.
    pub changed_collections: Vec<(CellPtr, u16)>,
    /// What sides of one-to-one relations without a column will refer to, once their rows are loaded.
    pub counterparts: super::one_to_one::Counterparts,
    /// New entities with the key of one that is managed, which may still go before they come.
    pub claims: Vec<CellPtr>,
    /// Rows whose place in a one-to-one relation another took, though that can't be null: the row, its field, and what it
    /// refers to.
    pub displaced: Vec<(CellPtr, u16, CellPtr)>,
    /// Relations that were set to null since what they refer to is removed: what that is, the row, and its field.
    pub disconnected: Vec<(CellPtr, CellPtr, u16)>,
    /// Versions and collection buffers that something newer has replaced.
    pub retired: Vec<Retired>,
    /// Flushes since memory was last reclaimed, by number, and how much was retired before each.
    pub flushed: Vec<(u64, usize)>,
    /// Relations beyond those that a cell has bits for, that were handed out as populated.
    pub populated: HashSet<(CellPtr, u16)>,
    /// Errors that could not be returned where they happened.
    pub errors: Vec<Error>,
}

impl Register {
    /// Forgets inserts and deletes that were cancelled; of what was scheduled again, the last time counts.
    pub fn settle_cancelled(&mut self) {
        if !std::mem::take(&mut self.cancelled) {
            return;
        }
        // SAFETY: cells of the heap whose register this is
        let is = |cell: &CellPtr, flags| unsafe { cell.get() }.is(flags);
        let mut seen = HashSet::new();
        let mut persisted = std::mem::take(&mut self.persisted);
        persisted.reverse();
        persisted.retain(|(cell, _)| is(cell, flag::PERSIST) && seen.insert(*cell));
        persisted.reverse();
        self.persisted = persisted;
        seen.clear();
        self.removed.reverse();
        self.removed.retain(|cell| is(cell, flag::REMOVE) && seen.insert(*cell));
        self.removed.reverse();
    }
}

/// Memory that can go when nobody looks.
pub(super) enum Retired {
    /// A version of a cell's row.
    Version(CellPtr, *mut u8),
    /// A version whose values are those of the one that followed it, too, which drops them.
    Shell(CellPtr, *mut u8),
    /// A collection's buffer.
    Items(super::collection::ItemsPtr),
}
// SAFETY: owned memory that nobody writes
unsafe impl Send for Retired {}
