//! Rows that refer to rows of their own entity, when both are deleted.
//!
//! One statement may delete them in any order. But lists that are too long are split, and a rule may be checked row by
//! row: so leaves come first. What goes in circles, or whose row is not loaded, is pointed at nothing before.

use super::super::change::grouped;
use crate::entity::ReferentialAction;
use crate::heap::{AnyRef, CellMap};
use crate::metadata::EntityMetadata;

/// How the rows of one entity are deleted.
pub(super) struct Arranged<'c> {
    /// Relations that are set to null before.
    pub nulls: Vec<(u16, Vec<&'c AnyRef>)>,
    /// One after the other.
    pub batches: Vec<Vec<&'c AnyRef>>,
}

/// As many values as every database takes in one statement.
const LIST: usize = 1_000;

/// Arranges rows of one entity.
pub(super) fn arrange<'c>(entity: &EntityMetadata, cells: &'c [AnyRef]) -> Arranged<'c> {
    let own = || entity.foreign_keys().filter(|(_, relation)| relation.target == entity.id);
    let in_one = cells.len() * entity.key_columns.len() <= LIST;
    let row_by_row = own().any(|(property, _)| property.on_delete() == Some(ReferentialAction::Restrict));
    if cells.len() < 2 || own().next().is_none() || (in_one && !row_by_row) {
        return Arranged { nulls: Vec::new(), batches: vec![cells.iter().collect()] };
    }
    let levels = levels(entity, cells);
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|at| levels[*at].unwrap_or(usize::MAX));
    let mut nulls = Vec::new();
    for at in order.iter().copied() {
        let stored = cells[at].snapshot_view();
        for (property, _) in own().filter(|(property, _)| property.nullable) {
            let holds = match &stored {
                Some(stored) => levels[at].is_none() && stored.to_one(property.index).is_some_and(AnyRef::is_removed),
                None => true,
            };
            if holds {
                nulls.push((property.index, &cells[at]));
            }
        }
    }
    let nulls = grouped(nulls, |(field, _)| *field).into_iter();
    let nulls = nulls.map(|(field, rows)| (field, rows.into_iter().map(|(_, row)| row).collect())).collect();
    let batches = if row_by_row {
        let by_level = grouped(order, |at| levels[*at]).into_iter();
        by_level.map(|(_, rows)| rows.into_iter().map(|at| &cells[at]).collect()).collect()
    } else {
        vec![order.into_iter().map(|at| &cells[at]).collect()]
    };
    Arranged { nulls, batches }
}

/// How many rows one after the other lead to each; `None` for those that circles lead to.
fn levels(entity: &EntityMetadata, cells: &[AnyRef]) -> Vec<Option<usize>> {
    let places: CellMap<usize> = cells.iter().enumerate().map(|(at, cell)| (cell.clone(), at)).collect();
    let targets: Vec<Vec<usize>> = (0..)
        .zip(cells)
        .map(|(at, cell)| {
            let Some(stored) = cell.snapshot_view() else { return Vec::new() };
            let own = entity.foreign_keys().filter(|(_, relation)| relation.target == entity.id);
            let targets = own.filter_map(|(property, _)| places.get(stored.to_one(property.index)?).copied());
            // (a row does not hold itself back)
            targets.filter(|target| *target != at).collect()
        })
        .collect();
    let mut waits = vec![0_usize; cells.len()];
    targets.iter().flatten().for_each(|target| waits[*target] += 1);
    let mut levels: Vec<Option<usize>> = vec![None; cells.len()];
    let mut free: Vec<usize> = (0..cells.len()).filter(|at| waits[*at] == 0).collect();
    free.iter().for_each(|at| levels[*at] = Some(0));
    let mut above = vec![0_usize; cells.len()];
    while let Some(at) = free.pop() {
        let level = above[at];
        for target in &targets[at] {
            above[*target] = above[*target].max(level + 1);
            waits[*target] -= 1;
            if waits[*target] == 0 {
                levels[*target] = Some(above[*target]);
                free.push(*target);
            }
        }
    }
    levels
}
