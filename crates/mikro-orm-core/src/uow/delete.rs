//! Deletes: owners before targets.

use super::change::{grouped, part_of};
use super::plan::Plan;
use crate::driver::{Connection, DeleteBatch, RowValues, UpdateBatch};
use crate::error::Result;
use crate::heap::AnyRef;
use crate::metadata::EntityId;
use crate::value::Value;

/// Runs the planned deletes. A row that is gone already is no error: it is what was asked for.
pub(super) async fn run(plan: &Plan, connection: &mut dyn Connection) -> Result<()> {
    if plan.deletes.is_empty() {
        return Ok(());
    }
    let_go(plan, connection).await?;
    super::links::leave(plan, connection).await?;
    let by_entity = grouped(&plan.deletes, |(entity, _)| *entity);
    for id in plan.metadata.commit_order().iter().rev() {
        if let Some((_, members)) = by_entity.iter().find(|(entity, _)| entity == id) {
            let rows = Keys(members.iter().map(|(_, cell)| cell).collect());
            let by = &plan.metadata.entity(*id).key_columns;
            connection.delete(DeleteBatch { entity: *id, by, rows: &rows }).await?;
        }
    }
    Ok(())
}

/// Sets foreign keys to null that would hold rows back which are deleted before their owners: in a circle of
/// entities, some are.
async fn let_go(plan: &Plan, connection: &mut dyn Connection) -> Result<()> {
    let place = |id: EntityId| plan.metadata.commit_order().iter().position(|known| *known == id);
    let mut holding = Vec::new();
    for (id, cell) in &plan.deletes {
        let entity = plan.metadata.entity(*id);
        let Some(stored) = cell.snapshot_view() else { continue };
        for (property, relation) in entity.foreign_keys().filter(|(property, _)| property.nullable) {
            let goes_first = relation.target != *id && place(relation.target) > place(*id);
            if goes_first && stored.to_one(property.index).is_some_and(AnyRef::is_removed) {
                holding.push((*id, property.index, cell));
            }
        }
    }
    for ((entity, field), rows) in grouped(holding, |(entity, field, _)| (*entity, *field)) {
        let rows = Keys(rows.into_iter().map(|(_, _, cell)| cell).collect());
        let columns = plan.metadata.entity(entity).columns_of(field);
        connection.update(UpdateBatch { entity, columns, rows: &rows, version: None }).await?;
    }
    Ok(())
}

/// Rows by key, with null for whatever column.
struct Keys<'a>(Vec<&'a AnyRef>);
impl RowValues for Keys<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn value(&self, _: usize, _: usize) -> Value<'_> {
        Value::Null
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        part_of(self.0[row], part)
    }
}
