//! Rows that are deleted without having been loaded: any of their values may be what others take.

use super::{Order, is_nullable, waits_for_inserts};
use crate::heap::{AnyRef, CellSet};
use crate::metadata::{EntityId, EntityMetadata};
use crate::uow::change::Change;
use crate::uow::plan::Plan;

/// Deletes early what was not loaded and may have what others take, unless something has to let go of it later.
pub(super) fn early(plan: &Plan, order: &mut Order) {
    if order.unknown.is_empty() {
        return;
    }
    let held = held(plan, order);
    let free = std::mem::take(&mut order.unknown).into_iter().filter(|cell| !held.contains(cell));
    order.early_deletes.extend(free);
}

/// The rows that go whose reference can't be null in the rows that an update moves away from them.
pub(super) fn firmly_referenced<'p>(entity: &'p EntityMetadata, change: &'p Change) -> impl Iterator<Item = AnyRef> + 'p {
    let fields = entity.foreign_keys().map(|(property, _)| property.index).filter(|field| !is_nullable(entity, *field));
    let targets = fields.filter_map(|field| change.before.as_ref()?.view().to_one(field).cloned());
    targets.filter(AnyRef::is_removed)
}

/// What can't go before the inserts: an update that lets go of it runs after them; and what such a row refers to.
fn held(plan: &Plan, order: &Order) -> CellSet {
    let mut held = CellSet::default();
    let mut entities: Vec<EntityId> = Vec::new();
    let mut queue: Vec<AnyRef> = Vec::new();
    let mut all_of = |target: EntityId, queue: &mut Vec<AnyRef>| {
        if !entities.contains(&target) {
            entities.push(target);
            queue.extend(plan.deletes.iter().filter(|(id, _)| *id == target).map(|(_, cell)| cell.clone()));
        }
    };
    for change in &plan.updates {
        let entity = plan.metadata.entity(change.entity);
        if waits_for_inserts(entity, change) || order.takers.contains(change.cell()) {
            queue.extend(firmly_referenced(entity, change));
        }
    }
    for patch in &plan.patches {
        // (what a row that is not loaded moves away from may be any)
        let keys = plan.metadata.entity(patch.entity).foreign_keys();
        for (_, relation) in keys.filter(|(property, _)| patch.fields.iter().any(|(field, _)| *field == property.index)) {
            all_of(relation.target, &mut queue);
        }
    }
    plan.awaited.iter().filter_map(|awaited| awaited.target.entity()).for_each(|target| all_of(target, &mut queue));
    while let Some(cell) = queue.pop() {
        if !held.insert(cell.clone()) {
            continue;
        }
        if let Some(stored) = cell.snapshot_view() {
            let targets = cell.to_one_fields().filter_map(|field| stored.to_one(field));
            queue.extend(targets.filter(|target| target.is_removed()).cloned());
        } else if let Some(entity) = cell.entity() {
            for (_, relation) in plan.metadata.entity(entity).foreign_keys() {
                all_of(relation.target, &mut queue);
            }
        }
    }
    held
}
