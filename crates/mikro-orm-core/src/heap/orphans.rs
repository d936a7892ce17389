//! Orphans: what was taken out of a relation that owns it (`orphan_removal`), and is deleted by the next flush.
//!
//! An orphan is scheduled like any other delete, and shows as removed; but whoever finds a new owner for it takes
//! that back, for it and for all that went with it.

use super::cell::{CellPtr, flag};
use super::collection::leave_collections_unless;
use super::{AnyRef, CellSet};
use crate::entity::ReferentialAction;
use crate::error::Error;
use crate::metadata::{EntityMetadata, PropertyMetadata, RelationMetadata};

/// Schedules the delete of an entity that was taken out of a relation with `orphan_removal`, and of what is removed
/// with it. New entities are just not inserted.
///
/// The relation itself is the caller's: that of the entity's row may stay as it is, since the row is deleted.
pub(crate) fn orphan(item: &AnyRef) {
    let orphans = walk(item, |entity| {
        if entity.is_new() {
            entity.cancel_insert();
            return true;
        }
        entity.schedule_orphan()
    });
    leave(&orphans);
}

/// Takes back that an entity is an orphan, and what was removed with it: it has an owner again. What the user removed
/// stays removed. (A new entity is persisted by whoever gives it an owner.)
pub(crate) fn keep(item: &AnyRef) {
    keep_all(std::slice::from_ref(item));
}

/// As [`keep`], for several.
pub(crate) fn keep_all(items: &[AnyRef]) {
    if items.first().is_some_and(|item| item.heap().has_removals()) {
        items
            .iter()
            .for_each(|item| drop(walk(item, |entity| entity.cancel_orphan() || (entity.is_new() && !entity.is_withdrawn()))));
    }
}

impl AnyRef {
    /// Sets a row's relation to this entity, which is removed, to null.
    ///
    /// # Errors
    /// As [`AnyRef::edit_to_one`].
    pub(crate) fn disconnect(&self, holder: &AnyRef, field: u16) -> Result<(), Error> {
        holder.edit_to_one(field, None)?;
        self.heap().register().disconnected.push((self.ptr(), holder.ptr(), field));
        Ok(())
    }

    /// The removal is taken back: what referred to the entity does so again, unless it refers to something else by now.
    pub(super) fn reconnect(&self) {
        for (holder, field) in self.take_disconnected() {
            // SAFETY: a cell of this heap, which `self` keeps
            let holder = unsafe { AnyRef::counted(holder) };
            let refers_to_nothing = holder.view().is_some_and(|view| view.to_one(field).is_none());
            if refers_to_nothing
                && !holder.is_removed()
                && !holder.is_gone()
                && let Err(error) = crate::events::quietly(|| holder.edit_to_one(field, Some(self)))
            {
                self.heap().pending_error(error);
            }
        }
    }

    /// Forgets what was disconnected from this entity, and gives it.
    pub(super) fn take_disconnected(&self) -> Vec<(CellPtr, u16)> {
        let mut register = self.heap().register();
        let own = register.disconnected.extract_if(.., |(removed, ..)| *removed == self.ptr());
        own.map(|(_, holder, field)| (holder, field)).collect()
    }
}

/// Schedules the delete of an entity, and of what is removed with it. Gives all of them.
pub(crate) fn remove(entity: &AnyRef) -> Vec<AnyRef> {
    let removed = walk(entity, |entity| {
        if entity.is_new() {
            entity.withdraw();
        } else {
            entity.schedule_removal();
        }
        true
    });
    leave(&removed);
    removed
}

/// Visits an entity and what is removed with it, as far as `visit` says to go on. Gives what was visited.
fn walk(entity: &AnyRef, mut visit: impl FnMut(&AnyRef) -> bool) -> Vec<AnyRef> {
    let mut seen = CellSet::default();
    let mut all = vec![entity.clone()];
    seen.insert(entity.clone());
    let mut next = 0;
    while let Some(entity) = all.get(next).cloned() {
        next += 1;
        if visit(&entity) {
            entity.each_dependent(|dependent| {
                if seen.insert(dependent.clone()) {
                    all.push(dependent.clone());
                }
            });
        }
    }
    all
}

/// Takes new entities that are not to be inserted out of the collections that they are in: a flush would find them
/// there. What goes with an owner that goes, too, stays in its collections.
fn leave(gone: &[AnyRef]) {
    let new: Vec<AnyRef> = gone.iter().filter(|entity| entity.is_new()).cloned().collect();
    if !new.is_empty() {
        let owners: CellSet = gone.iter().cloned().collect();
        drop(leave_collections_unless(&new, |owner| owners.contains(owner)));
    }
}

/// Whether a row can't be without what its foreign key refers to, and is deleted with it.
fn goes_with_its_owner(foreign_key: &PropertyMetadata) -> bool {
    let rule = foreign_key.relation.as_ref().and_then(|relation| relation.delete_rule);
    !foreign_key.nullable && rule == Some(ReferentialAction::Cascade)
}

impl AnyRef {
    /// What the metadata says; `None` when it does not know the entity.
    pub(crate) fn metadata(&self) -> Option<&EntityMetadata> {
        let metadata = self.heap().metadata.as_ref()?;
        Some(metadata.entity(self.entity()?))
    }

    /// Whether it is to be deleted because nothing owns it any more; or, when it is new, was removed before it was stored.
    pub(crate) fn is_orphan(&self) -> bool {
        self.cell().is(flag::ORPHAN)
    }

    /// Whether what is taken out of its relation `field` is deleted: that is what the relation says, or the row can't
    /// be without its owner, and the foreign key says that it goes with it.
    pub(crate) fn removes_orphans(&self, field: u16) -> bool {
        let relation = self.metadata().and_then(|entity| entity.property(field).relation.as_ref());
        relation.is_some_and(|relation| relation.orphan_removal || self.other_side(relation).is_some_and(goes_with_its_owner))
    }

    /// The property at the other end of one of its relations.
    fn other_side(&self, relation: &RelationMetadata) -> Option<&PropertyMetadata> {
        let target = self.heap().metadata.as_ref()?.entity(relation.target);
        Some(target.property(relation.other_side?))
    }

    /// Whether its to-one relation `field` is one to an owner that has it deleted when it is taken out.
    pub(super) fn is_owned_by(&self, field: u16) -> bool {
        let relation = self.metadata().and_then(|entity| entity.property(field).relation.as_ref());
        let inverse = relation.and_then(|relation| self.other_side(relation)?.relation.as_ref());
        inverse.is_some_and(|inverse| inverse.orphan_removal)
    }

    /// The entities that are removed with this one: what its relations with `cascade(remove)` or `orphan_removal`
    /// are known to lead to.
    pub(crate) fn each_dependent(&self, mut visit: impl FnMut(&AnyRef)) {
        let goes_along = |relation: &RelationMetadata| relation.cascade.remove || relation.orphan_removal;
        for property in self.metadata().into_iter().flat_map(|entity| &entity.properties) {
            if !property.relation.as_ref().is_some_and(goes_along) {
                continue;
            }
            if property.kind.is_to_many() {
                self.collection_items(property.index).iter().for_each(&mut visit);
            } else if let Some(target) = self.view().and_then(|view| view.to_one(property.index)) {
                visit(target);
            }
        }
    }
}
