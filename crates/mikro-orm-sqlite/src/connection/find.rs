//! Reading.

use super::SqliteConnection;
use crate::bind;
use crate::busy::patiently;
use crate::driver::Shared;
use crate::error::About;
use crate::raw::Raw;
use crate::report::Report;
use crate::row::SqliteRow;
use mikro_orm_core::driver::{Row, RowSink};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::EntityId;
use mikro_orm_core::query::{Expr, Select};
use mikro_orm_core::value::Value;
use mikro_orm_sql::Compiled;
use mikro_orm_sql::origin::{Origin, logged};

impl SqliteConnection {
    pub(super) async fn select(&mut self, select: &Select, sink: &mut (dyn RowSink + '_)) -> Result<()> {
        let (shared, raw) = self.ready()?;
        let compiled = shared.compiler.select(select)?;
        read(shared, raw, &compiled, sink, || shared.compiler.select_origins(select)).await
    }

    pub(super) async fn count_rows(&mut self, entity: EntityId, filter: Option<&Expr>) -> Result<u64> {
        let (shared, raw) = self.ready()?;
        let compiled = shared.compiler.count(entity, filter)?;
        let mut count = 0;
        let mut sink = |row: &dyn Row| {
            if let Ok(Value::Int(counted)) = row.get(0) {
                count = counted.unsigned_abs();
            }
            Ok(())
        };
        read(shared, raw, &compiled, &mut sink, || shared.compiler.count_origins(entity, filter)).await?;
        Ok(count)
    }
}

/// Runs a query. `origins` is asked only for logs and messages.
async fn read(
    shared: &Shared,
    raw: &mut Raw,
    compiled: &Compiled<'_>,
    sink: &mut (dyn RowSink + '_),
    origins: impl Fn() -> Result<Vec<Origin>> + Send,
) -> Result<()> {
    let report = Report::start(&shared.log);
    let mut delivered = false;
    let done = patiently(shared.pool.options.busy_timeout, || {
        match rows(shared, raw, compiled, sink, &mut delivered, &origins) {
            // once the sink has rows, starting over would give it them twice
            Err(error @ Error::Busy { .. }) if !delivered => Err(error),
            done => Ok(done),
        }
    })
    .await
    .and_then(|done| done);
    report.finish(&compiled.sql, 1, done.is_err(), || logged(&compiled.params, &origins().unwrap_or_default()));
    done
}

fn rows(
    shared: &Shared,
    raw: &mut Raw,
    compiled: &Compiled<'_>,
    sink: &mut (dyn RowSink + '_),
    delivered: &mut bool,
    origins: &dyn Fn() -> Result<Vec<Origin>>,
) -> Result<()> {
    let about = About::new(shared, &compiled.sql);
    let failed = |error| about.error(error);
    let mut statement = raw.connection.prepare_cached(&compiled.sql).map_err(failed)?;
    if let Err((place, error)) = bind::params(&mut statement, &compiled.params) {
        let origins = origins().unwrap_or_default();
        let (entity, property) = origins.get(place).map(|origin| origin.names(shared.metadata())).unzip();
        return Err(about.bind_error(error, entity, property.flatten()));
    }
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        *delivered = true;
        sink.row(&SqliteRow(row))?;
    }
    Ok(())
}
