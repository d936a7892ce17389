//! Repositories: an entity manager for one entity.

use super::{AndCount, EntityManager, Find, One, OneOrFail};
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::{Loaded, Ref};
use crate::input::Build;
use crate::query::IntoFilter;
use std::marker::PhantomData;

/// The entity manager's methods for one entity. Storing is the unit of work's: [`Repository::em`] has `flush`.
///
/// An entity can have a type of its own for it, whose methods give its queries names:
///
/// ```no_run
/// use mikro_orm::prelude::*;
/// use mikro_orm::em::Repository;
/// use std::ops::Deref;
///
/// #[derive(Entity)]
/// #[orm(repository = Authors)]
/// pub struct Author {
///     #[orm(primary)]
///     pub id: i64,
///     pub name: String,
/// }
///
/// pub struct Authors(Repository<Author>);
///
/// impl Authors {
///     pub async fn named(&self, name: &str) -> mikro_orm::Result<Vec<Loaded<Author>>> {
///         self.find().filter(Author::name.eq(name)).order_by(Author::id.asc()).await
///     }
/// }
/// impl From<Repository<Author>> for Authors {
///     fn from(repository: Repository<Author>) -> Self {
///         Authors(repository)
///     }
/// }
/// impl Deref for Authors {
///     type Target = Repository<Author>;
///     fn deref(&self) -> &Repository<Author> {
///         &self.0
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![Author]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// em.repo::<Author>().create(Author::builder().name("Jon Snow"));
/// em.flush().await?;
/// assert_eq!(em.repo::<Author>().named("Jon Snow").await?.len(), 1);
/// # Ok(())
/// # }
/// ```
///
/// Where methods for the plain repository are enough, a trait will do: `impl AuthorQueries for Repository<Author>`.
pub struct Repository<T: Entity> {
    em: EntityManager,
    entity: PhantomData<fn() -> T>,
}

impl EntityManager {
    /// The repository of an entity: the type that its `#[orm(repository = ..)]` names, or a plain [`Repository`].
    pub fn repo<T: Entity>(&self) -> T::Repository {
        T::Repository::from(Repository::new(self))
    }
}

impl<T: Entity> Repository<T> {
    /// The plain repository of an entity, whatever `#[orm(repository = ..)]` says.
    pub fn new(em: &EntityManager) -> Self {
        Repository { em: em.clone(), entity: PhantomData }
    }
    /// The entity manager behind it.
    pub fn em(&self) -> &EntityManager {
        &self.em
    }
    /// See [`EntityManager::find`].
    pub fn find(&self) -> Find<T> {
        self.em.find()
    }
    /// See [`EntityManager::find_one`].
    pub fn find_one(&self, filter: impl IntoFilter<T>) -> Find<T, T::Unpopulated, One> {
        self.em.find_one(filter)
    }
    /// See [`EntityManager::find_one_or_fail`].
    pub fn find_one_or_fail(&self, filter: impl IntoFilter<T>) -> Find<T, T::Unpopulated, OneOrFail> {
        self.em.find_one_or_fail(filter)
    }
    /// See [`EntityManager::find_and_count`].
    pub fn find_and_count(&self) -> Find<T, T::Unpopulated, AndCount> {
        self.em.find_and_count()
    }
    /// See [`EntityManager::count`].
    ///
    /// # Errors
    /// What the query may give.
    pub async fn count(&self, filter: impl IntoFilter<T>) -> Result<u64> {
        self.em.count(filter).await
    }
    /// See [`EntityManager::create`].
    pub fn create(&self, entity: impl Build<T>) -> Loaded<T> {
        self.em.create(entity)
    }
    /// See [`EntityManager::reference`].
    pub fn reference(&self, key: T::Key) -> Ref<T> {
        self.em.reference(key)
    }
}

impl<T: Entity> Clone for Repository<T> {
    fn clone(&self) -> Self {
        Repository::new(&self.em)
    }
}
