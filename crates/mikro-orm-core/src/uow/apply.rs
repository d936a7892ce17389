//! Telling the heap what the database has now.

use super::change::Change;
use super::plan::Plan;
use super::undo::Undo;
use crate::error::Result;
use crate::heap::{AnyRef, Pinned, leave_collections};
use crate::metadata::EntityMetadata;
use crate::value::Value;

/// Applies a plan that was carried out. Gives what takes it back, should the transaction around it roll back.
pub(super) fn stored(plan: Plan) -> Result<Vec<Undo>> {
    let mut undo = Vec::with_capacity(plan.inserts.len() + plan.updates.len() + plan.deletes.len());
    for change in plan.inserts {
        let entity = plan.metadata.entity(change.entity);
        let key = plan.keys.get(change.cell()).cloned();
        let version = written(entity, &change)?;
        let cell = change.cell().clone();
        if let Some(key) = key {
            cell.set_key(key);
        }
        cell.mark_stored(&version);
        undo.push(Undo::Inserted { cell, unset: change.unset, generated_key: !change.columns.contains(&entity.key) });
    }
    for change in plan.updates {
        let version = written(plan.metadata.entity(change.entity), &change)?;
        change.cell().mark_stored(&version);
        if let Some(before) = change.before {
            undo.push(Undo::Updated { before, version: plan.metadata.entity(change.entity).version });
        }
    }
    for patch in plan.patches {
        patch.cell.drop_patch();
        undo.push(Undo::Patched { cell: patch.cell, fields: patch.fields });
    }
    let deleted: Vec<AnyRef> = plan.deletes.iter().map(|(_, cell)| cell.clone()).collect();
    for (_, cell) in plan.deletes {
        let (key, before) = (cell.key(), cell.pin_snapshot());
        cell.mark_deleted();
        undo.push(Undo::Deleted { cell, key, before });
    }
    leave_collections(&deleted);
    Ok(undo)
}

/// The version that the database has: what was written, with what the database filled and the unit of work counted.
fn written(entity: &EntityMetadata, change: &Change) -> Result<Pinned> {
    let counted = change.overrides.iter().filter(|(field, _)| Some(*field) == entity.version);
    let fields: Vec<(u16, Value<'static>)> = counted.chain(&change.returned).cloned().collect();
    change.cell().write_back(&change.version, &fields)
}
