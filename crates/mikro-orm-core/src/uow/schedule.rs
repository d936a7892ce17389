//! Scheduling inserts and deletes, and what follows from one for others.

use crate::create::{NO_KEY_YET, is_no_key_yet};
use crate::error::{Error, Result};
use crate::heap::{AnyRef, FieldSet, HeapArc, Relinked, Scheduled};
use crate::metadata::PropertyKind;

/// Schedules the insert of a new entity, and of new ones that it refers to.
pub(crate) fn persist(entity: &AnyRef) {
    let mut queue = vec![entity.clone()];
    while let Some(entity) = queue.pop() {
        entity.unremove();
        if entity.is_new() && entity.is_initialized() && !entity.is_persisted() {
            entity.take_key_of_version();
            entity.persist(left_to_the_database(&entity));
            queue.extend(new_relations(&entity));
        }
    }
}

/// The fields that the database fills, where nothing was set.
fn left_to_the_database(entity: &AnyRef) -> FieldSet {
    let Some(view) = entity.view() else { return FieldSet::new() };
    let fields = (0_u16..).zip(entity.descriptor().fields);
    fields.filter(|(field, def)| def.attributes.default_raw.is_some() && view.is_unset(*field)).map(|(field, _)| field).collect()
}

/// Schedules a delete, and the deletes of what is removed with the entity. Entities that are loaded, stay, and refer to
/// one of these by a nullable relation are disconnected. (Those that the database deletes with it do not stay.)
pub(crate) fn remove(entity: &AnyRef) -> Result<()> {
    for entity in crate::heap::remove(entity) {
        disconnect_holders(&entity)?;
    }
    Ok(())
}

