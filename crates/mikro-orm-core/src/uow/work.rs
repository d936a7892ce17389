//! What a flush works with: a connection in a transaction, what takes it back when it fails, and who listens.

use super::events::Observed;
use super::undo::Undo;
use crate::context::Context;
use crate::driver::{Connection, TransactionOptions};
use crate::error::{Error, Result};
use crate::events::{Scope, TransactionMoment};
use crate::heap::HeapArc;
use crate::session::Session;
use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::MutexGuard;

/// See the module's documentation.
pub(super) struct Work<'c> {
    pub context: &'c Arc<Context>,
    pub heap: &'c HeapArc,
    session: MutexGuard<'c, Session>,
    /// Whether the session's transaction is used; else it is one of its own.
    in_transaction: bool,
    /// Whether anything can have been sent.
    began: bool,
    own: Option<Box<dyn Connection>>,
    /// Each statement is stored as it is sent.
    without_transaction: bool,
    /// `None` when nobody listens.
    pub events: Option<Observed>,
    /// What takes back what was done to the identity map before the end.
    pub undo: Vec<Undo>,
    panic: Option<Box<dyn Any + Send>>,
}

impl<'c> Work<'c> {
    pub fn new(context: &'c Arc<Context>, heap: &'c HeapArc, session: MutexGuard<'c, Session>) -> Self {
        let in_transaction = session.is_open();
        let events = context.events.listeners().map(|listeners| Observed::new(context, listeners));
        let without_transaction = !in_transaction && context.settings.without_transactions();
        Work {
            context,
            heap,
            session,
            in_transaction,
            began: false,
            own: None,
            without_transaction,
            events,
            undo: Vec::new(),
            panic: None,
        }
    }

    /// The connection, once the transaction has begun.
    pub fn connection(&mut self) -> Result<&mut dyn Connection> {
        let connection = if self.in_transaction { self.session.slot() } else { &mut self.own };
        match connection {
            Some(connection) => Ok(connection.as_mut()),
            None => Err(Error::Closed),
        }
    }

    /// Runs hooks; their queries use the connection meanwhile. After a panic the flush fails, and then it goes on.
    pub async fn call<T>(&mut self, hooks: impl Future<Output = Result<T>>) -> Result<T> {
        let is_open = self.in_transaction || self.own.is_some();
        let connection = if self.in_transaction { self.session.slot() } else { &mut self.own };
        let (outcome, notes) = Scope::run(self.context, connection, is_open, hooks).await;
        self.undo.extend(notes.into_iter().map(Undo::Hook));
        outcome.keep(&mut self.panic)
    }

    /// Begins a transaction, unless one is open.
    pub async fn begin(&mut self) -> Result<()> {
        if self.in_transaction {
            self.began = true;
            return Ok(());
        }
        self.announce(TransactionMoment::BeforeStart).await?;
        let mut connection = self.context.shared.driver.acquire().await?;
        if !self.without_transaction {
            connection.begin(TransactionOptions::default()).await?;
        }
        self.own = Some(connection);
        self.began = true;
        self.announce(TransactionMoment::AfterStart).await
    }

    /// Commits, when the transaction is the flush's own.
    pub async fn commit(&mut self) -> Result<()> {
        if self.in_transaction {
            return Ok(());
        }
        if self.without_transaction {
            return Ok(());
        }
        self.announce(TransactionMoment::BeforeCommit).await?;
        let committed = self.connection()?.commit().await;
        if let Err(Error::OutcomeUnknown { .. }) = &committed {
            self.context.set_outcome_unknown();
            self.own = None;
        }
        committed
    }

    /// Notes what was done, for the transaction around it.
    pub async fn committed(&mut self) -> Result<()> {
        if self.in_transaction {
            self.keep_undo();
            return Ok(());
        }
        self.own = None;
        self.announce(TransactionMoment::AfterCommit).await
    }

    /// Notes what was done without a statement, for the transaction around it.
    pub fn keep_undo(&mut self) {
        if self.in_transaction {
            self.session.flushed(std::mem::take(&mut self.undo));
        }
    }

    /// Whether [`Work::undo`] is of use once everything is done.
    pub fn keeps_undo(&self) -> bool {
        self.in_transaction
    }

    /// Rolls back what was begun, and takes everything back.
    pub async fn fail(&mut self) {
        if self.in_transaction && self.began {
            // (the transaction around it can only be rolled back by now)
            self.session.flush_failed();
        }
        if self.without_transaction && self.began {
            // what came before the statement that failed is stored
            self.context.set_outcome_unknown();
            self.own = None;
            return;
        }
        let own = !self.in_transaction && self.own.is_some();
        if own {
            // the first error counts; a connection that can't roll back is not returned to its pool
            let _ = self.announce(TransactionMoment::BeforeRollback).await;
            if let Some(mut connection) = self.own.take() {
                let _ = connection.rollback().await;
            }
        }
        self.take_back();
        if own {
            let _ = self.announce(TransactionMoment::AfterRollback).await;
        }
    }

    /// Takes back what was done to the identity map.
    pub fn take_back(&mut self) {
        if !self.undo.is_empty() {
            self.heap.settle_schedule();
            std::mem::take(&mut self.undo).into_iter().rev().for_each(Undo::apply);
            self.heap.recount();
        }
    }

    async fn announce(&mut self, moment: TransactionMoment) -> Result<()> {
        if self.without_transaction {
            return Ok(());
        }
        let Some((listeners, em)) = self.events.as_ref().and_then(Observed::subscribers) else { return Ok(()) };
        self.call(async { listeners.transaction(moment, &em, 0).await }).await
    }

    /// Lets everything go; a panic in a hook goes on now.
    pub fn end(self) {
        let Work { session, own, panic, .. } = self;
        drop((session, own));
        if let Some(panic) = panic {
            std::panic::resume_unwind(panic);
        }
    }
}
