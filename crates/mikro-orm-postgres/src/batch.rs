//! Inserts, updates and deletes of many rows: arrays, one for each column.

mod split;

use crate::encode::{Cell, Param, Source};
use crate::lease::Lease;
use crate::request::{self, Origin, Request};
use mikro_orm_core::driver::{ChangeWhere, DeleteBatch, InsertBatch, Row, RowSink, RowValues, UpdateBatch, UpdatedSink};
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::{EntityId, Metadata};
use mikro_orm_core::value::Value;
use mikro_orm_sql::dml::computed::{self, Computed};
use mikro_orm_sql::dml::{Insert, Update};
use mikro_orm_sql::reborrow;
use split::split;
use std::ops::Range;
use std::sync::Arc;

impl Lease {
    /// Inserts: one row as values, more as arrays.
    pub(crate) async fn insert(&mut self, batch: InsertBatch<'_>, returned: &mut (dyn RowSink + '_)) -> Result<()> {
        let InsertBatch { entity, columns, rows, returning, computed, skip_existing } = batch;
        let pool = Arc::clone(&self.pool);
        let (compiler, len) = (&pool.compiler, rows.len());
        let insert = Insert { columns, computed, returning, skip_existing };
        let cells: Vec<_> = (0..columns.len()).map(Cell::Column).collect();
        let bound = || computed::params(compiler.entity(entity), computed).map(|(_, value)| Source::One(reborrow(value)));
        if len == 1 {
            let sql = compiler.insert(entity, insert, 1)?;
            let params = Param::all(one(rows, &cells).chain(bound()));
            let origins = || {
                let mut all = origins(&pool.metadata, entity, columns.iter().copied());
                all.extend(origins_of_computed(&pool.metadata, entity, computed));
                all
            };
            self.run(Request { sql: &sql, params: &params, origins: &origins }, returned).await?;
            return Ok(());
        }
        let sql = compiler.insert_many(entity, insert)?;
        let origins = || {
            let mut all = origins_of_computed(&pool.metadata, entity, computed);
            all.extend(origins(&pool.metadata, entity, columns.iter().copied()));
            if columns.is_empty() {
                all.push(Origin { property: None, hidden: false });
            }
            all
        };
        if columns.is_empty() && len > 0 {
            let count = Source::One(Value::Int(i64::try_from(len).unwrap_or(i64::MAX)));
            let params = Param::all(bound().chain([count]));
            self.run(Request { sql: &sql, params: &params, origins: &origins }, returned).await?;
            return Ok(());
        }
        for range in split(compiler.entity(entity), columns, rows) {
            let params = Param::all(bound().chain(arrays(rows, &cells, range)));
            self.run(Request { sql: &sql, params: &params, origins: &origins }, returned).await?;
        }
        Ok(())
    }

    /// Updates by key: which rows were there.
    pub(crate) async fn update(&mut self, batch: UpdateBatch<'_>, returned: &mut UpdatedSink<'_>) -> Result<Vec<bool>> {
        let UpdateBatch { entity, columns, rows, checks, counted, computed, returning } = batch;
        let pool = Arc::clone(&self.pool);
        let compiler = &pool.compiler;
        let update = Update { columns, checks, counted, computed, returning };
        let keys = &compiler.entity(entity).key_columns;
        let values: Vec<_> = (0..columns.len()).map(Cell::Column).collect();
        let guards: Vec<_> = (0..keys.len()).map(Cell::Key).chain((0..checks.len()).map(Cell::Expected)).collect();
        let bound = || computed::params(compiler.entity(entity), computed).map(|(_, value)| Source::One(reborrow(value)));
        if rows.len() == 1 {
            let sql = compiler.update(entity, update)?;
            let params = Param::all(one(rows, &values).chain(bound()).chain(one(rows, &guards)));
            let origins = || {
                let mut all = origins(&pool.metadata, entity, columns.iter().copied());
                all.extend(origins_of_computed(&pool.metadata, entity, computed));
                all.extend(origins(&pool.metadata, entity, keys.iter().chain(checks).copied()));
                all
            };
            let mut sink = |row: &dyn Row| if returning.is_empty() { Ok(()) } else { returned(0, row) };
            let affected = self.run(Request { sql: &sql, params: &params, origins: &origins }, &mut sink).await?;
            return Ok(vec![affected > 0]);
        }
        let sql = compiler.update_many(entity, update)?;
        let origins = || {
            let mut all = origins_of_computed(&pool.metadata, entity, computed);
            all.extend(origins(&pool.metadata, entity, columns.iter().chain(keys).chain(checks).copied()));
            all
        };
        let cells = [values, guards].concat();
        let mut there = vec![false; rows.len()];
        for range in split(compiler.entity(entity), columns, rows) {
            let params = Param::all(bound().chain(arrays(rows, &cells, range.clone())));
            let first = range.start;
            let there = &mut there[range];
            // places in the arrays, from 1, behind what is read back
            let mut sink = |row: &dyn Row| {
                if let Ok(Value::Int(place)) = row.get(returning.len())
                    && let Some(place) = usize::try_from(place).ok().and_then(|place| place.checked_sub(1))
                    && let Some(there) = there.get_mut(place)
                {
                    *there = true;
                    if !returning.is_empty() {
                        returned(first + place, row)?;
                    }
                }
                Ok(())
            };
            self.run(Request { sql: &sql, params: &params, origins: &origins }, &mut sink).await?;
        }
        Ok(there)
    }

    /// Updates or deletes by a condition: how many rows there were.
    pub(crate) async fn change_where(&mut self, change: ChangeWhere<'_>) -> Result<u64> {
        let pool = Arc::clone(&self.pool);
        let compiled = pool.compiler.change_where(change)?;
        let params = request::params(&compiled.params);
        let origins = || request::origins(pool.compiler.change_where_origins(change));
        self.run(Request { sql: &compiled.sql, params: &params, origins: &origins }, &mut |_: &dyn Row| Ok(())).await
    }

    /// Deletes by key, or by other columns: how many rows were there.
    pub(crate) async fn delete(&mut self, batch: DeleteBatch<'_>) -> Result<u64> {
        let DeleteBatch { entity, by, rows } = batch;
        let pool = Arc::clone(&self.pool);
        let sql = pool.compiler.delete(entity, by, 1);
        let cells: Vec<_> = (0..by.len()).map(Cell::Key).collect();
        let origins = || origins(&pool.metadata, entity, by.iter().copied());
        let mut deleted = 0;
        for range in split(pool.compiler.entity(entity), &[], rows) {
            let params = Param::all(arrays(rows, &cells, range));
            deleted += self.run(Request { sql: &sql, params: &params, origins: &origins }, &mut |_: &dyn Row| Ok(())).await?;
        }
        Ok(deleted)
    }
}