/// Sets relations to an entity that is removed to null, where they can be and their other side is known.
fn disconnect_holders(entity: &AnyRef) -> Result<()> {
    let Some(metadata) = entity.metadata() else { return Ok(()) };
    for property in &metadata.properties {
        let Some(back) = property.mapped_by() else { continue };
        let holds = |holder: &AnyRef| {
            holder.descriptor().fields[usize::from(back)].vtable.nullable
                && holder.is_initialized()
                && !holder.is_removed()
                && !goes_along(holder, back)
        };
        match property.kind {
            PropertyKind::OneToMany => {
                // (a copy: disconnecting an item takes it out)
                let items = entity.collection_items(property.index).iter();
                let holders: Vec<AnyRef> = items.filter(|item| holds(item)).cloned().collect();
                if !holders.is_empty() {
                    // all at once: each would copy the collection
                    entity.take_from_collection(property.index, holds);
                }
                holders.iter().try_for_each(|holder| entity.disconnect(holder, back))?;
            }
            PropertyKind::OneToOne => {
                let holder = entity.view().and_then(|view| view.to_one(property.index)).filter(|holder| holds(holder));
                if let Some(holder) = holder {
                    entity.disconnect(holder, back)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a row is deleted by the database with what its relation refers to.
fn goes_along(holder: &AnyRef, field: u16) -> bool {
    !holder.is_new() && holder.metadata().is_some_and(|entity| entity.property(field).goes_along())
}

/// New entities that go with this one, and that are not scheduled: those that its row needs, and those that its
/// relations with `cascade(persist)` lead to.
fn new_relations(entity: &AnyRef) -> Vec<AnyRef> {
    let mut found = Vec::new();
    let (Some(view), Some(metadata)) = (entity.view(), entity.metadata()) else { return found };
    let unscheduled =
        |target: &&AnyRef| target.is_new() && target.is_initialized() && !target.is_persisted() && !target.is_gone();
    for property in &metadata.properties {
        let Some(relation) = &property.relation else { continue };
        match property.kind {
            // (what a foreign key, or a row of a pivot table, refers to must be there)
            _ if !relation.cascade.persist && (!relation.owner || property.formula().is_some()) => {}
            kind if kind.is_to_many() => {
                found.extend(entity.collection_items(property.index).iter().filter(unscheduled).cloned())
            }
            _ => found.extend(view.to_one(property.index).filter(unscheduled).cloned()),
        }
    }
    found
}

/// Removes what goes with entities that are removed, and was not known when they were. Says whether there was any.
fn removals(deletes: &[AnyRef]) -> Result<bool> {
    let mut found = Vec::new();
    for entity in deletes {
        entity.each_dependent(|dependent| {
            if !dependent.is_removed() && !dependent.is_gone() && (!dependent.is_new() || dependent.is_persisted()) {
                found.push((dependent.clone(), entity.is_orphan()));
            }
        });
    }
    for (dependent, orphan) in &found {
        if *orphan {
            crate::heap::orphan(dependent);
        } else {
            remove(dependent)?;
        }
    }
    Ok(!found.is_empty())
}

/// What is scheduled and linked, once new entities that scheduled ones refer to are scheduled too.
pub(super) fn cascade(heap: &HeapArc) -> Result<(Scheduled, Vec<Relinked>)> {
    let mut relinked = heap.relinked();
    let mut scheduled = heap.scheduled();
    if removals(&scheduled.deletes)? {
        scheduled = heap.scheduled();
    }
    let mut queue = Vec::new();
    let mut edited = false;
    let mut follow = |entity: &AnyRef, queue: &mut Vec<AnyRef>| {
        if !entity.is_removed() {
            edited |= check_references(entity)?;
            for target in new_relations(entity) {
                persist(&target);
                queue.push(target);
            }
        }
        Ok(())
    };
    scheduled.inserts.iter().map(|(cell, _)| cell).chain(&scheduled.updates).try_for_each(|entity| follow(entity, &mut queue))?;
    // (whoever was only linked, is not among these; new ones are)
    for owner in relinked.iter().map(|change| &change.owner).filter(|owner| !owner.is_new()) {
        follow(owner, &mut queue)?;
    }
    let added = !queue.is_empty();
    while let Some(entity) = queue.pop() {
        follow(&entity, &mut queue)?;
    }
    if added {
        // (others are linked with whom they did not hear of until it was persisted)
        relinked = heap.relinked();
    }
    heap.settle_claims(|known| relinked.iter().any(|change| change.deletes(known)))?;
    let scheduled = if added || edited { heap.scheduled() } else { scheduled };
    Ok((scheduled, relinked))
}

/// An entity must not refer to what can't be stored. Where a relation can be null, it is set to null when what it refers to
/// goes; says whether one was.
pub(super) fn check_references(entity: &AnyRef) -> Result<bool> {
    let Some(view) = entity.view() else { return Ok(false) };
    let mut edited = false;
    for field in entity.to_one_fields() {
        let Some(target) = view.to_one(field) else { continue };
        let def = &entity.descriptor().fields[usize::from(field)];
        let fail = |message: String| Err(Error::validation(entity.name(), def.name, message));
        if target.is_invalid() {
            return fail(format!("refers to a {} that can't be stored: set the relation to another one", target.name()));
        }
        if target.is_removed() && goes_along(entity, field) {
            continue;
        }
        let is_gone = target.is_gone() && !target.is_persisted();
        let is_dropped = target.is_new() && target.is_orphan() && !target.is_persisted();
        if (is_gone || is_dropped || target.is_removed()) && def.vtable.nullable {
            // as the database has it once the row is deleted
            entity.edit_to_one(field, None)?;
            edited = true;
            continue;
        }
        if is_gone {
            return fail(format!(
                "refers to a {} that was removed: set the relation to another one, or persist that one again",
                target.name()
            ));
        }
        if target.is_removed() {
            return fail(format!(
                "refers to {}, which is to be removed: set the relation to another one, or remove this entity too",
                target.describe()
            ));
        }
        let is_new_here = || entity.snapshot_view().is_none_or(|stored| stored.to_one(field) != Some(target));
        if !target.is_initialized() && target.key().is_some_and(|key| is_no_key_yet(target.descriptor(), &key)) && is_new_here() {
            return fail(format!("refers to {} by the key {NO_KEY_YET}", target.name()));
        }
        if target.is_new() && !target.is_initialized() {
            return fail(format!(
                "refers to a {} without a key: pass the entity itself, not a key that is not set",
                target.name()
            ));
        }
    }
    Ok(edited)
}
