//! One-to-many collections: whether they were changed, and replacing what was never loaded.

use super::lookup::Among;
use super::state::{CHANGED, CollectionState, of, of_or_new};
use crate::heap::any_ref::AnyRef;
use crate::heap::sync::AcqRel;

/// Notes that items came or went, until the next flush.
pub(super) fn mark_changed(owner: &AnyRef, field: u16, state: &CollectionState) {
    if state.status.fetch_or(CHANGED, AcqRel) & CHANGED == 0 {
        owner.heap().register().changed_collections.push((owner.ptr(), field));
    }
}

impl AnyRef {
    /// Says that the items of a one-to-many relation, which were never loaded, are all that there is to be: the rows
    /// of others are let go by the next flush.
    pub(crate) fn replace_collection(&self, field: u16) {
        let mut listed = self.heap().listing();
        let state = of_or_new(self, field);
        state.lock().get_or_insert_default().replace();
        state.mark_initialized();
        mark_changed(self, field, state);
        listed.list(self, field, state);
    }
    /// Puts the items of a collection into this order, in memory.
    pub(crate) fn reorder_collection(&self, field: u16, items: &[AnyRef]) {
        if let Some(state) = of(self, field) {
            state.reorder(self, items);
        }
    }
    /// Takes items out of a one-to-many collection, and of those that show the same items, without touching their
    /// relations back. Each is copied once.
    pub(crate) fn take_out_of_collection(&self, field: u16, items: &[AnyRef]) {
        let (Some(first), Some(back)) = (items.first(), self.mapped_by(field)) else { return };
        let shape = &first.arena().shape;
        let full = shape.inverse[usize::from(back)].and_then(|slot| self.collection_fields().get(usize::from(slot)));
        for field in full.into_iter().chain(&shape.other_parts[usize::from(back)]) {
            let Some(state) = of(self, *field) else { continue };
            let leaving = Among::new(items, state.items().len());
            if state.remove(self, |known| leaving.has(known)) > 0 {
                mark_changed(self, *field, state);
            }
        }
    }
}
