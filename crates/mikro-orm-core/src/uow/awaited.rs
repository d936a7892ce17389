//! Rows that are not loaded, and refer to entities that this flush inserts.

use super::change::{Keys, grouped, part_of};
use super::plan::{Plan, next_version};
use super::readonly::keeps_edits;
use super::update::{check_all, is_moment, nothing_returned};
use super::work::Work;
use crate::driver::{RowValues, UpdateBatch};
use crate::error::Result;
use crate::heap::{Awaited, HeapArc};
use crate::value::Value;

/// What is to be pointed at whom. What goes is left out, and what refers to nothing that is stored waits.
pub(super) fn plan(heap: &HeapArc) -> Vec<Awaited> {
    let mut all = heap.awaited();
    all.retain(|awaited| {
        // (one that was loaded in a transaction that rolled back may have been edited since)
        let moved = awaited.row.view().is_some_and(|view| view.to_one(awaited.field) != Some(&awaited.target));
        let stays = !awaited.row.is_removed() && !awaited.row.is_gone() && !moved;
        stays && super::links::is_stored(&awaited.target) && !keeps_edits(&awaited.row)
    });
    all
}

/// Writes the foreign keys, once both rows are there.
pub(super) async fn run(plan: &Plan, work: &mut Work<'_>) -> Result<()> {
    for ((entity, field), rows) in grouped(&plan.awaited, |awaited| (awaited.row.entity(), awaited.field)) {
        let Some(entity) = entity.map(|id| plan.metadata.entity(id)) else { continue };
        let (moment, counted) = match entity.version {
            Some(version) if is_moment(entity, version) => (Some(version), None),
            counted => (None, counted),
        };
        let own = entity.columns_of(field);
        let columns: Vec<u16> = own.iter().copied().chain(moment).collect();
        let version = moment.map(|version| next_version(entity, version, None)).transpose()?;
        let rows = Rows { rows, keys: &plan.keys, own: own.len(), version };
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
    /// The version, when it is a moment.
    version: Option<Value<'static>>,
}

impl RowValues for Rows<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        if column < self.own {
            return self.keys.value_of(&self.rows[row].target, column);
        }
        self.version.clone().unwrap_or_default()
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        part_of(&self.rows[row].row, part)
    }
}
