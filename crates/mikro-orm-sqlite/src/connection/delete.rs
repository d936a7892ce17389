//! Deleting by lists of keys, and whatever a condition says.

use crate::bind;
use crate::driver::{MAX_KEYS, Shared};
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use mikro_orm_core::driver::{ChangeWhere, DeleteBatch};
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::EntityMetadata;
use mikro_orm_sql::origin::{logged, masked};
use mikro_orm_sql::places;
use std::ops::Range;

pub(super) fn run(shared: &Shared, raw: &mut Raw, batch: DeleteBatch<'_>) -> Result<u64> {
    let entity = shared.compiler.entity(batch.entity);
    let rows = batch.rows.len();
    let most = MAX_KEYS / batch.by.len().max(1);
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
    let sql = shared.compiler.delete(batch.entity, batch.by, size);
    let about = About { entity: Some(entity), deleting: true, ..About::new(shared, &sql) };
    let report = Report::start(&shared.log);
    let keys = batch.by;
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

/// Updates or deletes the rows that satisfy a condition.
pub(super) fn change_where(shared: &Shared, raw: &mut Raw, change: ChangeWhere<'_>) -> Result<u64> {
    let compiled = shared.compiler.change_where(change)?;
    let origins = || shared.compiler.change_where_origins(change).unwrap_or_default();
    let entity = shared.compiler.entity(change.entity);
    let about = About { entity: Some(entity), deleting: change.values.is_none(), ..About::new(shared, &compiled.sql) };
    let report = Report::start(&shared.log);
    let done = (|| {
        let mut statement = raw.connection.prepare_cached(&compiled.sql).map_err(|error| about.error(error))?;
        if let Err((place, error)) = bind::params(&mut statement, &compiled.params) {
            let origins = origins();
            let (entity, property) = origins.get(place).map(|origin| origin.names(shared.metadata())).unzip();
            return Err(about.bind_error(error, entity, property.flatten()));
        }
        statement.raw_execute().map(|changed| changed as u64).map_err(|error| about.error(error))
    })();
    report.finish(&compiled.sql, 1, done.is_err(), || logged(&compiled.params, &origins()));
    done
}
