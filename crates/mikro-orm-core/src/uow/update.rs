//! Updates: changed columns only, grouped by which these are.

use super::change::{Change, Patch, PatchRows, Rows, grouped};
use super::plan::Plan;
use super::work::Work;
use crate::driver::{UpdateBatch, VersionCheck};
use crate::error::{Error, Result};
use crate::heap::AnyRef;

/// Runs the planned updates, patches of rows that are not loaded, and the foreign keys that inserts left open.
pub(super) async fn run(plan: &mut Plan, work: &mut Work<'_>) -> Result<()> {
    let metadata = plan.metadata.clone();
    for id in metadata.commit_order() {
        let entity = metadata.entity(*id);
        if work.is_observed() {
            work.before_update(plan, entity).await?;
        }
        let version = entity.version;
        let changes = plan.updates.iter().filter(|change| change.entity == *id);
        for (fields, changes) in grouped(changes, |change| change.columns.clone()) {
            // the version comes last, wherever it is declared
            let counted = version.filter(|version| fields.contains(*version));
            let columns: Vec<u16> = fields.iter().filter(|field| Some(*field) != counted).chain(counted).collect();
            let rows = Rows { entity, changes: &changes, columns: &columns, keys: &plan.keys, version };
            let check = version.map(|field| VersionCheck { field });
            let batch = UpdateBatch { entity: *id, columns: &columns, rows: &rows, version: check };
            let found = work.connection()?.update(batch).await?;
            check_all(found, version.is_some(), |row| changes[row].cell())?;
        }
        let patches = plan.patches.iter().filter(|patch| patch.entity == *id);
        for (columns, patches) in grouped(patches, |patch: &&Patch| patch.columns(entity)) {
            let rows = PatchRows { entity, patches: &patches, columns: &columns };
            let batch = UpdateBatch { entity: *id, columns: &columns, rows: &rows, version: None };
            let found = work.connection()?.update(batch).await?;
            check_all(found, false, |row| &patches[row].cell)?;
        }
        if work.is_observed() {
            work.after_update(plan, entity).await?;
        }
    }
    close_cycles(plan, work).await
}

async fn close_cycles(plan: &Plan, work: &mut Work<'_>) -> Result<()> {
    for (field, cells) in grouped(&plan.extra, |(cell, field)| (cell.entity(), *field)) {
        let (Some(entity), field) = field else { continue };
        // the same changes as were inserted, without the null that stood in for the relation
        let changes: Vec<Change> = cells.iter().filter_map(|(cell, _)| closing(entity, cell, field)).collect();
        let changes: Vec<&Change> = changes.iter().collect();
        let columns = plan.metadata.entity(entity).columns_of(field);
        let rows = Rows { entity: plan.metadata.entity(entity), changes: &changes, columns, keys: &plan.keys, version: None };
        let found = work.connection()?.update(UpdateBatch { entity, columns, rows: &rows, version: None }).await?;
        check_all(found, false, |row| changes[row].cell())?;
    }
    Ok(())
}

fn closing(entity: crate::metadata::EntityId, cell: &AnyRef, field: u16) -> Option<Change> {
    Some(Change {
        entity,
        version: cell.pin()?,
        before: None,
        columns: [field].into_iter().collect(),
        overrides: Vec::new(),
        unset: crate::heap::FieldSet::new(),
        key: None,
        returned: Vec::new(),
    })
}

/// Every row must have been there, with the version that was expected.
fn check_all<'a>(found: Vec<bool>, versioned: bool, cell: impl Fn(usize) -> &'a AnyRef) -> Result<()> {
    match found.iter().position(|found| !found) {
        None => Ok(()),
        Some(row) => {
            let cell = cell(row);
            let (entity, key) = (cell.name().to_owned(), cell.key().map_or_else(String::new, |key| key.to_string()));
            Err(if versioned {
                Error::OptimisticLock { entity, key }
            } else {
                Error::NotFound { entity, criteria: format!("{key}, to be updated: somebody else deleted the row") }
            })
        }
    }
}
