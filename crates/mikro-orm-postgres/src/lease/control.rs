//! Transactions and savepoints.

use super::log::Sent;
use super::{InFlight, Lease, Transaction};
use crate::error::{Context, classify, is_connection, source};
use futures_util::future::join;
use mikro_orm_core::driver::{IsolationLevel, TransactionOptions};
use mikro_orm_core::error::{Error, Result};

impl Lease {
    /// Has a transaction begin with the next statement.
    pub(crate) fn begin(&mut self, options: TransactionOptions) -> Result<()> {
        if self.transaction != Transaction::None {
            return Err(invalid("a transaction is open already: set a savepoint instead"));
        }
        self.transaction = Transaction::Pending(options);
        Ok(())
    }

    /// Commits. A transaction without a statement was never begun, and costs nothing.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        // a statement whose future was dropped may have failed, and then `commit` would roll back in silence
        if self.transaction == Transaction::Open && self.in_flight == InFlight::Statement && self.send("select 1").await.is_err()
        {
            self.transaction = Transaction::Aborted;
        }
        match self.transaction {
            Transaction::None => return Err(invalid("no transaction is open")),
            Transaction::Pending(_) => {
                self.transaction = Transaction::None;
                return Ok(());
            }
            Transaction::Aborted => {
                self.rollback().await?;
                return Err(invalid("the transaction was rolled back and not committed, because a statement in it had failed"));
            }
            Transaction::Open => {}
        }
        if self.session.client.is_closed() {
            // nothing is unknown: `commit` was not sent
            self.transaction = Transaction::None;
            let message = "it was lost before the commit, so the transaction is rolled back".to_owned();
            return Err(Error::Connection { message, source: None });
        }
        match self.finish("commit").await {
            Ok(()) => Ok(()),
            Err(error) if is_connection(&error) => Err(Error::OutcomeUnknown { source: Some(source(error)) }),
            Err(error) => Err(self.explain(error, "commit")),
        }
    }

    /// Rolls back. What was open on a lost connection was rolled back by the server.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        let sent = matches!(self.transaction, Transaction::Open | Transaction::Aborted);
        if !sent || self.session.client.is_closed() {
            self.transaction = Transaction::None;
            return Ok(());
        }
        match self.finish("rollback").await {
            Err(error) if !is_connection(&error) => Err(self.explain(error, "rollback")),
            _ => Ok(()),
        }
    }

    pub(crate) async fn savepoint(&mut self, depth: u32) -> Result<()> {
        self.send(&format!("savepoint trx{depth}")).await
    }

    pub(crate) async fn release_savepoint(&mut self, depth: u32) -> Result<()> {
        self.send(&format!("release savepoint trx{depth}")).await
    }

    pub(crate) async fn rollback_to(&mut self, depth: u32) -> Result<()> {
        self.send(&format!("rollback to savepoint trx{depth}")).await?;
        if self.transaction == Transaction::Aborted {
            self.transaction = Transaction::Open;
        }
        Ok(())
    }

    /// Sends something inside the transaction, after a pending `begin`.
    async fn send(&mut self, sql: &str) -> Result<()> {
        let begin = self.take_begin();
        self.in_flight = InFlight::Statement;
        let client = &self.session.client;
        let sent = Sent::control(&self.pool.log, begin.as_deref(), sql);
        let (begun, result) = match &begin {
            Some(begin) => join(client.batch_execute(begin), client.batch_execute(sql)).await,
            None => (Ok(()), client.batch_execute(sql).await),
        };
        sent.end(begun.is_ok(), result.is_err());
        self.in_flight = InFlight::Nothing;
        if let Err(error) = begun {
            self.transaction = Transaction::None;
            return Err(self.explain(error, begin.as_deref().unwrap_or_default()));
        }
        result.map_err(|error| {
            if self.transaction == Transaction::Open && error.as_db_error().is_some() {
                self.transaction = Transaction::Aborted;
            }
            self.explain(error, sql)
        })
    }

    /// Ends the transaction: it is over for this side as soon as this is sent.
    async fn finish(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.transaction = Transaction::None;
        self.in_flight = InFlight::End;
        let sent = Sent::control(&self.pool.log, None, sql);
        let result = self.session.client.batch_execute(sql).await;
        sent.end(true, result.is_err());
        self.in_flight = InFlight::Nothing;
        result
    }

    /// The text of a `begin` that waits to be sent. From here on the transaction counts as open.
    pub(super) fn take_begin(&mut self) -> Option<String> {
        let Transaction::Pending(options) = self.transaction else { return None };
        self.transaction = Transaction::Open;
        let mut begin = String::from("begin");
        if let Some(level) = options.isolation {
            begin.push_str(match level {
                IsolationLevel::ReadUncommitted => " isolation level read uncommitted",
                IsolationLevel::ReadCommitted => " isolation level read committed",
                IsolationLevel::RepeatableRead => " isolation level repeatable read",
                _ => " isolation level serializable",
            });
        }
        if options.read_only {
            begin.push_str(if options.isolation.is_some() { ", read only" } else { " read only" });
        }
        Some(begin)
    }

    /// An error of a statement without parameters.
    pub(super) fn explain(&self, error: tokio_postgres::Error, sql: &str) -> Error {
        classify(error, Context { metadata: &self.pool.metadata, sql, params: &[], origins: &Vec::new })
    }
}

fn invalid(message: &str) -> Error {
    Error::refused(message)
}
