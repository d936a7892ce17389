//! A context: one identity map, its unit of work, and at most one transaction.

use crate::driver::{BoxFuture, Connection};
use crate::em::{FlushMode, Settings};
use crate::error::{Error, Result};
use crate::events::{Registry, current};
use crate::heap::{AnyRef, Heap, HeapArc, LoadContext, ScheduleMark};
use crate::loader;
use crate::orm::{Shared, Strategy};
use crate::populate::PopulateNode;
use crate::query::Expr;
use crate::session::{LevelId, Session};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What an entity manager, and all its clones, share.
pub(crate) struct Context {
    pub shared: Arc<Shared>,
    pub settings: Settings,
    pub events: Arc<Registry>,
    heap: Mutex<HeapArc>,
    /// The open transaction. Whoever flushes or uses it holds the lock.
    session: tokio::sync::Mutex<Session>,
    /// Levels of the transaction whose futures were dropped. Noted at once, whoever holds the lock: nobody who gets
    /// it later may write into them.
    abandoned: Mutex<Vec<(LevelId, ScheduleMark)>>,
    /// The connection was lost during a commit: nobody knows what the database has.
    outcome_unknown: AtomicBool,
}

impl Context {
    /// `events` are who listens; forks share them.
    pub fn new(shared: Arc<Shared>, events: Arc<Registry>) -> Arc<Self> {
        Arc::new_cyclic(|context: &std::sync::Weak<Context>| {
            let heap = Heap::shared(Some(shared.metadata.clone()));
            #[cfg(feature = "serde")]
            heap.set_output(shared.output);
            heap.set_context(context.clone(), events.clone());
            Context {
                settings: Settings::new(shared.flush_mode),
                shared,
                events,
                heap: Mutex::new(heap),
                session: tokio::sync::Mutex::new(Session::default()),
                abandoned: Mutex::default(),
                outcome_unknown: AtomicBool::new(false),
            }
        })
    }

    fn heap_slot(&self) -> MutexGuard<'_, HeapArc> {
        self.heap.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The identity map's heap.
    pub fn heap(&self) -> HeapArc {
        self.heap_slot().clone()
    }
    /// Frees versions that were replaced, when nobody can look at them.
    pub fn reclaim(&self) {
        let garbage = Heap::reclaim(&mut self.heap_slot());
        // without the lock: what entities hold may be the user's to drop
        drop(garbage);
    }
    /// Starts over with an empty identity map. Handles that are out keep the old one.
    pub fn clear(self: &Arc<Self>) {
        let heap = Heap::shared(Some(self.shared.metadata.clone()));
        let context: Arc<dyn LoadContext> = self.clone();
        #[cfg(feature = "serde")]
        heap.set_output(self.shared.output);
        heap.set_context(Arc::downgrade(&context), self.events.clone());
        let before = std::mem::replace(&mut *self.heap_slot(), heap);
        before.forget_schedule();
        self.outcome_unknown.store(false, Ordering::Release);
    }

