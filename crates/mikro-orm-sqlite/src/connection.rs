//! One connection, in one user's hands.

mod delete;
mod execute;
mod find;
mod insert;
mod transaction;
mod update;

use crate::driver::Shared;
use crate::error::About;
use crate::pool::WriteTurn;
use crate::raw::Raw;
use mikro_orm_core::driver::{
    BoxFuture, ChangeWhere, Connection, DeleteBatch, InsertBatch, RowSink, TransactionOptions, UpdateBatch, UpdatedSink,
};
use mikro_orm_core::error::{Error, Fault, Result};
use mikro_orm_core::metadata::EntityId;
use mikro_orm_core::query::{Expr, Select};
use mikro_orm_core::value::Value;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A connection and the permit to use it; both go back to the pool when it is dropped.
pub(crate) struct SqliteConnection {
    shared: Arc<Shared>,
    lease: Option<(Raw, OwnedSemaphorePermit)>,
    /// Held during a transaction that may write.
    turn: Option<WriteTurn>,
    /// Whether the user began a transaction and has not ended it.
    open: bool,
}

impl SqliteConnection {
    pub(crate) fn new(shared: Arc<Shared>, raw: Raw, permit: OwnedSemaphorePermit) -> Self {
        SqliteConnection { shared, lease: Some((raw, permit)), turn: None, open: false }
    }

    fn parts(&mut self) -> Result<(&Shared, &mut Raw)> {
        match &mut self.lease {
            Some((raw, _)) => Ok((&self.shared, raw)),
            // only while it is dropped
            None => Err(Error::Closed),
        }
    }

    /// The parts, with the transaction that the user believes in and no other.
    fn ready(&mut self) -> Result<(&Shared, &mut Raw)> {
        let open = self.open;
        let (shared, raw) = self.parts()?;
        match (open, raw.in_transaction()) {
            // SQLite rolls back by itself when the disk is full and the like; what follows must not run alone
            (true, false) => Err(Error::rejected(
                Fault::Other,
                "",
                "SQLite has rolled the transaction back after an earlier error; roll back and begin again".into(),
            )),
            // left by a future that was dropped while it waited
            (false, true) => {
                let about = About::new(shared, "rollback");
                raw.run("rollback").map_err(|error| about.error(error))?;
                Ok((shared, raw))
            }
            _ => Ok((shared, raw)),
        }
    }
}

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        if let Some((raw, permit)) = self.lease.take() {
            // rolls back what is open, before the next writer has its turn
            self.shared.pool.give_back(raw, permit);
        }
        self.turn = None;
    }
}

impl Connection for SqliteConnection {
    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.start(options))
    }
    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.end())
    }
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { self.undo() })
    }
    fn savepoint(&mut self, depth: u32) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.within(&format!("savepoint trx{depth}")) })
    }
    fn release(&mut self, depth: u32) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.within(&format!("release savepoint trx{depth}")) })
    }
    fn rollback_to(&mut self, depth: u32) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.within(&format!("rollback to savepoint trx{depth}")) })
    }

    fn find<'a>(&'a mut self, select: &'a Select, sink: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.select(select, sink))
    }
    fn count<'a>(&'a mut self, entity: EntityId, filter: Option<&'a Expr>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.count_rows(entity, filter))
    }
    fn insert<'a>(&'a mut self, batch: InsertBatch<'a>, returned: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.write(move |shared, raw| insert::run(shared, raw, batch, returned)))
    }
    fn update<'a>(&'a mut self, batch: UpdateBatch<'a>, returned: &'a mut UpdatedSink<'a>) -> BoxFuture<'a, Result<Vec<bool>>> {
        Box::pin(self.write(move |shared, raw| update::run(shared, raw, batch, returned)))
    }
    fn delete<'a>(&'a mut self, batch: DeleteBatch<'a>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.write(move |shared, raw| delete::run(shared, raw, batch)))
    }
    fn change_where<'a>(&'a mut self, change: ChangeWhere<'a>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.write(move |shared, raw| delete::change_where(shared, raw, change)))
    }

    fn execute<'a>(
        &'a mut self,
        statement: &'a str,
        params: &'a [Value<'a>],
        sink: &'a mut (dyn RowSink + 'a),
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.statement(statement, params, sink))
    }
}
