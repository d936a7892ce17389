//! One-to-many collections: whether they were changed, and replacing what was never loaded.

use super::lookup::Among;
use super::state::{CHANGED, CollectionState, LISTED, of, of_or_new};
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::CellPtr;
use crate::heap::sync::{AcqRel, Acquire};
use crate::heap::view::EntityView;

/// Notes that items came or went, until the next flush.
pub(super) fn mark_changed(owner: &AnyRef, field: u16, state: &CollectionState) {
    // (mostly it is said already)
    if state.status.load(Acquire) & CHANGED == 0 && state.status.fetch_or(CHANGED, AcqRel) & CHANGED == 0 {
        owner.heap().register().changed_collections.push((owner.ptr(), field));
    }
}

/// An item came into the whole. Whether it belongs into the parts that do not have it, is not known until they are
/// loaded again.
pub(super) fn doubt_parts<'a>(owner: &AnyRef, parts: impl IntoIterator<Item = &'a u16>, item: CellPtr) {
    for part in parts {
        if let Some(state) = of(owner, *part).filter(|state| state.is_complete())
            && !state.has(item, &mut state.lock())
        {
            state.doubt();
        }
    }
}

impl AnyRef {
    /// As [`doubt_parts`], of all parts of a collection.
    pub(super) fn doubt_parts_of(&self, field: u16, item: &AnyRef) {
        let shape = &self.arena().shape;
        let parts = shape.collections.iter().zip(&shape.partial).filter(|(_, full)| **full == Some(Some(field)));
        doubt_parts(self, parts.map(|(part, _)| part), item.ptr());
    }
    /// A row of an entity that is the table of many-to-many relations came or went as an entity: what these have of both
    /// its ends is to be loaded again. (What is gone has left collections by itself.)
    pub(crate) fn doubt_links(&self) {
        if let Some(view) = self.view() {
            self.doubt_links_of(view);
        }
    }
    /// As [`AnyRef::doubt_links`], as a version of the row says.
    pub(crate) fn doubt_links_of(&self, view: EntityView<'_>) {
        let Some(metadata) = self.metadata().filter(|metadata| !metadata.pivot_of.is_empty()) else { return };
        for (field, own, item) in &metadata.pivot_of {
            let (Some(owner), Some(item)) = (view.to_one(*own), view.to_one(*item)) else { continue };
            if owner.is_gone() || item.is_gone() {
                continue;
            }
            owner.doubt_collection(*field);
            if let Some(other) = owner.many_to_many(*field).and_then(|many| many.other_side) {
                item.doubt_collection(other);
            }
        }
        self.heap().recount();
    }
    /// Says that a collection, and those that show a part of it, may not have what the database has.
    fn doubt_collection(&self, field: u16) {
        let shape = &self.arena().shape;
        let parts = shape.collections.iter().zip(&shape.partial).filter(|(_, full)| **full == Some(Some(field)));
        for field in parts.map(|(part, _)| *part).chain([field]) {
            if let Some(state) = of(self, field).filter(|state| state.is_complete()) {
                state.doubt();
            }
        }
    }
    /// Whether a collection shows a part of one that was changed since the last flush.
    pub(super) fn shows_part_of_changed(&self, field: u16) -> bool {
        let full = self.shows_part_of(field).flatten().and_then(|full| of(self, full));
        full.is_some_and(|full| full.status.load(Acquire) & (CHANGED | LISTED) != 0)
    }
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
