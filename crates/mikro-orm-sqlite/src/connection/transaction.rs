//! Transactions.

use super::SqliteConnection;
use crate::busy::patiently;
use crate::driver::Shared;
use crate::error::About;
use crate::raw::Raw;
use crate::report::demarcation;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::error::{Error, Result};

impl SqliteConnection {
    /// Begins. A transaction that may write takes SQLite's write lock at once: taking it later can fail in
    /// ways that only starting over would cure. All are serializable, whatever isolation was asked for.
    pub(super) async fn start(&mut self, options: TransactionOptions) -> Result<()> {
        if self.open {
            return Err(Error::refused("a transaction is open on this connection already: set a savepoint instead"));
        }
        self.ready()?;
        let read_only = options.read_only || self.shared.pool.options.read_only;
        let turn = if read_only { None } else { Some(self.shared.pool.write_turn().await?) };
        let (shared, raw) = self.parts()?;
        let sql = if read_only { "begin deferred" } else { "begin immediate" };
        let begun = patiently(shared.pool.options.busy_timeout, || {
            raw.set_query_only(options.read_only)
                .and_then(|()| raw.run(sql))
                .map_err(|error| About::new(shared, sql).error(error))
        })
        .await;
        raw.facts.recheck();
        demarcation(&shared.log, "begin", begun.is_err());
        if begun.is_ok() {
            self.turn = turn;
            self.open = true;
        }
        begun
    }

    /// Commits. When that fails, the transaction stays open.
    pub(super) async fn end(&mut self) -> Result<()> {
        self.must_be_open()?;
        let (shared, raw) = self.ready()?;
        let ended = patiently(shared.pool.options.busy_timeout, || {
            raw.run("commit").map_err(|error| About::new(shared, "commit").error(error))
        })
        .await;
        demarcation(&shared.log, "commit", ended.is_err());
        ended.and_then(|()| self.closed())
    }

    /// Rolls back, also when SQLite has done so already.
    pub(super) fn undo(&mut self) -> Result<()> {
        self.must_be_open()?;
        let (shared, raw) = self.parts()?;
        let undone = match raw.in_transaction() {
            true => raw.run("rollback").map_err(|error| About::new(shared, "rollback").error(error)),
            false => Ok(()),
        };
        raw.facts.forget();
        demarcation(&shared.log, "rollback", undone.is_err());
        undone.and_then(|()| self.closed())
    }

    /// Runs a statement on savepoints.
    pub(super) fn within(&mut self, sql: &str) -> Result<()> {
        self.must_be_open()?;
        let (shared, raw) = self.ready()?;
        let done = raw.run(sql).map_err(|error| About::new(shared, sql).error(error));
        raw.facts.forget();
        demarcation(&shared.log, sql, done.is_err());
        done
    }

    fn closed(&mut self) -> Result<()> {
        self.open = false;
        self.turn = None;
        let (shared, raw) = self.parts()?;
        raw.set_query_only(false).map_err(|error| About::new(shared, "pragma query_only").error(error))
    }

    fn must_be_open(&self) -> Result<()> {
        if self.open {
            return Ok(());
        }
        Err(Error::refused("no transaction is open on this connection: begin one first"))
    }

    /// Runs statements that write: in the open transaction, or else in one of their own, so that a batch is
    /// stored as a whole or not at all.
    pub(super) async fn write<T>(&mut self, write: impl FnOnce(&Shared, &mut Raw) -> Result<T>) -> Result<T> {
        let open = self.open;
        let (shared, raw) = self.ready()?;
        if open {
            return write(shared, raw);
        }
        let _turn = shared.pool.write_turn().await?;
        let patience = shared.pool.options.busy_timeout;
        let control = |raw: &mut Raw, sql| raw.run(sql).map_err(|error| About::new(shared, sql).error(error));
        patiently(patience, || control(raw, "begin immediate")).await?;
        raw.facts.recheck();
        let written = write(shared, raw);
        let ended = match &written {
            Ok(_) => patiently(patience, || control(raw, "commit")).await,
            Err(_) => Ok(()),
        };
        if raw.in_transaction() {
            control(raw, "rollback")?;
        }
        ended.and(written)
    }
}
