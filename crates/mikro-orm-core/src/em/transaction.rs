//! Transactions.

use super::EntityManager;
use crate::context::Context;
use crate::driver::TransactionOptions;
use crate::error::{Error, Result};
use std::sync::Arc;

impl EntityManager {
    /// Runs a closure in a transaction, flushes and commits: `em.transactional(async |em| { .. Ok(()) }).await?`.
    ///
    /// The closure's entity manager is this one: same identity map, same unit of work. Nested calls are
    /// savepoints. When the closure gives an error, or its future is dropped, everything is rolled back: keys
    /// that the database gave are taken back, edits stay pending, and inserts and deletes that the closure
    /// scheduled are forgotten, so that it can simply be run again.
    ///
    /// # Errors
    /// The closure's own, also when rolling back fails; else what flushing or committing gives.
    pub async fn transactional<R, E>(&self, run: impl AsyncFnOnce(EntityManager) -> Result<R, E>) -> Result<R, E>
    where
        E: From<Error>,
    {
        self.transactional_with(TransactionOptions::default(), run).await
    }

    /// As [`EntityManager::transactional`], with an isolation level, or read-only.
    ///
    /// # Errors
    /// As [`EntityManager::transactional`].
    pub async fn transactional_with<R, E>(
        &self,
        options: TransactionOptions,
        run: impl AsyncFnOnce(EntityManager) -> Result<R, E>,
    ) -> Result<R, E>
    where
        E: From<Error>,
    {
        let open = Open::begin(&self.context, options).await?;
        let result = match run(self.clone()).await {
            Ok(result) => match self.commit().await {
                Ok(()) => {
                    open.done();
                    return Ok(result);
                }
                Err(error) => E::from(error),
            },
            Err(error) => error,
        };
        // the error that counts is the first one
        let _ = self.rollback_to(open.depth).await;
        open.done();
        Err(result)
    }

    /// Begins a transaction, or sets a savepoint in the open one. Everything that this entity manager does from
    /// here on is part of it, until [`EntityManager::commit`] or [`EntityManager::rollback`].
    ///
    /// # Errors
    /// When there is no connection to be had.
    pub async fn begin(&self) -> Result<()> {
        Open::begin(&self.context, TransactionOptions::default()).await?.done();
        Ok(())
    }

    /// Flushes, and commits the transaction (or releases the savepoint).
    ///
    /// # Errors
    /// When no transaction is open, or flushing or committing fails: then the transaction is still open.
    pub async fn commit(&self) -> Result<()> {
        self.flush().await?;
        let mut session = self.context.session.lock().await;
        let result = session.commit().await;
        if let Err(Error::OutcomeUnknown { .. }) = &result {
            self.context.set_outcome_unknown();
            session.abandon();
        }
        result
    }

    /// Rolls the transaction (or the savepoint) back, and the identity map with it; see
    /// [`EntityManager::transactional`].
    ///
    /// # Errors
    /// When no transaction is open, or the connection is lost (then it is rolled back all the same).
    pub async fn rollback(&self) -> Result<()> {
        self.context.session.lock().await.rollback().await
    }

    async fn rollback_to(&self, depth: usize) -> Result<()> {
        let mut session = self.context.session.lock().await;
        while session.depth() > depth {
            session.rollback().await?;
        }
        Ok(())
    }

    /// Whether a transaction is open.
    pub async fn is_in_transaction(&self) -> bool {
        self.context.session.lock().await.is_open()
    }
}

/// An open transaction that is left behind when its future is dropped.
struct Open {
    context: Arc<Context>,
    /// How many levels there were before.
    depth: usize,
    done: bool,
}

impl Open {
    async fn begin(context: &Arc<Context>, options: TransactionOptions) -> Result<Self> {
        context.check_outcome()?;
        let heap = context.heap();
        let mut session = context.session.lock().await;
        session.connection_after_recovery().await?;
        let depth = session.depth();
        session.begin(context.shared.driver.as_ref(), heap, options).await?;
        Ok(Open { context: context.clone(), depth, done: false })
    }
    fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        match self.context.session.try_lock() {
            Ok(mut session) => session.abandon_to(self.depth),
            // somebody uses the transaction right now (a flush that runs to its end): it is abandoned after that
            Err(_) => {
                let (context, depth) = (self.context.clone(), self.depth);
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    runtime.spawn(async move { context.session.lock().await.abandon_to(depth) });
                }
            }
        }
    }
}
