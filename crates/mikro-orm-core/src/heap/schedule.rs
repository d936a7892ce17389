//! Remembering what was scheduled, so that a rolled back transaction leaves the schedule as it found it.

use super::Heap;
use super::cell::{CellPtr, flag};
use std::collections::HashSet;

/// What was scheduled at some moment.
pub(crate) struct ScheduleMark {
    persisted: HashSet<CellPtr>,
    removed: HashSet<CellPtr>,
}

impl Heap {
    /// What is scheduled now.
    pub(crate) fn mark_schedule(&self) -> ScheduleMark {
        let register = self.register();
        ScheduleMark {
            persisted: register.persisted.iter().map(|(cell, _)| *cell).collect(),
            removed: register.removed.iter().copied().collect(),
        }
    }

    /// Takes back inserts and deletes that were scheduled since.
    pub(crate) fn restore_schedule(&self, mark: ScheduleMark) {
        let mut register = self.register();
        // SAFETY: cells of this heap, which `self` keeps
        unsafe {
            register.persisted.retain(|(cell, _)| mark.persisted.contains(cell) || !cell.get().clear(flag::PERSIST));
            register.removed.retain(|cell| mark.removed.contains(cell) || !cell.get().clear(flag::REMOVE));
        }
    }

    /// Forgets everything that is scheduled; the heap is left to the handles that are out.
    pub(crate) fn forget_schedule(&self) {
        let mut register = self.register();
        register.persisted.clear();
        register.changed.clear();
        register.removed.clear();
        register.patches.clear();
        register.errors.clear();
    }
}
