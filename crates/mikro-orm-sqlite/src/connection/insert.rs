//! Inserting.

use crate::bind;
use crate::driver::Shared;
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use crate::row::{KeyRow, SqliteRow};
use mikro_orm_core::driver::{InsertBatch, RowSink};
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::EntityMetadata;
use mikro_orm_core::value::Value;
use mikro_orm_sql::Dialect;
use mikro_orm_sql::dialect::Sqlite;
use mikro_orm_sql::dml::{Insert, computed};
use mikro_orm_sql::origin::masked;
use std::ops::Range;

/// The numbers of rows that one statement inserts. Few sizes are few texts, all of which stay prepared.
const SIZES: [usize; 3] = [128, 16, 1];

/// Inserts the rows in groups of fixed sizes, in order.
pub(super) fn run(shared: &Shared, raw: &mut Raw, batch: InsertBatch<'_>, returned: &mut (dyn RowSink + '_)) -> Result<()> {
    let entity = shared.compiler.entity(batch.entity);
    let computed = keys_are_computed(shared, raw, entity, &batch)?;
    let rows = batch.rows.len();
    let mut next = 0;
    for size in SIZES {
        let params = batch.columns.len() + computed::params(entity, batch.computed).count();
        let defaults = batch.columns.is_empty() && batch.computed.is_empty();
        let fits = size == 1 || (!defaults && size * params <= Sqlite.max_params());
        let groups = if fits { (rows - next) / size } else { 0 };
        if groups > 0 {
            let end = next + groups * size;
            Group { entity, size, rows: next..end, computed }.run(shared, raw, &batch, returned)?;
            next = end;
        }
    }
    Ok(())
}

/// Whether the keys, all that is to be returned, follow from the last one: `returning` would cost more than
/// the insert.
fn keys_are_computed(shared: &Shared, raw: &mut Raw, entity: &EntityMetadata, batch: &InsertBatch<'_>) -> Result<bool> {
    if batch.skip_existing
        || *batch.returning != [entity.key]
        || !entity.has_generated_key()
        || batch.columns.contains(&entity.key)
    {
        return Ok(false);
    }
    let about = About::new(shared, "pragma schema_version");
    raw.facts.consecutive_keys(&raw.connection, entity).map_err(|error| about.error(error))
}

/// The groups of one size.
struct Group<'e> {
    entity: &'e EntityMetadata,
    size: usize,
    rows: Range<usize>,
    computed: bool,
}

impl Group<'_> {
    fn run(&self, shared: &Shared, raw: &mut Raw, batch: &InsertBatch<'_>, returned: &mut (dyn RowSink + '_)) -> Result<()> {
        let returning = if self.computed { &[] } else { batch.returning };
        let InsertBatch { columns, computed, skip_existing, .. } = *batch;
        let sql = shared.compiler.insert(batch.entity, Insert { columns, computed, returning, skip_existing }, self.size)?;
        let about = About { entity: Some(self.entity), columns: batch.columns, ..About::new(shared, &sql) };
        let report = Report::start(&shared.log);
        let mut runs = 0;
        let done = self.statements(raw, batch, returned, &about, &mut runs);
        report.finish(&sql, runs, done.is_err(), || self.first_params(batch));
        done
    }

    fn statements(
        &self,
        raw: &mut Raw,
        batch: &InsertBatch<'_>,
        returned: &mut (dyn RowSink + '_),
        about: &About<'_>,
        runs: &mut usize,
    ) -> Result<()> {
        let failed = |error| about.error(error);
        let mut statement = raw.connection.prepare_cached(about.sql).map_err(failed)?;
        for first in self.rows.clone().step_by(self.size) {
            *runs += 1;
            let mut index = 0;
            for row in first..first + self.size {
                for (column, field) in batch.columns.iter().enumerate() {
                    index += 1;
                    let property = self.entity.property(*field);
                    bind::value(&mut statement, index, &batch.rows.value(row, column), property.column_type)
                        .map_err(|error| about.bind_error(error, Some(self.entity.name), Some(property.name)))?;
                }
                for (property, value) in computed::params(self.entity, batch.computed) {
                    index += 1;
                    bind::value(&mut statement, index, value, property.column_type)
                        .map_err(|error| about.bind_error(error, Some(self.entity.name), Some(property.name)))?;
                }
            }
            bind::all(&statement, index).map_err(|error| about.bind_error(error, Some(self.entity.name), None))?;
            if self.computed || batch.returning.is_empty() {
                statement.raw_execute().map_err(failed)?;
            } else {
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next().map_err(failed)? {
                    returned.row(&SqliteRow(row))?;
                }
            }
            if self.computed {
                let last = raw.connection.last_insert_rowid();
                let before = last - i64::try_from(self.size).unwrap_or(i64::MAX);
                for key in before + 1..=last {
                    returned.row(&KeyRow(key))?;
                }
            }
        }
        Ok(())
    }

    fn first_params<'v>(&self, batch: &InsertBatch<'v>) -> Vec<Value<'v>> {
        let rows = self.rows.start..self.rows.start + self.size;
        rows.flat_map(|row| {
            let columns = batch.columns.iter().enumerate();
            let values = columns.map(move |(column, field)| masked(batch.rows.value(row, column), self.entity.property(*field)));
            let computed = computed::params(self.entity, batch.computed);
            values.chain(computed.map(|(property, value)| masked(value.clone(), property)))
        })
        .collect()
    }
}
