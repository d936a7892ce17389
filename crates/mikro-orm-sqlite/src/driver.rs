//! The driver: what all connections share.

use crate::connection::SqliteConnection;
use crate::options::SqliteOptions;
use crate::pool::Pool;
use mikro_orm_core::driver::{BoxFuture, Capabilities, Connection, Connector, Driver, QueryLog, SchemaDriver};
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::Metadata;
use mikro_orm_sql::Compiler;
use mikro_orm_sql::dialect::Sqlite;
use std::fmt;
use std::sync::Arc;

/// The most keys in one list. SQLite takes more, but statements are kept prepared, and one with tens of
/// thousands of placeholders is large; splitting costs next to nothing here.
pub(crate) const MAX_KEYS: usize = 4096;

/// What the connections of a driver share.
pub(crate) struct Shared {
    pub(crate) compiler: Compiler,
    pub(crate) log: QueryLog,
    pub(crate) pool: Pool,
}

impl Shared {
    pub(crate) fn metadata(&self) -> &Metadata {
        self.compiler.metadata()
    }
}

struct SqliteDriver(Arc<Shared>);

impl Connector for SqliteOptions {
    fn connect(self: Box<Self>, metadata: Arc<Metadata>, log: QueryLog) -> BoxFuture<'static, Result<Arc<dyn Driver>>> {
        Box::pin(async move {
            let pool = Pool::connect(*self).await?;
            let compiler = Compiler::new(metadata, &Sqlite);
            Ok(Arc::new(SqliteDriver(Arc::new(Shared { compiler, log, pool }))) as Arc<dyn Driver>)
        })
    }
}

impl fmt::Debug for SqliteDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteDriver").field("options", &self.0.pool.options).finish_non_exhaustive()
    }
}

impl Driver for SqliteDriver {
    fn name(&self) -> &'static str {
        "sqlite"
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities::embedded(MAX_KEYS)
    }
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>> {
        Box::pin(async {
            let (raw, permit) = self.0.pool.take().await?;
            Ok(Box::new(SqliteConnection::new(Arc::clone(&self.0), raw, permit)) as Box<dyn Connection>)
        })
    }
    fn schema(&self) -> &dyn SchemaDriver {
        &*self.0
    }
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.0.pool.close() })
    }
}
