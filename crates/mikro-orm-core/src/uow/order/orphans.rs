//! Collections that were replaced without loading them: what is deleted may have what new items take.

use super::{Order, UniqueFields};
use crate::metadata::{EntityId, EntityMetadata, Metadata};
use crate::uow::change::Change;
use crate::uow::plan::Plan;

/// Deletes such rows early where new ones may take their place, unless an update has to move one away before: it would be
/// deleted, or hold back what is.
pub(super) fn early(plan: &Plan, order: &mut Order) {
    for change in plan.links.iter().filter(|change| change.deletes_others()) {
        let Some(target) = change.owner.entity().and_then(|entity| {
            let relation = plan.metadata.entity(entity).property(change.field).relation.as_ref()?;
            Some(relation.target)
        }) else {
            continue;
        };
        let entity = plan.metadata.entity(target);
        let mut inserts = plan.inserts.iter().filter(|change| change.entity == target);
        if !order.early_orphans.contains(&target)
            && inserts.any(|change| takes(&plan.metadata, entity, change))
            && !moves(plan, target)
        {
            order.early_orphans.push(target);
        }
    }
}

/// Whether a new row may take what may be there only once.
fn takes(metadata: &Metadata, entity: &EntityMetadata, change: &Change) -> bool {
    let uniques = UniqueFields::of(metadata, entity);
    let mut set = uniques.iter().filter(|unique| unique.is_set(change));
    change.cell().key().is_some() || set.any(|unique| unique.value(entity, change.view()).is_some())
}

/// Whether rows change what they refer to, and are of this entity, or refer to it.
fn moves(plan: &Plan, target: EntityId) -> bool {
    let changes = plan.updates.iter().map(|change| (change.entity, change.columns.iter().collect::<Vec<u16>>()));
    let patches = plan.patches.iter().map(|patch| (patch.entity, patch.columns(plan.metadata.entity(patch.entity))));
    let columns = |id: EntityId, field: u16| plan.metadata.entity(id).columns_of(field).to_vec();
    let awaited = plan.awaited.iter().filter_map(|awaited| Some((awaited.row.entity()?, awaited.field)));
    let awaited = awaited.map(|(id, field)| (id, columns(id, field)));
    let mut all = changes.chain(patches).chain(awaited);
    all.any(|(id, columns)| {
        let entity = plan.metadata.entity(id);
        let keys = entity.foreign_keys().filter(|(_, relation)| id == target || relation.target == target);
        keys.into_iter().any(|(property, _)| entity.columns_of(property.index).iter().any(|column| columns.contains(column)))
    })
}
