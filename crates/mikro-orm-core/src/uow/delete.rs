//! Deletes: owners before targets.

mod own;

use super::change::{grouped, part_of};
use super::plan::Plan;
use super::update::nothing_returned;
use super::work::Work;
use crate::driver::{DeleteBatch, RowValues, UpdateBatch};
use crate::error::Result;
use crate::heap::AnyRef;
use crate::metadata::EntityId;
use crate::value::Value;

/// Runs the planned deletes: those that have to be early, or the others. A row that is gone already is no error: it is
/// what was asked for.
pub(super) async fn run(plan: &mut Plan, early: bool, work: &mut Work<'_>) -> Result<()> {
    let others: Vec<_> = plan.deletes.extract_if(.., |(_, cell)| plan.order.early_deletes.contains(cell) != early).collect();
    if !plan.deletes.is_empty() {
        planned(plan, work).await?;
    }
    plan.deletes.extend(others);
    Ok(())
}

async fn planned(plan: &mut Plan, work: &mut Work<'_>) -> Result<()> {
    let_go(plan, work).await?;
    super::links::leave(plan, work.connection()?).await?;
    let metadata = plan.metadata.clone();
    let mut by_entity = grouped(std::mem::take(&mut plan.deletes), |(entity, _)| *entity);
    for id in metadata.commit_order().iter().rev() {
        let Some(at) = by_entity.iter().position(|(entity, _)| entity == id) else { continue };
        let entity = metadata.entity(*id);
        let cells: Vec<AnyRef> = by_entity.swap_remove(at).1.into_iter().map(|(_, cell)| cell).collect();
        if work.is_observed() {
            work.before_delete(plan, entity, &cells).await?;
        }
        let own = own::arrange(entity, &cells);
        for (field, rows) in own.nulls {
            let columns = entity.columns_of(field);
            unset(*id, columns, Keys(rows), work).await?;
        }
        super::levels::delete(entity, &cells, plan, work).await?;
        for rows in own.batches {
            work.connection()?.delete(DeleteBatch { entity: *id, by: &entity.key_columns, rows: &Keys(rows) }).await?;
        }
        work.after_delete(plan, entity, cells).await?;
    }
    Ok(())
}

/// Sets foreign keys to null that would hold rows back which are deleted before their owners: in a circle of
/// entities, some are.
async fn let_go(plan: &Plan, work: &mut Work<'_>) -> Result<()> {
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
        unset(entity, columns, rows, work).await?;
    }
    Ok(())
}

/// Sets columns to null.
async fn unset(entity: EntityId, columns: &[u16], rows: Keys<'_>, work: &mut Work<'_>) -> Result<()> {
    let batch = UpdateBatch { entity, columns, rows: &rows, checks: &[], counted: None, computed: &[], returning: &[] };
    work.connection()?.update(batch, &mut nothing_returned).await?;
    Ok(())
}

/// Rows by key, with null for whatever column.
pub(super) struct Keys<'a>(pub(super) Vec<&'a AnyRef>);
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
