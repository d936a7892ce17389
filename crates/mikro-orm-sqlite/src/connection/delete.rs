//! Deleting by lists of keys.

use crate::bind;
use crate::driver::{MAX_KEYS, Shared};
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use mikro_orm_core::driver::DeleteBatch;
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::EntityMetadata;
use mikro_orm_sql::origin::masked;
use mikro_orm_sql::places;
use std::ops::Range;

pub(super) fn run(shared: &Shared, raw: &mut Raw, batch: DeleteBatch<'_>) -> Result<u64> {
    let entity = shared.compiler.entity(batch.entity);
    let rows = batch.rows.len();
    let most = MAX_KEYS / entity.key_columns.len();
    let full = rows / most * most;
    let mut deleted = lists(shared, raw, entity, &batch, 0..full, most)?;
    deleted += lists(shared, raw, entity, &batch, full..rows, places(rows - full))?;
    Ok(deleted)
}

/// Deletes `rows` in lists of `size`; what the last list has too many is its last key again.
fn lists(
    shared: &Shared,
    raw: &mut Raw,
    entity: &EntityMetadata,
    batch: &DeleteBatch<'_>,
    rows: Range<usize>,
    size: usize,
) -> Result<u64> {
    if rows.is_empty() {
        return Ok(0);
    }
    let sql = shared.compiler.delete(batch.entity, size);
    let about = About { entity: Some(entity), deleting: true, ..About::new(shared, &sql) };
    let report = Report::start(&shared.log);
    let keys = &entity.key_columns;
    let list = |first: usize| {
        let cells = (first..first + size).flat_map(|row| (0..).zip(keys).map(move |cell| (row, cell)));
        cells.map(|(row, (part, column))| (entity.property(*column), batch.rows.key(row.min(rows.end - 1), part)))
    };
    let (mut runs, mut deleted) = (0, 0);
    let done = (|| {
        let mut statement = raw.connection.prepare_cached(&sql).map_err(|error| about.error(error))?;
        for first in rows.clone().step_by(size) {
            runs += 1;
            for (index, (property, key)) in list(first).enumerate() {
                bind::value(&mut statement, index + 1, &key, property.column_type)
                    .map_err(|error| about.bind_error(error, Some(entity.name), Some(property.name)))?;
            }
            deleted += statement.raw_execute().map_err(|error| about.error(error))? as u64;
        }
        Ok(())
    })();
    report.finish(&sql, runs, done.is_err(), || list(rows.start).map(|(property, key)| masked(key, property)).collect());
    done.map(|()| deleted)
}
