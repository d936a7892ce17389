//! Deletes: owners before targets.

use super::change::grouped;
use super::plan::Plan;
use crate::driver::{Connection, DeleteBatch, RowValues};
use crate::error::Result;
use crate::heap::AnyRef;
use crate::value::Value;

/// Runs the planned deletes. A row that is gone already is no error: it is what was asked for.
pub(super) async fn run(plan: &Plan, connection: &mut dyn Connection) -> Result<()> {
    if plan.deletes.is_empty() {
        return Ok(());
    }
    let by_entity = grouped(&plan.deletes, |(entity, _)| *entity);
    for id in plan.metadata.commit_order().iter().rev() {
        if let Some((_, members)) = by_entity.iter().find(|(entity, _)| entity == id) {
            let rows = Keys(members.iter().map(|(_, cell)| cell).collect());
            connection.delete(DeleteBatch { entity: *id, rows: &rows }).await?;
        }
    }
    Ok(())
}

struct Keys<'a>(Vec<&'a AnyRef>);
impl RowValues for Keys<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn value(&self, _: usize, _: usize) -> Value<'_> {
        Value::Null
    }
    fn key(&self, row: usize) -> Value<'_> {
        self.0[row].key().map_or(Value::Null, |key| key.to_value().into_owned())
    }
}
