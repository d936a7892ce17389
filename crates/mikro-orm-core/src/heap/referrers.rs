//! Loaded rows whose relations the database has set to null, because what they referred to went.

use super::any_ref::AnyRef;
use super::cell::CellPtr;
use super::sync::Acquire;
use super::view::Pinned;
use super::{EntityView, HeapArc};
use crate::entity::ReferentialAction;
use crate::key::Key;
use crate::metadata::{EntityId, Metadata, PropertyKind, PropertyMetadata};
use crate::value::Value;
use std::collections::HashSet;
use std::ptr::NonNull;

impl HeapArc {
    /// The loaded rows that, as the database had them, refer to one of these by a relation that can be null, and by which.
    /// All loaded rows of entities that have such relations are looked at.
    pub(crate) fn referrers_of(&self, metadata: &Metadata, targets: &[AnyRef]) -> Vec<(AnyRef, u16)> {
        let entities: HashSet<EntityId> = targets.iter().filter_map(AnyRef::entity).collect();
        let cells: HashSet<CellPtr> = targets.iter().map(AnyRef::ptr).collect();
        let mut found = Vec::new();
        for entity in metadata.entities() {
            let refers = |property: &&PropertyMetadata| {
                let relation = property.relation.as_ref().filter(|relation| relation.owner);
                property.kind.is_to_one() && property.nullable && relation.is_some_and(|r| entities.contains(&r.target))
            };
            for property in entity.properties.iter().filter(refers) {
                let refers = |target: &AnyRef| cells.contains(&target.ptr());
                found.extend(self.referring(entity.id, property.index, refers).into_iter().map(|row| (row, property.index)));
            }
            // keys in the place of relations
            let holds = |property: &&PropertyMetadata| {
                let relation =
                    property.relation.as_ref().filter(|relation| relation.owner && entities.contains(&relation.target));
                let is_unset = property.formula().is_some() || property.on_delete() == Some(ReferentialAction::SetNull);
                let held = relation.is_some_and(|relation| relation.foreign_key.is_some() || property.formula().is_some());
                property.kind == PropertyKind::Scalar && property.nullable && held && is_unset
            };
            for property in entity.properties.iter().filter(holds) {
                let of = property.relation.as_ref().map(|relation| relation.target);
                let keys: HashSet<Key> = targets.iter().filter(|target| target.entity() == of).filter_map(AnyRef::key).collect();
                let holds =
                    |row: EntityView<'_>| Key::from_value(&row.value(property.index)).is_some_and(|key| keys.contains(&key));
                found.extend(self.rows_as_stored(entity.id, holds).into_iter().map(|row| (row, property.index)));
            }
        }
        found
    }

    /// The loaded rows that the database has deleted with these, since they referred to them by a foreign key that says so. (What is to be
    /// removed itself is not among them, nor what goes with what is found.)
    pub(crate) fn deleted_with(&self, metadata: &Metadata, targets: &[AnyRef]) -> Vec<AnyRef> {
        let entities: HashSet<EntityId> = targets.iter().filter_map(AnyRef::entity).collect();
        let cells: HashSet<CellPtr> = targets.iter().map(AnyRef::ptr).collect();
        let mut found = Vec::new();
        for entity in metadata.entities() {
            let goes_along = |property: &&PropertyMetadata| {
                property.goes_along() && property.relation.as_ref().is_some_and(|relation| entities.contains(&relation.target))
            };
            for property in entity.properties.iter().filter(goes_along) {
                // (what was pointed elsewhere was so before the delete, whether the heap has been told or not)
                let still = |target: &AnyRef| cells.contains(&target.ptr());
                let goes = |row: &AnyRef| {
                    let refers = row.view().is_some_and(|row| row.to_one(property.index).is_some_and(still));
                    refers && !row.is_gone() && !row.is_removed() && !cells.contains(&row.ptr())
                };
                found.extend(self.referring(entity.id, property.index, still).into_iter().filter(goes));
            }
        }
        found
    }

    /// The loaded rows of an entity that, as the database had them, refer by this relation to what satisfies a condition.
    pub(crate) fn referring(&self, entity: EntityId, field: u16, condition: impl Fn(&AnyRef) -> bool) -> Vec<AnyRef> {
        self.rows_as_stored(entity, |row| row.to_one(field).is_some_and(&condition))
    }

    /// The loaded rows of an entity that, as the database had them, satisfy a condition.
    fn rows_as_stored(&self, entity: EntityId, condition: impl Fn(EntityView<'_>) -> bool) -> Vec<AnyRef> {
        // SAFETY: an arena lives as long as its heap
        let arena = unsafe { self.arenas[entity.0 as usize].load(Acquire).as_ref() };
        let Some(arena) = arena.filter(|arena| !arena.descriptor.fields.is_empty()) else { return Vec::new() };
        let mut found = Vec::new();
        arena.for_each_cell(|cell| {
            // SAFETY: a cell of this heap; its snapshot is a published version, and versions go only when nobody holds the heap
            let snapshot = unsafe { NonNull::new(cell.get().snapshot.load(Acquire)).map(|v| EntityView::new(arena, v)) };
            if snapshot.is_some_and(&condition) {
                // SAFETY: as above
                found.push(unsafe { AnyRef::counted(cell) });
            }
        });
        found
    }
}

impl AnyRef {
    /// Notes that the database has set a relation to null. A relation that was edited since stays as it was edited. Gives
    /// the version that the database had before.
    pub(crate) fn relation_went(&self, field: u16) -> Option<Pinned> {
        let before = self.pin_snapshot()?;
        let edited = match before.view().to_one(field) {
            Some(target) => self.view().is_some_and(|current| current.to_one(field) != Some(target)),
            // (the key in the place of a relation)
            None => {
                let key = before.view().value(field);
                if key.is_null() {
                    return None;
                }
                self.view().is_some_and(|current| !current.value(field).same(&key))
            }
        };
        let nothing = [(field, Value::Null)];
        // (null fits a relation that can be null)
        let stored = if edited { self.beside(&before, &nothing) } else { self.write_back(&before, &nothing) };
        self.mark_stored(&stored.ok()?);
        Some(before)
    }
}
