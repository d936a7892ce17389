//! Keeping the two sides of a to-one relation and its collection in step, and loaded collections.

use super::state::{self, CollectionState, Part, is_unstored, of, of_or_new};
use super::{links, whole};
use crate::error::Error;
use crate::field::FieldKind;
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::CellPtr;
use crate::heap::one_to_one;
use std::collections::{HashMap, HashSet};

/// Who moved a relation.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::heap) enum Origin {
    /// The program: a collection that is not loaded yet must know of it, too, when it is loaded before the flush.
    Program,
    /// The program, which makes an entity that is persisted as soon as it is there.
    Creation,
    /// What the program did to the other side of the relation.
    OtherSide,
    /// The database: a collection that is not loaded yet will hear of it.
    Database,
}

/// Keeps the other side in step: `item`'s to-one relation `field` moved from `before` to `after`.
pub(in crate::heap) fn propagate(item: &AnyRef, field: u16, before: Option<&AnyRef>, after: Option<&AnyRef>, origin: Origin) {
    let hears = |target: &&AnyRef| matches!(origin, Origin::Creation | Origin::Database) || item.is_known_to(target);
    let after = after.filter(hears);
    if before.map(AnyRef::ptr) == after.map(AnyRef::ptr) {
        return;
    }
    if let Some(side) = item.one_to_one(field) {
        return one_to_one::propagate(item, side, before, after, origin);
    }
    if let Some((owner, field)) = before.and_then(|owner| inverse(item, field, owner))
        && let Some(state) = of(owner, field)
    {
        if !state.take_one(owner, item.ptr()) {
            // (an item of a collection that is not loaded, or of a part that was not)
            // what the database says was perhaps so when the number was read
            if state.is_initialized() || origin == Origin::Database {
                state.forget_count();
            } else if item.is_looked_after() {
                state.adjust_count(-1);
            }
        } else if origin != Origin::Database {
            whole::mark_changed(owner, field, state);
        }
    }
    // (whether an item satisfies the condition of such a collection is not known here; that it has left, is)
    for part in &item.arena().shape.other_parts[usize::from(field)] {
        if let Some(owner) = before
            && let Some(state) = of(owner, *part)
            && state.take_one(owner, item.ptr())
            && origin != Origin::Database
        {
            whole::mark_changed(owner, *part, state);
        }
    }
    if let Some(owner) = after.filter(|_| origin != Origin::Database) {
        whole::doubt_parts(owner, &item.arena().shape.other_parts[usize::from(field)], item.ptr());
    }
    if let Some((owner, field)) = after.and_then(|owner| inverse(item, field, owner)) {
        if origin != Origin::Database {
            let state = of_or_new(owner, field);
            // (what satisfies the condition of a partial collection is not known here)
            if !state.is_partial() {
                if owner.is_looked_after() {
                    state.add_referring(owner, item.ptr());
                } else {
                    // (one that nobody persisted may have the item, which has not heard of it)
                    state.add(owner, item.ptr());
                }
                whole::mark_changed(owner, field, state);
            }
        } else if let Some(state) = of(owner, field) {
            if state.is_complete() {
                state.add(owner, item.ptr());
            } else if before.is_some() {
                state.forget_count();
            }
        }
    }
}

/// The collection of `owner` on the other side of an item's relation.
pub(super) fn inverse<'a>(item: &AnyRef, field: u16, owner: &'a AnyRef) -> Option<(&'a AnyRef, u16)> {
    let slot = item.arena().shape.inverse[usize::from(field)]?;
    Some((owner, *owner.arena().shape.collections.get(usize::from(slot))?))
}

/// Whether the collection on the other side of an item's relation has it already.
pub(in crate::heap) fn has_item(item: &AnyRef, field: u16, owner: &AnyRef) -> bool {
    let state = inverse(item, field, owner).and_then(|(owner, field)| of(owner, field));
    state.is_some_and(|state| state.contains(item.ptr()))
}

/// Takes entities out of the other sides of their relations: each collection is copied once. Gives
/// where they were.
pub(crate) fn leave_collections(entities: &[AnyRef]) -> Vec<links::Left> {
    leave_collections_unless(entities, |_| false)
}

/// As [`leave_collections`], but stays in those of owners that `stays_with` says.
pub(in crate::heap) fn leave_collections_unless(entities: &[AnyRef], stays_with: impl Fn(&AnyRef) -> bool) -> Vec<links::Left> {
    let mut left = Vec::new();
    let mut leaving: HashMap<(AnyRef, u16), HashSet<CellPtr>> = HashMap::new();
    for entity in entities {
        let Some(view) = entity.view() else { continue };
        entity.set_apart();
        entity.leave_counterparts(&stays_with, |of, field| {
            left.push(links::Left::Counterpart { of, field, entity: entity.clone() })
        });
        for field in entity.to_one_fields() {
            let Some(owner) = view.to_one(field).filter(|owner| !stays_with(owner)) else { continue };
            let full = inverse(entity, field, owner).map(|(_, field)| field);
            for field in full.iter().chain(&entity.arena().shape.other_parts[usize::from(field)]) {
                leaving.entry((owner.clone(), *field)).or_default().insert(entity.ptr());
            }
        }
    }
    for ((owner, field), items) in leaving {
        if let Some(state) = of(&owner, field) {
            left.extend(links::leaving(&owner, field, state, |item| items.contains(&item)));
            state.remove(&owner, |known| items.contains(&known));
        }
    }
    links::leave(entities, &mut left);
    left
}