fn one<'a, 'c>(rows: &'a dyn RowValues, cells: &'c [Cell]) -> impl Iterator<Item = Source<'a>> + use<'a, 'c> {
    cells.iter().map(|cell| Source::One(cell.of(rows, 0)))
}

fn arrays<'a, 'c>(
    rows: &'a dyn RowValues,
    cells: &'c [Cell],
    range: Range<usize>,
) -> impl Iterator<Item = Source<'a>> + use<'a, 'c> {
    cells.iter().map(move |cell| Source::Rows { rows, cell: *cell, range: range.clone() })
}

fn origins(metadata: &Metadata, entity: EntityId, fields: impl IntoIterator<Item = u16>) -> Vec<Origin> {
    let origin = |field| Origin { property: Some((entity, field)), hidden: metadata.entity(entity).property(field).hidden };
    fields.into_iter().map(origin).collect()
}

/// What the parameters of expressions are for: the properties that are computed.
fn origins_of_computed(metadata: &Metadata, entity: EntityId, computed: Computed<'_>) -> Vec<Origin> {
    let properties = computed::params(metadata.entity(entity), computed).map(|(property, _)| property.index);
    let hidden = computed::hidden(metadata.entity(entity), computed);
    properties.zip(hidden).map(|(field, hidden)| Origin { property: Some((entity, field)), hidden }).collect()
}
