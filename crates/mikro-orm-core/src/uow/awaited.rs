//! Rows that are not loaded, and refer to entities that this flush inserts.

use super::change::{Keys, grouped, part_of};
use super::plan::{Plan, next_version, on_update};
use super::readonly::keeps_edits;
use super::update::{check_all, is_moment, nothing_returned};
use super::work::Work;
use crate::driver::{RowValues, UpdateBatch};
use crate::error::Result;
use crate::heap::{Awaited, CellSet, FieldSet, HeapArc};
use crate::value::Value;

/// What is to be pointed at whom. What goes is left out, and what refers to nothing that is stored waits.
pub(super) fn plan(heap: &HeapArc) -> Vec<Awaited> {
    let mut all = heap.awaited();
    all.retain(|awaited| {
        // (one that was loaded in a transaction that rolled back may have been edited since)
        let moved = awaited.row.view().is_some_and(|view| view.to_one(awaited.field) != Some(&awaited.target));
        if moved {
            awaited.row.refer_instead(&FieldSet::from_iter([awaited.field]));
        }
        let stays = !awaited.row.is_removed() && !awaited.row.is_gone() && !moved;
        stays && super::links::is_stored(&awaited.target) && !keeps_edits(&awaited.row)
    });
    all
}

/// Writes the foreign keys, once both rows are there.
pub(super) async fn run(plan: &Plan, work: &mut Work<'_>) -> Result<()> {
    // (what else is set of a row has its `on_update` written with it)
    let patches = plan.patches.iter().filter(|_| !plan.awaited.is_empty());
    let patched: CellSet = patches.map(|patch| patch.cell.clone()).collect();
    let shape = |awaited: &&Awaited| (awaited.row.entity(), awaited.field, patched.contains(&awaited.row));
    for ((entity, field, is_patched), rows) in grouped(&plan.awaited, shape) {
        let Some(entity) = entity.map(|id| plan.metadata.entity(id)) else { continue };
        let (moment, counted) = match entity.version {
            Some(version) if is_moment(entity, version) => (Some(version), None),
            counted => (None, counted),
        };
        let own = entity.columns_of(field);
        let version = moment.map(|version| next_version(entity, version, None)).transpose()?;
        let set = FieldSet::from_iter([field]);
        let others = |row: &&Awaited| -> Vec<(u16, Value<'static>)> {
            let others = if is_patched { Vec::new() } else { on_update(&row.row, &set) };
            let others = others.into_iter().filter(|(field, _)| entity.property(*field).persist);
            moment.into_iter().zip(version.clone()).chain(others).collect()
        };
        let others: Vec<_> = rows.iter().map(others).collect();
        // (which callbacks give values is the same for all)
        let columns: Vec<u16> = own.iter().copied().chain(others.iter().take(1).flatten().map(|(field, _)| *field)).collect();
        let rows = Rows { rows, keys: &plan.keys, own: own.len(), others };
        let batch = UpdateBatch {
            entity: entity.id,
            columns: &columns,
            rows: &rows,
            checks: &[],
            counted,
            computed: &[],
            returning: &[],
        };
        let found = work.connection()?.update(batch, &mut nothing_returned).await?;
        check_all(found, false, |row| &rows.rows[row].row)?;
    }
    Ok(())
}

struct Rows<'a> {
    rows: Vec<&'a Awaited>,
    keys: &'a Keys,
    /// How many columns the foreign key has.
    own: usize,
    /// What else is written of each: the version, when it is a moment, and what `on_update` gives.
    others: Vec<Vec<(u16, Value<'static>)>>,
}

impl RowValues for Rows<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        if column < self.own {
            return self.keys.value_of(&self.rows[row].target, column);
        }
        self.others[row].get(column - self.own).map(|(_, value)| value.clone()).unwrap_or_default()
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        part_of(&self.rows[row].row, part)
    }
}
