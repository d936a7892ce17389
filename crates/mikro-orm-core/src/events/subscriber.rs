//! Subscribers: who listens to many entities, to flushes and to transactions.

use super::{AnyEntity, EntityEvent, FlushEvent, LoadEvent, Moment, TransactionEvent};
use crate::driver::BoxFuture;
use crate::error::Result;
use crate::metadata::EntityList;
use std::future::{Future, ready};

/// Listens to events of many entities, of flushes and of transactions. Write only what you need: all have a default
/// that does nothing.
///
/// Registered with the ORM, for all of its entity managers
/// ([`OrmBuilder::subscriber`](crate::OrmBuilder::subscriber)), or with one
/// ([`EntityManager::subscribe`](crate::EntityManager::subscribe)). Events of entities go to the entity's own
/// [`Hooks`](crate::Hooks) first, then to subscribers in the order in which they were registered, one after the other.
/// What is said there of hooks (errors, queries, and that flushing is an error) is true of subscribers, too.
///
/// ```no_run
/// use mikro_orm::prelude::*;
/// # use std::sync::{Arc, Mutex};
/// # #[derive(Entity)]
/// # struct Author { #[orm(primary)] id: i64, name: String }
/// # #[derive(Entity)]
/// # struct Note { #[orm(primary)] id: i64, text: String }
///
/// /// Writes a note about every author whose name changes.
/// struct Renames;
///
/// impl Subscriber for Renames {
///     async fn on_flush(&self, event: FlushEvent<'_>) -> mikro_orm::Result<()> {
///         for change_set in event.work.change_sets()? {
///             if change_set.kind() == ChangeKind::Update && change_set.changes(Author::name) {
///                 let before = change_set.original::<Author>().map_or("", |author| &author.name);
///                 event.em.create(Note::builder().text(format!("{before} was renamed"))); // part of this flush
///             }
///         }
///         Ok(())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// let orm = Orm::builder("sqlite::memory:").entities(entities![Author, Note]).subscriber(Renames).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// let jon = em.create(Author::builder().name("Jon Snow"));
/// em.flush().await?;
/// jon.edit().name = "Aegon".into();
/// em.flush().await?;
/// assert_eq!(em.find::<Note>().await?[0].text, "Jon Snow was renamed");
/// # Ok(())
/// # }
/// ```
pub trait Subscriber: Send + Sync + 'static {
    /// Whose events this gets: `Some(entities![Author])`; all when `None`. (Flushes and transactions are events for
    /// every subscriber.)
    fn entities(&self) -> Option<EntityList> {
        None
    }

    /// See [`Hooks::on_init`](crate::Hooks::on_init).
    fn on_init(&self, entity: &AnyEntity) {
        let _ = entity;
    }
    /// See [`Hooks::on_load`](crate::Hooks::on_load).
    fn on_load(&self, event: LoadEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// See [`Hooks::before_create`](crate::Hooks::before_create).
    fn before_create(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// See [`Hooks::after_create`](crate::Hooks::after_create).
    fn after_create(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// See [`Hooks::before_update`](crate::Hooks::before_update). An entity that was edited without being loaded
    /// is [not initialized](AnyEntity::is_initialized) here.
    fn before_update(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// See [`Hooks::after_update`](crate::Hooks::after_update).
    fn after_update(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// See [`Hooks::before_delete`](crate::Hooks::before_delete). An entity that was removed by its key is
    /// [not initialized](AnyEntity::is_initialized) here.
    fn before_delete(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// See [`Hooks::after_delete`](crate::Hooks::after_delete).
    fn after_delete(&self, event: EntityEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }

    /// A flush begins; also one that has nothing to do. What is created, persisted, removed or edited here is part of it.
    fn before_flush(&self, event: FlushEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A flush knows what it is to do; its transaction has not begun. What is created, persisted, removed or edited
    /// here is still part of it.
    fn on_flush(&self, event: FlushEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A flush is done; also one that had nothing to do. An error here is the flush's, but everything is stored.
    fn after_flush(&self, event: FlushEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }

    /// A transaction is about to begin, or a savepoint to be set.
    fn before_transaction_start(&self, event: TransactionEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A transaction has begun, or a savepoint was set.
    fn after_transaction_start(&self, event: TransactionEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A transaction is about to be committed, or a savepoint to be released.
    fn before_transaction_commit(&self, event: TransactionEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A transaction was committed, or a savepoint released. An error here does not undo that.
    fn after_transaction_commit(&self, event: TransactionEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A transaction is about to be rolled back, or back to a savepoint. (Not when a future is dropped half-way: then
    /// the transaction just ends.) It is rolled back whatever this gives.
    fn before_transaction_rollback(&self, event: TransactionEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
    /// A transaction was rolled back, or back to a savepoint.
    fn after_transaction_rollback(&self, event: TransactionEvent<'_>) -> impl Future<Output = Result<()>> + Send {
        let _ = event;
        ready(Ok(()))
    }
}

/// When a flush calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlushMoment {
    Before,
    On,
    After,
}

/// When a transaction calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionMoment {
    BeforeStart,
    AfterStart,
    BeforeCommit,
    AfterCommit,
    BeforeRollback,
    AfterRollback,
}

/// A subscriber with its type erased.
pub(crate) trait Listener: Send + Sync {
    fn init(&self, entity: &AnyEntity);
    fn load<'a>(&'a self, event: LoadEvent<'a>) -> BoxFuture<'a, Result<()>>;
    fn run<'a>(&'a self, moment: Moment, event: EntityEvent<'a>) -> BoxFuture<'a, Result<()>>;
    fn flush<'a>(&'a self, moment: FlushMoment, event: FlushEvent<'a>) -> BoxFuture<'a, Result<()>>;
    fn transaction<'a>(&'a self, moment: TransactionMoment, event: TransactionEvent<'a>) -> BoxFuture<'a, Result<()>>;
}

impl<S: Subscriber> Listener for S {
    fn init(&self, entity: &AnyEntity) {
        self.on_init(entity);
    }
    fn load<'a>(&'a self, event: LoadEvent<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.on_load(event))
    }
    fn run<'a>(&'a self, moment: Moment, event: EntityEvent<'a>) -> BoxFuture<'a, Result<()>> {
        match moment {
            Moment::BeforeCreate => Box::pin(self.before_create(event)),
            Moment::AfterCreate => Box::pin(self.after_create(event)),
            Moment::BeforeUpdate => Box::pin(self.before_update(event)),
            Moment::AfterUpdate => Box::pin(self.after_update(event)),
            Moment::BeforeDelete => Box::pin(self.before_delete(event)),
            Moment::AfterDelete => Box::pin(self.after_delete(event)),
        }
    }
    fn flush<'a>(&'a self, moment: FlushMoment, event: FlushEvent<'a>) -> BoxFuture<'a, Result<()>> {
        match moment {
            FlushMoment::Before => Box::pin(self.before_flush(event)),
            FlushMoment::On => Box::pin(self.on_flush(event)),
            FlushMoment::After => Box::pin(self.after_flush(event)),
        }
    }
    fn transaction<'a>(&'a self, moment: TransactionMoment, event: TransactionEvent<'a>) -> BoxFuture<'a, Result<()>> {
        match moment {
            TransactionMoment::BeforeStart => Box::pin(self.before_transaction_start(event)),
            TransactionMoment::AfterStart => Box::pin(self.after_transaction_start(event)),
            TransactionMoment::BeforeCommit => Box::pin(self.before_transaction_commit(event)),
            TransactionMoment::AfterCommit => Box::pin(self.after_transaction_commit(event)),
            TransactionMoment::BeforeRollback => Box::pin(self.before_transaction_rollback(event)),
            TransactionMoment::AfterRollback => Box::pin(self.after_transaction_rollback(event)),
        }
    }
}
