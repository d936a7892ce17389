//! What a rollback brings back, among the collections of those that it has relations with.

use super::sides::inverse;
use super::state::{of, of_or_new};
use super::whole::doubt_parts;
use crate::heap::any_ref::AnyRef;

/// Shows entities that are there again, or were taken back to what they were, where their own relations say that they
/// are: these may have moved meanwhile, when nobody else took notice of them.
pub(crate) fn rejoin(entities: &[AnyRef]) {
    for entity in entities.iter().filter(|entity| !entity.is_gone() && entity.is_looked_after()) {
        entity.rejoin_owners();
        entity.rejoin_linked();
    }
}

impl AnyRef {
    fn rejoin_owners(&self) {
        let (Some(view), stored) = (self.view(), self.pin_snapshot()) else { return };
        for field in self.to_one_fields().filter(|field| self.one_to_one(*field).is_none()) {
            let Some(owner) = view.to_one(field) else { continue };
            let has_moved = stored.as_ref().is_some_and(|stored| stored.view().to_one(field) != Some(owner));
            if let Some((owner, field)) = inverse(self, field, owner) {
                let state = of_or_new(owner, field);
                if state.is_complete() || (has_moved && !state.is_partial()) {
                    state.add(owner, self.ptr());
                }
            }
            doubt_parts(owner, &self.arena().shape.other_parts[usize::from(field)], self.ptr());
        }
    }

    fn rejoin_linked(&self) {
        for field in self.collection_fields() {
            let Some(many) = self.many_to_many(*field) else { continue };
            let other = if many.owner { many.other_side } else { many.owning(*field) };
            let Some(other) = other else { continue };
            for item in self.collection_items(*field).iter().filter(|item| !item.is_gone()) {
                if let Some(state) = of(item, other).filter(|state| state.is_complete()) {
                    state.add(item, self.ptr());
                }
            }
        }
    }

    /// Whether an item of a collection, as far as it says so itself, belongs to another owner by now.
    pub(super) fn has_moved_from(&self, owner: &AnyRef, field: u16) -> bool {
        let back = owner.mapped_by(field).filter(|_| owner.many_to_many(field).is_none());
        back.zip(self.view()).is_some_and(|(back, view)| view.to_one(back) != Some(owner))
    }
}
