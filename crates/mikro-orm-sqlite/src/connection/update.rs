//! Updating: one cached statement in a loop, which beats every statement for many rows.

use crate::bind;
use crate::driver::Shared;
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use crate::row::SqliteRow;
use mikro_orm_core::driver::{UpdateBatch, UpdatedSink};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::value::Value;
use mikro_orm_sql::dml::{Update, computed};
use mikro_orm_sql::origin::{MASK, masked};
use mikro_orm_sql::reborrow;

pub(super) fn run(shared: &Shared, raw: &mut Raw, batch: UpdateBatch<'_>, returned: &mut UpdatedSink<'_>) -> Result<Vec<bool>> {
    let entity = shared.compiler.entity(batch.entity);
    if batch.columns.is_empty() && batch.counted.is_none() && batch.computed.is_empty() {
        return Err(Error::invalid(entity.name, "an update has no columns"));
    }
    if batch.rows.is_empty() {
        return Ok(Vec::new());
    }
    let UpdateBatch { columns, checks, counted, computed, returning, .. } = batch;
    let sql = shared.compiler.update(batch.entity, Update { columns, checks, counted, computed, returning })?;
    let about = About { entity: Some(entity), columns: batch.columns, ..About::new(shared, &sql) };
    let report = Report::start(&shared.log);
    let mut found = Vec::with_capacity(batch.rows.len());
    let done = rows(raw, entity, &batch, &about, &mut found, returned);
    report.finish(&sql, found.len() + usize::from(done.is_err()), done.is_err(), || first_params(entity, &batch));
    done.map(|()| found)
}

fn rows(
    raw: &mut Raw,
    entity: &EntityMetadata,
    batch: &UpdateBatch<'_>,
    about: &About<'_>,
    found: &mut Vec<bool>,
    returned: &mut UpdatedSink<'_>,
) -> Result<()> {
    let mut statement = raw.connection.prepare_cached(about.sql).map_err(|error| about.error(error))?;
    bind::all(&statement, params(entity, batch, 0).count()).map_err(|error| about.bind_error(error, Some(entity.name), None))?;
    for row in 0..batch.rows.len() {
        for (index, (property, value)) in params(entity, batch, row).enumerate() {
            bind::value(&mut statement, index + 1, &value, property.column_type)
                .map_err(|error| about.bind_error(error, Some(entity.name), Some(property.name)))?;
        }
        if batch.returning.is_empty() {
            let changed = statement.raw_execute().map_err(|error| about.error(error))?;
            found.push(changed > 0);
            continue;
        }
        let mut changed = statement.raw_query();
        let mut is_there = false;
        while let Some(values) = changed.next().map_err(|error| about.error(error))? {
            is_there = true;
            returned(row, &SqliteRow(values))?;
        }
        found.push(is_there);
    }
    Ok(())
}

/// The first row's parameters, as a log shows them.
fn first_params<'a>(entity: &'a EntityMetadata, batch: &UpdateBatch<'a>) -> Vec<Value<'a>> {
    let mut values: Vec<_> = params(entity, batch, 0).map(|(property, value)| masked(value, property)).collect();
    let of_expressions = values.iter_mut().skip(batch.columns.len()).zip(computed::hidden(entity, batch.computed));
    of_expressions.filter(|(_, hidden)| *hidden).for_each(|(value, _)| *value = Value::Text(MASK.into()));
    values
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
    let computed = computed::params(entity, batch.computed).map(|(property, value)| (property, reborrow(value)));
    values.chain(computed).chain(key).chain(expected)
}
