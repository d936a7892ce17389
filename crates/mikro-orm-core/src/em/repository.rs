//! Repositories: an entity manager for one entity.

use super::{AndCount, EntityManager, Find, One, OneOrFail};
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::{Loaded, Ref};
use crate::input::Build;
use crate::query::IntoFilter;
use std::marker::PhantomData;

/// The entity manager's methods for one entity; wrap it to give an entity's queries names.
///
/// Storing is the unit of work's: [`Repository::em`] has `flush`.
pub struct Repository<T: Entity> {
    em: EntityManager,
    entity: PhantomData<fn() -> T>,
}

impl EntityManager {
    /// The repository of an entity.
    pub fn repo<T: Entity>(&self) -> Repository<T> {
        Repository { em: self.clone(), entity: PhantomData }
    }
}

impl<T: Entity> Repository<T> {
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
        self.em.repo()
    }
}
