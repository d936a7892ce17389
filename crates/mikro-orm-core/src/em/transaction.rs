//! Transactions.

use super::EntityManager;
use crate::context::Context;
use crate::driver::{self, IsolationLevel};
use crate::error::{Error, Result};
use crate::events::{Listeners, Scope, TransactionMoment};
use crate::session::{LevelId, Session};
use crate::uow::FinishOnDrop;
use std::sync::Arc;

/// What [`EntityManager::transactional_with`] does about a transaction that is open, or that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Propagation {
    /// A savepoint in the open transaction, or a new transaction.
    #[default]
    Nested,
    /// The open transaction as it is, or a new one.
    Required,
    /// A new transaction on a connection of its own, with a forked entity manager: its identity map is its own,
    /// too. (A database with one writer at a time makes it wait for the open one, and then fail.)
    RequiresNew,
    /// The open transaction as it is, or none.
    Supports,
    /// The open transaction as it is; an error when there is none.
    Mandatory,
    /// None: with a forked entity manager when one is open.
    NotSupported,
    /// None; an error when one is open.
    Never,
}

/// How [`EntityManager::transactional_with`] runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct TransactionOptions {
    isolation: Option<IsolationLevel>,
    read_only: bool,
    propagation: Propagation,
}

impl TransactionOptions {
    /// The database's isolation level, writable, nested.
    pub fn new() -> Self {
        TransactionOptions::default()
    }
    /// With this isolation level. (Only the outermost transaction can have one.)
    pub fn isolation(mut self, level: IsolationLevel) -> Self {
        self.isolation = Some(level);
        self
    }
    /// Refusing writes.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
    /// What to do about a transaction that is open.
    pub fn propagation(mut self, propagation: Propagation) -> Self {
        self.propagation = propagation;
        self
    }
    fn driver(self) -> driver::TransactionOptions {
        let mut options = driver::TransactionOptions::new();
        options.isolation = self.isolation;
        options.read_only = self.read_only;
        options
    }
}

fn refused(message: &str) -> Error {
    Error::refused(message)
}

impl EntityManager {
    /// Runs a closure in a transaction, flushes and commits: `em.transactional(async |em| { .. Ok(()) }).await?`.
    ///
    /// The closure's entity manager is this one: same identity map, same unit of work. Nested calls are
    /// savepoints. When the closure gives an error, or its future is dropped, everything is rolled back: keys
    /// that the database gave are taken back, edits stay pending, and inserts and deletes that the closure
    /// scheduled are forgotten, so that it can simply be run again.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let title = em
    ///     .transactional(async |em| {
    ///         let book = em.find_one_or_fail::<Book>(1).await?;
    ///         book.edit().title = "Vows".into();
    ///         mikro_orm::Result::Ok(book.title.clone())
    ///     })
    ///     .await?;
    /// assert_eq!(title, "Vows");
    ///
    /// // any error type that ours converts to
    /// let refused: Result<(), Box<dyn std::error::Error>> = em
    ///     .transactional(async |em| {
    ///         em.remove::<Book>(1)?;
    ///         em.flush().await?; // the row is gone, as this transaction sees it
    ///         Err("the editor said no".into())
    ///     })
    ///     .await;
    /// assert!(refused.is_err());
    /// assert_eq!(em.count::<Book>(Condition::all()).await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The closure's own, also when rolling back fails; else what flushing or committing gives.
    pub async fn transactional<R, E>(&self, run: impl AsyncFnOnce(EntityManager) -> Result<R, E>) -> Result<R, E>
    where
        E: From<Error>,
    {
        self.transactional_with(TransactionOptions::default(), run).await
    }

    /// As [`EntityManager::transactional`], with an isolation level, read-only, or another [`Propagation`].
    ///
    /// # Errors
    /// As [`EntityManager::transactional`]; [`Error::Validation`] when the propagation does not allow what it finds.
    pub async fn transactional_with<R, E>(
        &self,
        options: TransactionOptions,
        run: impl AsyncFnOnce(EntityManager) -> Result<R, E>,
    ) -> Result<R, E>
    where
        E: From<Error>,
    {
        if self.context.settings.without_transactions() {
            let result = run(self.clone()).await?;
            self.flush().await?;
            return Ok(result);
        }
        let open = self.is_in_transaction().await;
        match (options.propagation, open) {
            (Propagation::Nested, _) | (Propagation::Required, false) => self.in_new_level(options.driver(), run).await,
            (Propagation::Required | Propagation::Supports | Propagation::Mandatory, true)
            | (Propagation::Supports | Propagation::Never | Propagation::NotSupported, false) => {
                let result = run(self.clone()).await?;
                self.flush().await?;
                Ok(result)
            }
            (Propagation::RequiresNew, _) => self.fork().in_new_level(options.driver(), run).await,
            (Propagation::NotSupported, true) => {
                let outside = self.fork();
                let result = run(outside.clone()).await?;
                outside.flush().await?;
                Ok(result)
            }
            (Propagation::Mandatory, false) => {
                Err(refused("a transaction must be open (propagation is mandatory), and none is: begin one").into())
            }
            (Propagation::Never, true) => Err(refused(
                "no transaction may be open (propagation is never), and one is: commit it, or use another entity manager",
            )
            .into()),
        }
    }

    async fn in_new_level<R, E>(
        &self,
        options: driver::TransactionOptions,
        run: impl AsyncFnOnce(EntityManager) -> Result<R, E>,
    ) -> Result<R, E>
    where
        E: From<Error>,
    {
        let open = Open::begin(&self.context, options).await?;
        let result = match run(self.clone()).await {
            Ok(result) => match self.commit_level(Some(open.level)).await {
                Ok(()) => {
                    open.done();
                    return Ok(result);
                }
                Err(error) => E::from(error),
            },
            Err(error) => error,
        };
        // the error that counts is the first one
        let _ = self.rollback_level(open.level).await;
        open.done();
        Err(result)
    }

