//! What a flush stores of collections, and what the heap learns when it did.

use super::lookup::Among;
use super::pending::{Pending, Relinked};
use super::state::{CHANGED, LISTED, is_unstored, of, of_or_new};
use super::whole::mark_changed;
use crate::heap::any_ref::AnyRef;
use crate::heap::sync::{AcqRel, Acquire};
use crate::heap::{Heap, HeapArc};

impl HeapArc {
    /// The collections with something to be stored.
    pub(crate) fn relinked(&self) -> Vec<Relinked> {
        let listed = self.listed();
        let mut changes = Vec::with_capacity(listed.len());
        for (cell, field) in listed.iter() {
            // SAFETY: cells of this heap, which `self` keeps
            let counted = |cell| unsafe { AnyRef::counted(cell) };
            let owner = counted(*cell);
            let Some(state) = of(&owner, *field) else { continue };
            let writer = state.lock();
            let Some(pending) = writer.as_deref().filter(|pending| !pending.is_empty()) else { continue };
            let added = if pending.whole {
                state.items().iter().map(|item| counted(item.ptr())).collect()
            } else {
                pending.added.iter().map(|(item, _)| counted(item)).collect()
            };
            let removed = pending.removed.iter().map(|(item, _)| counted(item)).collect();
            let surely_new = !pending.whole && pending.added.iter().all(|(_, surely_new)| surely_new);
            let surely_there = pending.removed.iter().all(|(_, surely_there)| surely_there);
            let whole = pending.whole;
            drop(writer);
            changes.push(Relinked { owner, field: *field, whole, added, removed, surely_new, surely_there });
        }
        changes
    }
}

impl Heap {
    /// Whether a collection has something to be stored.
    pub(in crate::heap) fn has_relinked(&self) -> bool {
        !self.listed().is_empty()
    }
    /// Forgets collections that were stored.
    pub(in crate::heap) fn settle_collections(&self) {
        let mut listed = self.listed();
        // SAFETY: cells of this heap, which `self` keeps, and which have collections
        listed.retain(|(cell, field)| {
            let owner = AnyRef::uncounted(*cell);
            let Some(state) = of(&owner, *field) else { return false };
            let mut writer = state.lock();
            let pending = writer.as_deref().is_some_and(|pending| !pending.is_empty());
            if !pending {
                *writer = None;
                state.status.fetch_and(!LISTED, AcqRel);
            }
            pending
        });
        let changed = std::mem::take(&mut self.register().changed_collections);
        let mut still = Vec::new();
        for (cell, field) in changed {
            let owner = AnyRef::uncounted(cell);
            let Some(state) = of(&owner, field) else { continue };
            if state.status.load(Acquire) & LISTED != 0 {
                still.push((cell, field));
            } else {
                state.status.fetch_and(!CHANGED, AcqRel);
            }
        }
        if !still.is_empty() {
            self.register().changed_collections.extend(still);
        }
    }
    /// Forgets what is to be stored; the heap is left to the handles that are out.
    pub(in crate::heap) fn forget_collections(&self) {
        self.listed().clear();
    }
}

impl AnyRef {
    /// Tells the heap that the database has this change.
    pub(crate) fn mark_relinked(&self, change: &Relinked) {
        let _listed = self.heap().listed();
        let state = of_or_new(self, change.field);
        let mut writer = state.lock();
        // what came meanwhile is still to be stored
        let mut pending = writer.take().unwrap_or_default();
        if self.many_to_many(change.field).is_none_or(|many| many.is_noted_elsewhere(change.field)) {
            // what came meanwhile is noted with the owning side
            return;
        }
        let items = state.items();
        let written = Among::new(&change.added, items.len() + change.removed.len());
        let has = Among::new(items, change.added.len() + change.removed.len());
        if change.whole {
            *pending = Pending::default();
            if !items.iter().eq(&change.added) {
                let added = items.iter().filter(|item| !written.has(item.ptr()));
                pending.added = added.map(|item| (item.ptr(), true)).collect();
                let removed = change.added.iter().filter(|item| !has.has(item.ptr()));
                pending.removed = removed.map(|item| (item.ptr(), true)).collect();
            }
        } else if !pending.whole {
            for item in &change.removed {
                pending.removed.forget(item.ptr());
                if has.has(item.ptr()) && !written.has(item.ptr()) {
                    pending.added.note(item.ptr(), true);
                }
            }
            for item in &change.added {
                if has.has(item.ptr()) {
                    pending.added.forget(item.ptr());
                } else if !item.is_gone() {
                    pending.removed.note(item.ptr(), true);
                }
            }
        }
        *writer = (!pending.is_empty()).then_some(pending);
    }

    /// Takes back [`AnyRef::mark_relinked`]: the change is pending again.
    pub(crate) fn unmark_relinked(&self, change: &Relinked) {
        let mut listed = self.heap().listing();
        let state = of_or_new(self, change.field);
        let mut writer = state.lock();
        let pending = writer.get_or_insert_default();
        let written = Among::new(&change.added, change.removed.len());
        let has = Among::new(state.items(), change.added.len());
        if change.whole {
            pending.replace();
        } else if !pending.whole {
            for item in &change.added {
                if pending.removed.forget(item.ptr()).is_none() && has.has(item.ptr()) {
                    pending.added.note(item.ptr(), change.surely_new);
                }
            }
            for item in &change.removed {
                let came_back = pending.added.has(item.ptr()) && !written.has(item.ptr());
                match (came_back, change.surely_there) {
                    // the database has it again, or perhaps never had it
                    (true, true) => drop(pending.added.forget(item.ptr())),
                    (true, false) => pending.added.doubt(item.ptr()),
                    (false, surely_there) => pending.removed.note(item.ptr(), surely_there),
                }
            }
        }
        drop(writer);
        mark_changed(self, change.field, state);
        listed.list(self, change.field, state);
    }

    /// Schedules the links of a row that was deleted and is to be inserted again.
    pub(in crate::heap) fn relink_again(&self) {
        for field in self.collection_fields() {
            let owns = self.many_to_many(*field).is_some_and(|many| !many.is_noted_elsewhere(*field));
            if let Some(state) = of(self, *field).filter(|state| owns && !state.items().is_empty()) {
                let mut listed = self.heap().listing();
                state.lock().get_or_insert_default().replace();
                listed.list(self, *field, state);
            }
        }
    }

    /// Whether a collection was changed since the last flush.
    pub(crate) fn is_collection_dirty(&self, field: u16) -> bool {
        let Some(state) = of(self, field) else { return false };
        state.status.load(Acquire) & (CHANGED | LISTED) != 0
            || self.mapped_by(field).is_some_and(|back| {
                let stored_elsewhere =
                    |item: &AnyRef| item.snapshot_view().is_none_or(|stored| stored.to_one(back) != Some(self));
                state.items().iter().any(|item| is_unstored(item) && stored_elsewhere(item))
            })
    }
}
