//! One connection, as the core sees it.

use crate::encode::{Param, Source};
use crate::lease::Lease;
use crate::request::{self, Origin, Request};
use mikro_orm_core::driver::{
    BoxFuture, ChangeWhere, Connection, DeleteBatch, InsertBatch, Row, RowSink, TransactionOptions, UpdateBatch, UpdatedSink,
};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::EntityId;
use mikro_orm_core::query::{Expr, Select};
use mikro_orm_core::value::Value;
use mikro_orm_sql::{number_placeholders, reborrow};
use std::sync::Arc;

/// A connection until it is dropped: then it goes back to the pool.
pub(crate) struct PostgresConnection {
    /// There until the connection is dropped.
    lease: Option<Lease>,
}

impl PostgresConnection {
    pub(crate) fn new(lease: Lease) -> Self {
        PostgresConnection { lease: Some(lease) }
    }

    fn lease(&mut self) -> Result<&mut Lease> {
        self.lease.as_mut().ok_or(Error::Closed)
    }
}

impl Drop for PostgresConnection {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.release();
        }
    }
}

impl Connection for PostgresConnection {
    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.lease()?.begin(options) })
    }
    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.lease()?.commit().await })
    }
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.lease()?.rollback().await })
    }
    fn savepoint(&mut self, depth: u32) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.lease()?.savepoint(depth).await })
    }
    fn release(&mut self, depth: u32) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.lease()?.release_savepoint(depth).await })
    }
    fn rollback_to(&mut self, depth: u32) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.lease()?.rollback_to(depth).await })
    }

    fn find<'a>(&'a mut self, select: &'a Select, sink: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let lease = self.lease()?;
            let pool = Arc::clone(&lease.pool);
            let compiled = pool.compiler.select(select)?;
            let params = request::params(&compiled.params);
            let origins = || request::origins(pool.compiler.select_origins(select));
            lease.run(Request { sql: &compiled.sql, params: &params, origins: &origins }, sink).await?;
            Ok(())
        })
    }

    fn count<'a>(&'a mut self, entity: EntityId, filter: Option<&'a Expr>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let lease = self.lease()?;
            let pool = Arc::clone(&lease.pool);
            let compiled = pool.compiler.count(entity, filter)?;
            let params = request::params(&compiled.params);
            let origins = || request::origins(pool.compiler.count_origins(entity, filter));
            let mut count = 0;
            let mut sink = |row: &dyn Row| {
                if let Ok(Value::Int(rows)) = row.get(0) {
                    count = u64::try_from(rows).unwrap_or_default();
                }
                Ok(())
            };
            lease.run(Request { sql: &compiled.sql, params: &params, origins: &origins }, &mut sink).await?;
            Ok(count)
        })
    }

    fn insert<'a>(&'a mut self, batch: InsertBatch<'a>, returned: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.lease()?.insert(batch, returned).await })
    }
    fn update<'a>(&'a mut self, batch: UpdateBatch<'a>, returned: &'a mut UpdatedSink<'a>) -> BoxFuture<'a, Result<Vec<bool>>> {
        Box::pin(async move { self.lease()?.update(batch, returned).await })
    }
    fn delete<'a>(&'a mut self, batch: DeleteBatch<'a>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.lease()?.delete(batch).await })
    }
    fn change_where<'a>(&'a mut self, change: ChangeWhere<'a>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.lease()?.change_where(change).await })
    }

    fn execute<'a>(
        &'a mut self,
        statement: &'a str,
        params: &'a [Value<'a>],
        sink: &'a mut (dyn RowSink + 'a),
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let lease = self.lease()?;
            lease.taint(statement);
            let sql = number_placeholders(lease.pool.compiler.dialect(), statement);
            let bound = Param::all(params.iter().map(|value| Source::One(reborrow(value))));
            let origins = || vec![Origin { property: None, hidden: false }; params.len()];
            lease.run(Request { sql: &sql, params: &bound, origins: &origins }, sink).await
        })
    }
}