    /// Begins a transaction, or sets a savepoint in the open one. Everything that this entity manager does from
    /// here on is part of it, until [`EntityManager::commit`] or [`EntityManager::rollback`].
    ///
    /// # Errors
    /// When there is no connection to be had.
    pub async fn begin(&self) -> Result<()> {
        if self.context.settings.without_transactions() {
            return Ok(());
        }
        Open::begin(&self.context, driver::TransactionOptions::default()).await?.done();
        Ok(())
    }

    /// Flushes, and commits the transaction (or releases the savepoint).
    ///
    /// # Errors
    /// When no transaction is open, or flushing or committing fails: then the transaction is still open.
    pub async fn commit(&self) -> Result<()> {
        self.commit_level(None).await
    }

    async fn commit_level(&self, level: Option<LevelId>) -> Result<()> {
        self.flush().await?;
        if self.context.settings.without_transactions() {
            return Ok(());
        }
        let context = self.context.clone();
        // once it is sent, it is done: what the identity map knows must not stop half-way
        FinishOnDrop::new(async move {
            let mut session = context.session().await?;
            let depth = session.depth().saturating_sub(1);
            announce(&context, &mut session, TransactionMoment::BeforeCommit, depth).await?;
            let result = session.commit(level).await;
            if let Err(Error::OutcomeUnknown { .. }) = &result {
                context.set_outcome_unknown();
                session.abandon(&context.heap());
            }
            result?;
            announce(&context, &mut session, TransactionMoment::AfterCommit, depth).await
        })
        .await
    }

    /// Rolls the transaction (or the savepoint) back, and the identity map with it; see
    /// [`EntityManager::transactional`].
    ///
    /// # Errors
    /// When no transaction is open, or the connection is lost (then it is rolled back all the same).
    pub async fn rollback(&self) -> Result<()> {
        if self.context.settings.without_transactions() {
            return Err(refused("this entity manager has no transactions (`disable_transactions`): nothing can be rolled back"));
        }
        let context = self.context.clone();
        FinishOnDrop::new(async move {
            let mut session = context.session().await?;
            let depth = session.depth().saturating_sub(1);
            // it is rolled back whatever they say; the first error counts
            let before = announce(&context, &mut session, TransactionMoment::BeforeRollback, depth).await;
            session.rollback(&context.heap()).await?;
            let after = announce(&context, &mut session, TransactionMoment::AfterRollback, depth).await;
            before.and(after)
        })
        .await
    }

    async fn rollback_level(&self, level: LevelId) -> Result<()> {
        let context = self.context.clone();
        FinishOnDrop::new(async move {
            let mut session = context.session().await?;
            let depth = session.depth_of(level);
            let Some(depth) = depth else { return Ok(()) };
            let before = announce(&context, &mut session, TransactionMoment::BeforeRollback, depth).await;
            session.rollback_level(level, &context.heap()).await?;
            let after = announce(&context, &mut session, TransactionMoment::AfterRollback, depth).await;
            before.and(after)
        })
        .await
    }

    /// Whether a transaction is open.
    pub async fn is_in_transaction(&self) -> bool {
        self.context.is_in_transaction().await
    }
}

/// Tells subscribers of a transaction's begin or end. Their queries are part of it while it is open.
async fn announce(context: &Arc<Context>, session: &mut Session, moment: TransactionMoment, depth: usize) -> Result<()> {
    let Some(listeners) = context.events.listeners().filter(Listeners::has_subscribers) else { return Ok(()) };
    let ends = matches!(moment, TransactionMoment::BeforeCommit | TransactionMoment::BeforeRollback);
    if ends && !session.is_open() {
        // there is none to end, which is an error
        return Ok(());
    }
    let em = EntityManager::new(context.clone());
    let is_open = session.is_open();
    let (called, _) = Scope::run(context, session.slot(), is_open, listeners.transaction(moment, &em, depth)).await;
    called.into_result()
}

/// An open transaction that is left behind when its future is dropped.
struct Open {
    context: Arc<Context>,
    level: LevelId,
    done: bool,
}

impl Open {
    async fn begin(context: &Arc<Context>, options: driver::TransactionOptions) -> Result<Self> {
        context.check_outcome()?;
        if !context.events.has_subscribers() {
            let mut session = context.session().await?;
            return Open::level(context, &mut session, options).await;
        }
        let context = context.clone();
        // what subscribers begin, they end; whose future was dropped then, is left behind
        FinishOnDrop::new(async move {
            let mut session = context.session().await?;
            let depth = session.depth();
            announce(&context, &mut session, TransactionMoment::BeforeStart, depth).await?;
            let open = Open::level(&context, &mut session, options).await?;
            match announce(&context, &mut session, TransactionMoment::AfterStart, depth).await {
                Ok(()) => Ok(open),
                Err(error) => {
                    // the error that counts is the first one
                    let _ = session.rollback_level(open.level, &context.heap()).await;
                    open.done();
                    Err(error)
                }
            }
        })
        .await
    }
    async fn level(context: &Arc<Context>, session: &mut Session, options: driver::TransactionOptions) -> Result<Self> {
        let level = session.begin(context.shared.driver.as_ref(), context.heap(), options).await?;
        Ok(Open { context: context.clone(), level, done: false })
    }
    fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.done {
            self.context.abandon(self.level);
        }
    }
}
