//! The database.

use crate::connection::PostgresConnection;
use crate::options::PostgresOptions;
use crate::pool::Pool;
use mikro_orm_core::driver::{BoxFuture, Capabilities, Connection, Connector, Driver, QueryLog, SchemaDriver};
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::Metadata;
use mikro_orm_sql::Compiler;
use mikro_orm_sql::dialect::Postgres;
use std::sync::Arc;

/// The most keys in one array: larger messages gain nothing.
const MAX_KEYS: usize = 50_000;

/// A PostgreSQL database.
#[derive(Debug)]
struct PostgresDriver {
    pool: Arc<Pool>,
}

impl Connector for PostgresOptions {
    fn connect(self: Box<Self>, metadata: Arc<Metadata>, log: QueryLog) -> BoxFuture<'static, Result<Arc<dyn Driver>>> {
        Box::pin(async move {
            mikro_orm_sql::schema::within_limits(&metadata, &Postgres)?;
            metadata.unique_constraints_wait();
            let compiler = Compiler::new(Arc::clone(&metadata), &Postgres);
            let pool = Pool::new(*self, metadata, log, compiler);
            // the first connection tells whether the options are right
            pool.acquire().await?.release();
            Ok(Arc::new(PostgresDriver { pool }) as Arc<dyn Driver>)
        })
    }

    fn ensure_database(&self) -> BoxFuture<'_, Result<bool>> {
        Box::pin(crate::database::ensure(self))
    }
}

impl Driver for PostgresDriver {
    fn name(&self) -> &'static str {
        "postgres"
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities::server(MAX_KEYS)
    }
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async {
            let lease = self.pool.acquire().await?;
            Ok(Box::new(PostgresConnection::new(lease)) as Box<dyn Connection>)
        })
    }
    fn schema(&self) -> &dyn SchemaDriver {
        &*self.pool
    }
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }
}
