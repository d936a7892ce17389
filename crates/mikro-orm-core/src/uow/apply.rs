//! Telling the heap what the database has now.

use super::change::Change;
use super::plan::Plan;
use super::undo::Undo;
use crate::error::Result;
use crate::heap::{AnyRef, Pinned, leave_collections};
use crate::metadata::EntityMetadata;
use crate::value::Value;

/// Applies a plan that was carried out. `undo` gets what takes it back, should the transaction around it roll back.
pub(super) fn stored(plan: Plan, mut undo: impl FnMut(Undo)) -> Result<()> {
    for change in plan.inserts {
        let entity = plan.metadata.entity(change.entity);
        let generated_key = change.cell().key().is_none();
        let version = written(entity, &change, generated_key)?.unwrap_or(change.version);
        if let Some(key) = change.key {
            version.cell().set_key(key);
        }
        version.cell().mark_stored(&version);
        undo(Undo::Inserted { cell: version.into_cell(), unset: change.unset, generated_key });
    }
    for change in plan.updates {
        let version = written(plan.metadata.entity(change.entity), &change, false)?.unwrap_or(change.version);
        version.cell().mark_stored(&version);
        version.cell().drop_patch();
        if let Some(before) = change.before {
            undo(Undo::Updated { before, version: plan.metadata.entity(change.entity).version });
        }
    }
    for patch in plan.patches {
        patch.cell.drop_patch();
        undo(Undo::Patched { cell: patch.cell, fields: patch.fields });
    }
    for change in plan.links {
        change.owner.mark_relinked(&change);
        undo(Undo::Relinked(change));
    }
    let deleted: Vec<AnyRef> = plan.deletes.iter().map(|(_, cell)| cell.clone()).collect();
    for (_, cell) in plan.deletes {
        let (key, before, orphan) = (cell.key(), cell.pin_snapshot(), cell.is_orphan());
        cell.drop_patch();
        cell.mark_deleted();
        undo(Undo::Deleted { cell, key, before, orphan });
    }
    for left in leave_collections(&deleted) {
        undo(Undo::Left(left));
    }
    Ok(())
}

/// The version that the database has, when it is not the one that was written: with what the database filled and
/// the unit of work counted.
fn written(entity: &EntityMetadata, change: &Change, generated_key: bool) -> Result<Option<Pinned>> {
    // (a key of several columns is in their fields already)
    let simple = generated_key && change.unset.contains(entity.key);
    let key = change.key.as_ref().filter(|_| simple).map(|key| (entity.key, key.to_value()));
    let counted = change.overrides.iter().find(|(field, _)| Some(*field) == entity.version);
    if counted.is_some() || !change.returned.is_empty() {
        let others = counted.into_iter().chain(&change.returned).cloned();
        let fields: Vec<(u16, Value<'_>)> = key.into_iter().chain(others).collect();
        return change.cell().write_back(&change.version, &fields).map(Some);
    }
    key.map(|key| change.cell().write_back(&change.version, &[key])).transpose()
}