impl AnyRef {
    /// Fills a collection with what was loaded of it. What was added and is not stored yet stays, behind it.
    pub(crate) fn set_collection<'a, I>(&self, field: u16, items: I, part: Part)
    where
        I: IntoIterator<Item = &'a AnyRef, IntoIter: ExactSizeIterator>,
    {
        let target = self.descriptor().fields[usize::from(field)].target;
        let items = items.into_iter().inspect(|item| debug_assert!(target.is_some_and(|target| item.is_a(target.descriptor()))));
        let items = items.map(AnyRef::ptr);
        let state = of_or_new(self, field);
        state.expect(part);
        if self.many_to_many(field).is_some() {
            links::set_loaded(self, field, state, part, items);
        } else {
            let mut writer = state.lock();
            if writer.as_ref().is_none_or(|pending| !pending.whole) {
                state.set_items(self, items, is_unstored, &mut writer);
            }
        }
        state.mark_loaded(part);
        if self.shows_part_of_changed(field) {
            // (what is not stored yet may belong here)
            state.doubt();
        }
    }
    /// The known items of a collection.
    pub(crate) fn collection_items(&self, field: u16) -> &[AnyRef] {
        of(self, field).map_or(&[], CollectionState::items)
    }
    /// Whether all items of a collection are known (or all that were asked for).
    pub(crate) fn is_collection_initialized(&self, field: u16) -> bool {
        of(self, field).is_some_and(CollectionState::is_initialized)
    }
    /// Whether a collection was loaded, and whole.
    pub(crate) fn is_collection_complete(&self, field: u16) -> bool {
        of(self, field).is_some_and(CollectionState::is_complete)
    }
    /// Whether a collection has items whose rows are not loaded.
    pub(crate) fn has_unloaded_items(&self, field: u16) -> bool {
        of(self, field).is_some_and(CollectionState::has_unloaded_items)
    }
    /// Checks that the field is a collection of such items (code that builds entities says which field it fills).
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn check_collects(&self, field: u16, item: &AnyRef) -> Result<(), Error> {
        if !self.collects(field, item) {
            return Err(Error::invalid(self.name(), format!("has no collection of {} in its field {field}", item.name())));
        }
        Ok(())
    }
    /// Whether the field is a collection of such items.
    pub(crate) fn collects(&self, field: u16, item: &AnyRef) -> bool {
        let def = self.descriptor().fields.get(usize::from(field)).filter(|def| def.vtable.kind == FieldKind::ToMany);
        def.and_then(|def| def.target).is_some_and(|target| item.is_a(target.descriptor()))
    }
    /// Adds an item to a collection, without touching its relation back. Says whether it was not in.
    ///
    /// # Errors
    /// When the field is no collection of such items.
    pub(crate) fn add_to_collection(&self, field: u16, item: &AnyRef) -> Result<bool, Error> {
        self.check_collects(field, item)?;
        let state = of_or_new(self, field);
        let added = state.add(self, item.ptr());
        if added {
            // (one that refers to this owner is counted already; where others are, is not known here)
            let is_counted = self.mapped_by(field).zip(item.view()).is_some_and(|(back, item)| item.to_one(back) == Some(self));
            if !is_counted || self.shows_part_of(field).is_some() {
                state.count_added(false);
            }
            self.doubt_parts_of(field, item);
            whole::mark_changed(self, field, state);
        }
        Ok(added)
    }
    /// Shows an item in a collection that it was added to, when its relation back did not bring it in: what is
    /// loaded by a condition does not hear of relations.
    ///
    /// # Errors
    /// When the field is no collection of such items.
    pub(crate) fn show_in_collection(&self, field: u16, item: &AnyRef) -> Result<(), Error> {
        if of(self, field).is_some_and(CollectionState::is_partial) {
            self.add_to_collection(field, item)?;
        }
        Ok(())
    }
    /// Takes items out of a collection, without touching their relations back.
    pub(crate) fn take_from_collection(&self, field: u16, is_leaving: impl Fn(&AnyRef) -> bool) {
        if let Some(state) = of(self, field)
            && state.remove(self, |item| is_leaving(&AnyRef::uncounted(item))) > 0
        {
            whole::mark_changed(self, field, state);
        }
    }
    /// The fields with collections.
    pub(crate) fn collection_fields(&self) -> &[u16] {
        &self.arena().shape.collections
    }
    /// The to-one field of a one-to-many relation's items that refers to the owner.
    pub(crate) fn mapped_by(&self, field: u16) -> Option<u16> {
        self.arena().shape.mapped_by[state::slot(self, field)]
    }
    /// The to-one fields with columns.
    pub(crate) fn to_one_fields(&self) -> impl Iterator<Item = u16> + '_ {
        use crate::heap::arena::LinkKind;
        let links = self.arena().shape.links.iter();
        links.filter(|link| matches!(link.kind, LinkKind::ToOne | LinkKind::ToOneNullable)).map(|link| link.field)
    }
}
