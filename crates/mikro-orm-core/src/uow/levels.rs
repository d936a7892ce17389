//! What a flush writes into the tables of an entity's kinds: after the entity's own row, the upper ones first.

use super::change::{Change, Rows, grouped};
use super::plan::Plan;
use super::update::{check_all, nothing_returned};
use super::work::Work;
use crate::driver::{DeleteBatch, InsertBatch, Row, RowValues, UpdateBatch};
use crate::error::{Error, Result};
use crate::heap::{AnyRef, EntityView, FieldSet};
use crate::metadata::{EntityId, EntityMetadata, Level};
use crate::value::Value;

/// The columns that are in the entity's own table.
pub(super) fn own(entity: &EntityMetadata, columns: &FieldSet) -> FieldSet {
    if entity.discriminator.is_none() {
        return columns.clone();
    }
    columns.iter().filter(|column| !entity.is_elsewhere(entity.property(*column))).collect()
}

/// Where a column is that the table of one kind has.
pub(super) fn place_of(entity: &EntityMetadata, column: u16) -> Option<(EntityId, u16)> {
    let [level] = entity.property(column).levels[..] else { return None };
    let level = entity.levels.get(usize::from(level))?;
    let there = level.columns.iter().find(|(own, _)| *own == column)?.1;
    Some((level.entity, there))
}

/// The levels that a version has rows in, from the top.
fn levels_of(entity: &EntityMetadata, view: EntityView<'_>) -> Vec<u16> {
    let kind = entity.discriminator.and_then(|column| entity.property(column).part_of);
    match kind.map(|kind| view.value(kind)) {
        Some(Value::Row(parts)) => match parts.first() {
            Some(Value::Text(stored)) => entity.level_of_kind(stored).map_or_else(Vec::new, |level| entity.down_to(level)),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Edits of a row that is not loaded can't be of its kind: nobody knows which tables have it.
pub(super) fn check_patch(entity: &EntityMetadata, set: &FieldSet) -> Result<()> {
    let kind = entity.discriminator.and_then(|column| entity.property(column).part_of);
    let is_set = |field: u16| entity.columns_of(field).iter().any(|column| entity.is_elsewhere(entity.property(*column)));
    match kind.filter(|_| set.iter().any(is_set)) {
        None => Ok(()),
        Some(kind) => Err(Error::validation(
            entity.name,
            entity.property(kind).name,
            "has a table for each kind, and the row, which was set without being loaded, may be in any: load it before",
        )),
    }
}

/// Inserts what new rows have there. (Their keys are known.)
pub(super) async fn insert(entity: &EntityMetadata, changes: &[Change], plan: &Plan, work: &mut Work<'_>) -> Result<()> {
    for (at, level) in (0_u16..).zip(&entity.levels) {
        let has_row = |change: &&Change| levels_of(entity, change.view()).contains(&at);
        insert_rows(Of { entity, level, plan }, &changes.iter().filter(has_row).collect::<Vec<_>>(), work).await?;
    }
    Ok(())
}

/// Updates what changed there. Where a row is of another kind than it was, what that has no more goes, and what is new comes.
pub(super) async fn update(entity: &EntityMetadata, changes: &[&Change], plan: &Plan, work: &mut Work<'_>) -> Result<()> {
    let paths = changes.iter().map(|change| {
        let before = change.before.as_ref().map(|before| levels_of(entity, before.view()));
        (*change, before.unwrap_or_default(), levels_of(entity, change.view()))
    });
    let paths: Vec<(&Change, Vec<u16>, Vec<u16>)> = paths.collect();
    let levels: Vec<(u16, &Level)> = (0_u16..).zip(&entity.levels).collect();
    for (at, level) in levels.iter().rev() {
        let left = paths.iter().filter(|(_, before, now)| before.contains(at) && !now.contains(at));
        let left: Vec<&AnyRef> = left.map(|(change, ..)| change.cell()).collect();
        delete_rows(Of { entity, level, plan }, &left, work).await?;
    }
    for (at, level) in &levels {
        let of = Of { entity, level, plan };
        let stayed = paths.iter().filter(|(_, before, now)| before.contains(at) && now.contains(at));
        let written = |change: &&Change| -> Vec<(u16, u16)> {
            level.columns.iter().copied().filter(|(column, _)| change.columns.contains(*column)).collect()
        };
        for (columns, changes) in grouped(stayed.map(|(change, ..)| *change), written) {
            update_rows(of, &columns, &changes, work).await?;
        }
        let came = paths.iter().filter(|(_, before, now)| !before.contains(at) && now.contains(at));
        insert_rows(of, &came.map(|(change, ..)| *change).collect::<Vec<_>>(), work).await?;
    }
    Ok(())
}

/// Deletes what rows have there that are to be deleted. (Where there are constraints, it goes with them.)
pub(super) async fn delete(entity: &EntityMetadata, cells: &[AnyRef], plan: &Plan, work: &mut Work<'_>) -> Result<()> {
    let cells: Vec<&AnyRef> = cells.iter().collect();
    for level in entity.levels.iter().rev() {
        let of = Of { entity, level, plan };
        if of.table().foreign_keys().all(|(_, relation)| relation.foreign_key.is_none()) {
            delete_rows(of, &cells, work).await?;
        }
    }
    Ok(())
}

/// A level of an entity, in a flush.
#[derive(Clone, Copy)]
struct Of<'a> {
    entity: &'a EntityMetadata,
    level: &'a Level,
    plan: &'a Plan,
}

impl<'a> Of<'a> {
    fn table(self) -> &'a EntityMetadata {
        self.plan.metadata.entity(self.level.entity)
    }
    fn rows(self, changes: &'a [&'a Change], columns: &'a [u16]) -> Rows<'a> {
        Rows { entity: self.entity, changes, columns, keys: &self.plan.keys, checks: &[] }
    }
}

async fn insert_rows(of: Of<'_>, changes: &[&Change], work: &mut Work<'_>) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (own, there): (Vec<u16>, Vec<u16>) = of.level.columns.iter().copied().unzip();
    let key = &of.table().key_columns;
    let rows = Inserted { rows: of.rows(changes, &own), key: key.len() };
    let columns = [key, &there[..]].concat();
    let batch = InsertBatch {
        entity: of.level.entity,
        columns: &columns,
        rows: &rows,
        returning: &[],
        computed: &[],
        skip_existing: false,
    };
    work.connection()?.insert(batch, &mut |_: &dyn Row| Ok(())).await
}

