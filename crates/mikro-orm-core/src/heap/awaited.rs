//! Rows that are not loaded, and are to refer to new entities: as long as these have no key, there is no value to note.

use super::any_ref::AnyRef;
use super::cell::{CellPtr, flag};
use super::{FieldSet, HeapArc};
use crate::error::Error;
use std::collections::HashSet;

/// A relation of a row that is not loaded, and the new entity that it is to refer to.
#[derive(Clone)]
pub(crate) struct Awaited {
    pub row: AnyRef,
    pub field: u16,
    pub target: AnyRef,
}

/// The same, in the register.
pub(super) type AwaitedCells = (CellPtr, u16, CellPtr);

impl AnyRef {
    /// Points a relation at an entity, whether the row is loaded, and whether the entity has a key.
    ///
    /// # Errors
    /// As [`AnyRef::edit_to_one`] and [`AnyRef::assign_fields`].
    pub(crate) fn refer_to(&self, field: u16, target: &AnyRef) -> Result<(), Error> {
        if self.is_initialized() {
            return self.edit_to_one(field, Some(target));
        }
        if let Some(key) = target.key() {
            return self.assign_fields(vec![(field, key.to_value().into_owned())]);
        }
        self.check_assignable(field)?;
        self.drop_patched(|known| known == field);
        self.refer_instead(&FieldSet::from_iter([field]));
        self.restore_awaited(&Awaited { row: self.clone(), field, target: target.clone() });
        // a query that has loaded the row meanwhile either has seen the flag, or is seen here
        if self.is_initialized() { self.apply_awaited() } else { Ok(()) }
    }

    /// What a relation of a row that is not loaded is to refer to.
    pub(super) fn awaited(&self, field: u16) -> Option<AnyRef> {
        if !self.cell().is(flag::AWAITS) {
            return None;
        }
        let register = self.heap().register();
        let (.., target) = register.awaited.iter().find(|(row, known, _)| *row == self.ptr() && *known == field)?;
        // SAFETY: a cell of this heap, which `self` keeps
        Some(unsafe { AnyRef::counted(*target) })
    }

    /// Forgets what relations of a row that is not loaded are to refer to, since something else was set.
    pub(crate) fn refer_instead(&self, fields: &FieldSet) {
        if self.cell().is(flag::AWAITS) {
            self.heap().register().awaited.retain(|(row, field, _)| *row != self.ptr() || !fields.contains(*field));
        }
    }

    /// Points the row, which was loaded meanwhile, at what it waited for.
    pub(super) fn apply_awaited(&self) -> Result<(), Error> {
        if !self.cell().clear(flag::AWAITS) {
            return Ok(());
        }
        let own = |(row, ..): &mut AwaitedCells| *row == self.ptr();
        let awaited: Vec<AwaitedCells> = self.heap().register().awaited.extract_if(.., own).collect();
        crate::events::quietly(|| {
            awaited.into_iter().try_for_each(|(_, field, target)| {
                // SAFETY: a cell of this heap, which `self` keeps
                let target = unsafe { AnyRef::counted(target) };
                if target.is_gone() { Ok(()) } else { self.edit_to_one(field, Some(&target)) }
            })
        })
    }

    /// Notes again what a relation of a row that is not loaded is to refer to, unless it was set since.
    pub(crate) fn restore_awaited(&self, awaited: &Awaited) {
        let mut register = self.heap().register();
        let set = register.patches.get(&self.ptr()).is_some_and(|patch| patch.iter().any(|(field, _)| *field == awaited.field));
        let awaits = self.cell().is(flag::AWAITS);
        if set || awaits && register.awaited.iter().any(|(row, field, _)| (*row, *field) == (self.ptr(), awaited.field)) {
            return;
        }
        register.awaited.push((self.ptr(), awaited.field, awaited.target.ptr()));
        self.cell().set(flag::AWAITS);
    }
}

impl HeapArc {
    /// All rows that are not loaded, and are to refer to new entities.
    pub(crate) fn awaited(&self) -> Vec<Awaited> {
        // SAFETY: cells of this heap, which `self` keeps
        let counted = |cell: CellPtr| unsafe { AnyRef::counted(cell) };
        let register = self.register();
        let awaited = register.awaited.iter();
        awaited.map(|(row, field, target)| Awaited { row: counted(*row), field: *field, target: counted(*target) }).collect()
    }

    /// Forgets some that were flushed, all at once: there may be many.
    pub(crate) fn mark_awaited_stored(&self, stored: &[Awaited]) {
        if stored.is_empty() {
            return;
        }
        let mut register = self.register();
        let stored: HashSet<AwaitedCells> =
            stored.iter().map(|awaited| (awaited.row.ptr(), awaited.field, awaited.target.ptr())).collect();
        register.awaited.retain(|known| !stored.contains(known));
        let still: HashSet<CellPtr> = register.awaited.iter().map(|(row, ..)| *row).collect();
        for (row, ..) in stored.iter().filter(|(row, ..)| !still.contains(row)) {
            // SAFETY: cells of this heap, which `self` keeps
            unsafe { row.get() }.clear(flag::AWAITS);
        }
    }
}
