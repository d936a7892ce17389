//! Updating: one cached statement in a loop, which beats every statement for many rows.

use crate::bind;
use crate::driver::Shared;
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use mikro_orm_core::driver::UpdateBatch;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::value::Value;
use mikro_orm_sql::dml::Update;
use mikro_orm_sql::origin::masked;

pub(super) fn run(shared: &Shared, raw: &mut Raw, batch: UpdateBatch<'_>) -> Result<Vec<bool>> {
    let entity = shared.compiler.entity(batch.entity);
    if batch.columns.is_empty() && batch.counted.is_none() {
        return Err(Error::invalid(entity.name, "an update has no columns"));
    }
    if batch.rows.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        shared.compiler.update(batch.entity, Update { columns: batch.columns, checks: batch.checks, counted: batch.counted });
    let about = About { entity: Some(entity), columns: batch.columns, ..About::new(shared, &sql) };
    let report = Report::start(&shared.log);
    let mut found = Vec::with_capacity(batch.rows.len());
    let done = rows(raw, entity, &batch, &about, &mut found);
    report.finish(&sql, found.len() + usize::from(done.is_err()), done.is_err(), || {
        params(entity, &batch, 0).map(|(property, value)| masked(value, property)).collect()
    });
    done.map(|()| found)
}

fn rows(raw: &mut Raw, entity: &EntityMetadata, batch: &UpdateBatch<'_>, about: &About<'_>, found: &mut Vec<bool>) -> Result<()> {
    let mut statement = raw.connection.prepare_cached(about.sql).map_err(|error| about.error(error))?;
    for row in 0..batch.rows.len() {
        for (index, (property, value)) in params(entity, batch, row).enumerate() {
            bind::value(&mut statement, index + 1, &value, property.column_type)
                .map_err(|error| about.bind_error(error, Some(entity.name), Some(property.name)))?;
        }
        let changed = statement.raw_execute().map_err(|error| about.error(error))?;
        found.push(changed > 0);
    }
    Ok(())
}

/// A row's parameters, in the order of the placeholders.
fn params<'a>(
    entity: &'a EntityMetadata,
    batch: &UpdateBatch<'a>,
    row: usize,
) -> impl Iterator<Item = (&'a PropertyMetadata, Value<'a>)> {
    let (rows, columns) = (batch.rows, batch.columns);
    let values = columns.iter().enumerate().map(move |(column, field)| (entity.property(*field), rows.value(row, column)));
    let key = (0..).zip(&entity.key_columns).map(move |(part, column)| (entity.property(*column), rows.key(row, part)));
    let checks = batch.checks.iter().enumerate();
    let expected = checks.map(move |(check, column)| (entity.property(*column), rows.expected(row, check)));
    values.chain(key).chain(expected)
}