    /// The transaction, once what was left behind of it is rolled back.
    ///
    /// # Errors
    /// Inside a hook: whoever calls it has the transaction.
    pub async fn session(&self) -> Result<tokio::sync::MutexGuard<'_, Session>> {
        if self.in_hook() {
            return Err(Error::refused(
                "transactions can't be begun or ended inside a hook or subscriber: do it before or after what calls it",
            ));
        }
        let mut session = self.session.lock().await;
        self.leave(&mut session);
        session.recover(&self.heap()).await?;
        Ok(session)
    }
    /// Leaves a level of the transaction behind: a future was dropped.
    pub fn abandon(self: &Arc<Self>, level: LevelId) {
        let schedule = self.heap().mark_schedule();
        self.abandoned.lock().unwrap_or_else(PoisonError::into_inner).push((level, schedule));
        if let Ok(mut session) = self.session.try_lock() {
            self.leave(&mut session);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // somebody uses the transaction right now (a flush that runs to its end); its connection is not kept longer
            let context = self.clone();
            runtime.spawn(async move { drop(context.session().await) });
        }
    }
    fn leave(&self, session: &mut Session) {
        let abandoned = std::mem::take(&mut *self.abandoned.lock().unwrap_or_else(PoisonError::into_inner));
        if !abandoned.is_empty() {
            session.leave(abandoned, &self.heap());
        }
    }

    /// Flushes before a query, when the flush mode says so. `is_pending` says whether what is scheduled of an entity of
    /// this name changes the answer.
    pub async fn flush_before(
        self: &Arc<Self>,
        mode: Option<FlushMode>,
        is_pending: impl Fn(&'static str) -> bool,
    ) -> Result<()> {
        let is_due = match mode.unwrap_or_else(|| self.settings.flush_mode()) {
            FlushMode::Auto => self.heap().queued(is_pending),
            FlushMode::Always => true,
            FlushMode::Commit => false,
        };
        if is_due { crate::uow::flush_before_query(self).await } else { Ok(()) }
    }

    /// Flushes before a query to whose answer something pending belongs, unless only a commit flushes.
    pub async fn flush_pending(self: &Arc<Self>) -> Result<()> {
        match self.settings.flush_mode() {
            FlushMode::Commit => Ok(()),
            _ => crate::uow::flush_before_query(self).await,
        }
    }

    pub fn set_outcome_unknown(&self) {
        self.outcome_unknown.store(true, Ordering::Release);
    }
    pub fn check_outcome(&self) -> Result<()> {
        if self.outcome_unknown.load(Ordering::Acquire) { Err(Error::OutcomeUnknown { source: None }) } else { Ok(()) }
    }

    /// Whether this runs inside a hook that this context calls.
    pub fn in_hook(&self) -> bool {
        current(self).is_some()
    }
    /// Whether a transaction is open.
    pub async fn is_in_transaction(&self) -> bool {
        match current(self) {
            Some(scope) => scope.in_transaction,
            None => self.session().await.is_ok_and(|session| session.is_open()),
        }
    }

    /// A connection for one operation: that of the open transaction, else one of its own.
    pub async fn lease(&self) -> Result<Lease<'_>> {
        if let Some(scope) = current(self) {
            let connection = scope.connection.clone().lock_owned().await;
            if connection.is_some() {
                return Ok(Lease::Hook(connection));
            }
            drop(connection);
            return Ok(Lease::Own(self.shared.driver.acquire().await?));
        }
        let session = self.session().await?;
        if session.is_open() {
            return Ok(Lease::Transaction(session));
        }
        drop(session);
        Ok(Lease::Own(self.shared.driver.acquire().await?))
    }
}

/// See [`Context::lease`].
pub(crate) enum Lease<'a> {
    Transaction(tokio::sync::MutexGuard<'a, Session>),
    Own(Box<dyn Connection>),
    /// That of the flush that calls the hook.
    Hook(tokio::sync::OwnedMutexGuard<Option<Box<dyn Connection>>>),
}
impl Lease<'_> {
    pub fn connection(&mut self) -> Result<&mut dyn Connection> {
        match self {
            Lease::Own(connection) => Ok(connection.as_mut()),
            Lease::Hook(connection) => match connection.as_mut() {
                Some(connection) => Ok(connection.as_mut()),
                None => Err(Error::Closed),
            },
            Lease::Transaction(session) => match session.connection() {
                Some(connection) => Ok(connection),
                None => Err(Error::Closed),
            },
        }
    }
}

impl LoadContext for Context {
    fn load(
        self: Arc<Self>,
        entity: AnyRef,
        node: Option<PopulateNode>,
        strategy: Option<Strategy>,
    ) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            match node {
                None => loader::load_reference(&self, &entity).await,
                Some(node) => loader::load_field(&self, &entity, node, strategy).await,
            }
        })
    }
    fn load_entity(
        self: Arc<Self>,
        entity: AnyRef,
        populate: Vec<crate::populate::PopulateNode>,
        strategy: Option<crate::orm::Strategy>,
        refresh: bool,
    ) -> BoxFuture<'static, Result<()>> {
        let query = loader::FindQuery { populate, strategy, refresh, ..loader::FindQuery::default() };
        Box::pin(async move { loader::load_entity(&self, &entity, query).await })
    }
    fn matching(
        self: Arc<Self>,
        owner: AnyRef,
        node: PopulateNode,
        strategy: Option<Strategy>,
    ) -> BoxFuture<'static, Result<Vec<AnyRef>>> {
        Box::pin(async move { loader::matching(&self, &owner, node, strategy).await })
    }
    fn count(self: Arc<Self>, owner: AnyRef, field: u16, filter: Option<Expr>) -> BoxFuture<'static, Result<u64>> {
        Box::pin(async move { loader::count_items(&self, &owner, field, filter).await })
    }
}
