//! Telling the heap what the database has now.

use super::change::Change;
use super::plan::Plan;
use super::undo::Undo;
use crate::error::Result;
use crate::heap::{AnyRef, CellSet, Computed, Pinned, Relinked, leave_collections};
use crate::metadata::{EntityMetadata, Metadata};
use crate::value::Value;

/// Applies a plan that was carried out. `undo` gets what takes it back, should the transaction around it roll back.
pub(super) fn stored(plan: Plan, mut undo: impl FnMut(Undo)) -> Result<()> {
    for change in plan.inserts {
        inserted(plan.metadata.entity(change.entity), change, &mut undo)?;
    }
    for change in plan.updates {
        updated(plan.metadata.entity(change.entity), change, &mut undo)?;
    }
    for mut patch in plan.patches {
        // (what `on_update` gave is given anew by the next flush)
        patch.fields.truncate(patch.set);
        if patch.fields.iter().any(|(field, _)| patch.cell.is_to_one(*field)) {
            // (from where the row moved is not known)
            patch.cell.recount();
        }
        patch.cell.drop_patch();
        patch.cell.mark_computed(&patch.computed);
        undo(Undo::Patched { cell: patch.cell, fields: patch.fields, computed: patch.computed });
    }
    if let Some(first) = plan.awaited.first() {
        first.row.heap_arc().mark_awaited_stored(&plan.awaited);
        first.row.recount();
    }
    plan.awaited.into_iter().for_each(|awaited| undo(Undo::Awaited(awaited)));
    for change in plan.links {
        change.owner.mark_relinked(&change);
        if change.whole || !change.surely_new || !change.removed.is_empty() {
            change.owner.recount();
        }
        let_go(&plan.metadata, &change, &mut undo);
        undo(Undo::Relinked(change));
    }
    deleted(&plan.metadata, plan.deletes.into_iter().map(|(_, cell)| cell).collect(), undo);
    Ok(())
}

/// Applies an insert.
pub(super) fn inserted(entity: &EntityMetadata, change: Change, mut undo: impl FnMut(Undo)) -> Result<()> {
    let generated_key = change.cell().key().is_none();
    let computed = (!change.computed.is_empty()).then(|| (change.version.clone(), change.computed.clone()));
    let version = written(entity, &change, generated_key)?.unwrap_or(change.version);
    if let Some(key) = change.key {
        version.cell().set_key(key);
    }
    version.cell().mark_stored(&version);
    version.cell().mark_computed(&change.computed);
    if !entity.pivot_of.is_empty() {
        version.cell().doubt_links();
    }
    undo(Undo::Inserted { cell: version.into_cell(), unset: change.unset, generated_key, computed });
    Ok(())
}

/// Applies an update.
pub(super) fn updated(entity: &EntityMetadata, change: Change, mut undo: impl FnMut(Undo)) -> Result<()> {
    let version = written(entity, &change, false)?.unwrap_or(change.version);
    if let Some(before) = version.cell().snapshot_view().filter(|_| !entity.pivot_of.is_empty()) {
        version.cell().doubt_links_of(before);
    }
    version.cell().mark_stored(&version);
    version.cell().drop_patch();
    version.cell().mark_computed(&change.computed);
    if !entity.pivot_of.is_empty() {
        version.cell().doubt_links();
    }
    if let Some(before) = change.before {
        undo(Undo::Updated { before, version: entity.version, computed: change.computed });
    }
    Ok(())
}

/// Applies what the replacement of a one-to-many relation, which was not loaded, did to rows that are.
fn let_go(metadata: &Metadata, change: &Relinked, mut undo: impl FnMut(Undo)) {
    let property = change.owner.entity().map(|entity| metadata.entity(entity).property(change.field));
    let Some(relation) = property.and_then(|property| property.relation.as_ref()) else { return };
    let Some(back) = relation.other_side.filter(|_| change.whole && relation.pivot.is_none()) else { return };
    let heap = change.owner.heap_arc();
    let rows = heap.referring(relation.target, back, |target| *target == change.owner);
    let kept: CellSet = change.added.iter().cloned().collect();
    let rows: Vec<AnyRef> = rows.into_iter().filter(|row| !kept.contains(row)).collect();
    if change.owner.removes_orphans(change.field) {
        return deleted(metadata, rows, undo);
    }
    for row in rows {
        if let Some(before) = row.relation_went(back) {
            undo(Undo::Updated { before, version: None, computed: Computed::new() });
        }
    }
}

/// Applies deletes: collections are left by all at once, what the database deleted with them is gone, too, and relations to what is gone
/// that the database has set to null are so here.
pub(super) fn deleted(metadata: &Metadata, cells: Vec<AnyRef>, mut undo: impl FnMut(Undo)) {
    let Some(heap) = cells.first().map(AnyRef::heap_arc) else { return };
    heap.recount();
    let mut gone = cells;
    let asked_for = gone.len();
    let mut first = 0;
    let mut referrers = Vec::new();
    // what goes along with something has gone with it before others are asked what goes along with that
    while first < gone.len() {
        let level = &gone[first..];
        referrers.extend(heap.referrers_of(metadata, level));
        let along = heap.deleted_with(metadata, level);
        for (place, cell) in level.iter().enumerate() {
            mark_deleted(cell, first + place >= asked_for, &mut undo);
        }
        first = gone.len();
        gone.extend(along.into_iter().filter(|row| !row.is_gone()));
    }
    for left in leave_collections(&gone) {
        undo(Undo::Left(left));
    }
    for (row, field) in referrers.into_iter().filter(|(row, _)| !row.is_gone()) {
        if let Some(before) = row.relation_went(field) {
            undo(Undo::Updated { before, version: None, computed: Computed::new() });
        }
    }
}

fn mark_deleted(cell: &AnyRef, along: bool, undo: &mut impl FnMut(Undo)) {
    // (two foreign keys of a row may both have deleted it)
    if along && cell.is_gone() {
        return;
    }
    cell.doubt_links();
    let (key, before, orphan) = (cell.key(), cell.pin_snapshot(), cell.is_orphan());
    cell.drop_patch();
    let computed = cell.drop_computed();
    if !computed.is_empty() {
        undo(Undo::Patched { cell: cell.clone(), fields: Vec::new(), computed });
    }
    cell.mark_deleted();
    undo(match along {
        true => Undo::WentAlong { cell: cell.clone(), key, before },
        false => Undo::Deleted { cell: cell.clone(), key, before, orphan },
    });
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
