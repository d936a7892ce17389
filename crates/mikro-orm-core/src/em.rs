//! The entity manager: what applications talk to.

#[cfg(feature = "json")]
mod assign_json;
mod find;
mod lock;
mod options;
mod populate;
mod raw;
mod repository;
mod state;
mod transaction;
mod write;

pub use find::{AndCount, ExactlyOne, Find, Many, One, OneOrFail, PopulateWhere, Selection};
pub(crate) use find::{describe, find_one};
pub use lock::LockMode;
pub(crate) use options::Settings;
pub use options::{FlushMode, ForkOptions};
pub use populate::{AnyHandle, HandleShape, Handles, Populate, Several, Single};
pub use raw::{FromRow, RawQuery, RawRow};
pub use repository::Repository;
pub use state::EntityState;
pub use transaction::{Propagation, TransactionOptions};

use crate::context::Context;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::events::Subscriber;
use crate::metadata::EntityId;
use std::fmt;
use std::sync::Arc;

/// Types that a query knows and does not hold.
type Types<T> = std::marker::PhantomData<fn() -> T>;

/// An identity map and a unit of work: finds entities, and stores what changed with [`EntityManager::flush`].
///
/// One per request or job ([`Orm::em`](crate::Orm::em)). Clones share the identity map; [`EntityManager::fork`]
/// has its own. Within one, a row is one entity, whichever query found it.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let jon = em.find_one_or_fail(Author::name.eq("Jon Snow")).await?; // or by key: em.find_one::<Author>(1)
/// let vows = em.create(Book::builder().title("Vows").text("..").author(&jon));
/// jon.edit().name = "Jon Targaryen".into();
/// em.remove::<Author>(2)?;
/// em.flush().await?; // one insert, one update of one column, one delete
///
/// assert_eq!(vows.id(), Some(3));
/// assert!(em.find_one::<Author>(2).await?.is_none());
/// assert_eq!(em.count::<Book>(Condition::all()).await?, 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EntityManager {
    pub(crate) context: Arc<Context>,
}

impl EntityManager {
    pub(crate) fn new(context: Arc<Context>) -> Self {
        EntityManager { context }
    }

    /// Registers a subscriber with this entity manager, its clones and its forks (those that were made before, too);
    /// see [`Subscriber`]. For all entity managers: [`OrmBuilder::subscriber`](crate::OrmBuilder::subscriber).
    pub fn subscribe(&self, subscriber: impl Subscriber) {
        self.context.events.subscribe(subscriber);
    }

    /// Starts over: nothing is managed, nothing is pending. Handles that are out can still be read, but belong to
    /// no entity manager any more: what changes or loads something through them gives an error, where it can.
    pub fn clear(&self) {
        self.context.clear();
    }

    /// Stores everything that is pending, in one transaction: inserts, updates of changed columns, deletes.
    ///
    /// Queries flush by themselves when inserts or deletes of what they ask about are pending (see [`FlushMode`]).
    ///
    /// Costs what changed, not what is managed. When it fails, the transaction is rolled back and everything
    /// stays pending: flushing again after the cause is gone succeeds. It runs to its end even if its future is
    /// dropped. Within [`EntityManager::transactional`] it is part of that transaction.
    ///
    /// # Errors
    /// A violated constraint, a failed optimistic lock, invalid entities, a draft that is still open on this
    /// thread, a lost connection; see [`Error`].
    pub async fn flush(&self) -> Result<()> {
        crate::uow::flush(&self.context).await
    }

    /// The place of an entity in the metadata.
    pub(crate) fn entity<T: Entity>(&self) -> Result<EntityId> {
        entity_id::<T>(&self.context)
    }
}

pub(crate) fn entity_id<T: Entity>(context: &Context) -> Result<EntityId> {
    let entity = context.shared.metadata.described_by(T::descriptor());
    entity.map(|entity| entity.id).ok_or_else(|| {
        Error::invalid(
            T::NAME,
            format!("is not known to this ORM: add it to `entities![..]`, e.g. `.entities(entities![{}])`", T::NAME),
        )
    })
}

impl fmt::Debug for EntityManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntityManager")
    }
}