async fn update_rows(of: Of<'_>, columns: &[(u16, u16)], changes: &[&Change], work: &mut Work<'_>) -> Result<()> {
    if columns.is_empty() {
        return Ok(());
    }
    let (own, there): (Vec<u16>, Vec<u16>) = columns.iter().copied().unzip();
    let batch = UpdateBatch {
        entity: of.level.entity,
        columns: &there,
        rows: &of.rows(changes, &own),
        checks: &[],
        counted: None,
        computed: &[],
        returning: &[],
    };
    let found = work.connection()?.update(batch, &mut nothing_returned).await?;
    check_all(found, false, |row| changes[row].cell())
}

async fn delete_rows(of: Of<'_>, cells: &[&AnyRef], work: &mut Work<'_>) -> Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let batch = DeleteBatch { entity: of.level.entity, by: &of.table().key_columns, rows: &super::delete::Keys(cells.to_vec()) };
    work.connection()?.delete(batch).await.map(drop)
}

/// What new rows have in a level's table: their key, and its columns.
struct Inserted<'a> {
    rows: Rows<'a>,
    key: usize,
}

impl RowValues for Inserted<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        match column.checked_sub(self.key) {
            Some(column) => self.rows.value(row, column),
            None => match &self.rows.changes[row].key {
                Some(key) => key.part(column),
                None => self.rows.key(row, column),
            },
        }
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.rows.key(row, part)
    }
}
