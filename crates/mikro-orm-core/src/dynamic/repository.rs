//! The entities of one name.

use super::DynamicEntity;
use super::condition::IntoDynamicFilter;
use super::create::created;
use super::find::{DynamicFind, DynamicFindOne};
use super::value::{Data, DynamicValue};
use crate::create::{Creation, NO_KEY_YET, is_no_key_yet};
use crate::em::EntityManager;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, HeapArc, canonical_key};
use crate::loader;
use crate::metadata::{EntityId, EntityMetadata, nearest};
use crate::value::Value;

/// What an entity manager does with the entities of one name: [`EntityManager::dynamic`].
#[derive(Clone, Debug)]
pub struct DynamicRepository {
    em: EntityManager,
    entity: EntityId,
}

impl EntityManager {
    /// The entities of this name: of a schema ([`EntitySchema`](crate::EntitySchema)), or of a type.
    ///
    /// # Errors
    /// When there are none.
    pub fn dynamic(&self, name: &str) -> Result<DynamicRepository> {
        let metadata = &self.context.shared.metadata;
        match metadata.by_name(name) {
            Some(entity) => Ok(DynamicRepository { em: self.clone(), entity: entity.id }),
            None => {
                let known = metadata
                    .entities()
                    .iter()
                    .filter(|entity| !entity.is_pivot && entity.level_of.is_none())
                    .map(|entity| entity.name);
                let meant = nearest(name, known).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
                Err(Error::invalid(name, format!("is no entity of this ORM{meant}")))
            }
        }
    }
}

impl DynamicRepository {
    fn metadata(&self) -> &EntityMetadata {
        self.em.context.shared.metadata.entity(self.entity)
    }

    #[cfg(feature = "json")]
    pub(crate) fn metadata_of(&self, entity: EntityId) -> &EntityMetadata {
        self.em.context.shared.metadata.entity(entity)
    }

    /// What is known of the entity.
    pub fn entity(&self) -> &EntityMetadata {
        self.metadata()
    }

    /// Creates an entity of values by name, and schedules its insert: `books.create(data! { "title": "Oaths", "author": &jon })?`.
    /// What is nullable, has a default or is filled by the database may be left out.
    ///
    /// # Errors
    /// When a name is none, a value does not fit, or one is missing that is required; then nothing is created.
    pub fn create(&self, data: Data) -> Result<DynamicEntity> {
        let heap = self.em.context.heap();
        let mut creation = Creation::persisting(&heap);
        let entity = created(&mut creation, &heap, self.metadata(), data)?;
        creation.persist_created();
        Ok(DynamicEntity::new(entity))
    }

    /// As [`DynamicRepository::create`], but nothing is scheduled until [`DynamicRepository::persist`], or until a persisted entity
    /// is made to refer to this one.
    ///
    /// # Errors
    /// As there.
    pub fn create_detached(&self, data: Data) -> Result<DynamicEntity> {
        let heap = self.em.context.heap();
        created(&mut Creation::new(&heap), &heap, self.metadata(), data).map(DynamicEntity::new)
    }

    /// Schedules the insert of a new entity (and of new entities that it refers to), or takes back its removal.
    ///
    /// # Errors
    /// When it is none of these entities, or loaded or new in another entity manager.
    pub fn persist(&self, entity: &DynamicEntity) -> Result<()> {
        let entity = self.own(entity)?;
        if entity.is_new() {
            crate::uow::check_written(&entity, "inserted")?;
        }
        crate::uow::persist(&entity);
        Ok(())
    }

    /// Schedules the delete of an entity, or of one by its key.
    ///
    /// # Errors
    /// When it is none of these entities, or loaded or new in another entity manager.
    pub fn remove(&self, entity: impl Into<DynamicValue>) -> Result<()> {
        let entity = match entity.into() {
            DynamicValue::Entity(entity) => self.own(&entity)?,
            DynamicValue::Value(key) => by_key(&self.em.context.heap(), self.metadata(), &key)?,
            DynamicValue::Entities(_) => return Err(Error::invalid(self.metadata().name, "entities are removed one by one")),
        };
        if !entity.is_new() {
            crate::uow::check_written(&entity, "deleted")?;
        }
        crate::uow::remove(&entity)
    }

    /// Reads the entity's row again and overwrites what is loaded, edits included.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row is gone; when it is none of these entities, or another entity manager's.
    pub async fn refresh(&self, entity: &DynamicEntity) -> Result<()> {
        let entity = self.own(entity)?;
        loader::refresh(&self.em.context, &entity).await
    }

    /// A reference by key, without a query: the managed entity when it is loaded, else one whose row is not.
    ///
    /// # Errors
    /// When it is no key of such an entity. A key of several properties is a tuple.
    pub fn reference(&self, key: impl Into<DynamicValue>) -> Result<DynamicEntity> {
        match key.into() {
            DynamicValue::Value(key) => by_key(&self.em.context.heap(), self.metadata(), &key).map(DynamicEntity::new),
            DynamicValue::Entity(entity) => self.own(&entity).map(DynamicEntity::new),
            DynamicValue::Entities(_) => Err(Error::invalid(self.metadata().name, "is referred to by one key")),
        }
    }

    /// Finds entities: all, or those that `.filter(..)` says.
    pub fn find(&self) -> DynamicFind {
        DynamicFind::new(self.em.context.clone(), self.entity)
    }

    /// Finds an entity by key or condition; `None` when there is none. One that is managed already is found by its key
    /// without a query.
    pub fn find_one(&self, filter: impl IntoDynamicFilter) -> DynamicFindOne {
        DynamicFindOne::new(self.find().filter(filter))
    }

    /// As [`DynamicRepository::find_one`], but it is an error when there is none.
    ///
    /// # Errors
    /// [`Error::NotFound`]; what the query may give.
    pub async fn find_one_or_fail(&self, filter: impl IntoDynamicFilter) -> Result<DynamicEntity> {
        let find = self.find().filter(filter);
        let criteria = find.describe();
        let not_found = || Error::NotFound { entity: self.metadata().name.to_owned(), criteria };
        DynamicFindOne::new(find).await?.ok_or_else(not_found)
    }

    /// Counts entities.
    ///
    /// # Errors
    /// What the query may give.
    pub async fn count(&self, filter: impl IntoDynamicFilter) -> Result<u64> {
        let filter = filter.into_dynamic_filter(&self.em.context.shared.metadata, self.metadata())?;
        loader::count(&self.em.context, self.entity, Some(&filter), None).await
    }

    /// The entity, when it is one of these.
    fn own(&self, entity: &DynamicEntity) -> Result<AnyRef> {
        let expected = self.metadata();
        if !entity.as_any().is_a(expected.descriptor) {
            return Err(Error::invalid(expected.name, format!("{} is no {}", entity.as_any().describe(), expected.name)));
        }
        entity.as_any().own(&self.em.context.heap())
    }
}

/// The entity with this key.
pub(super) fn by_key(heap: &HeapArc, entity: &EntityMetadata, key: &Value<'_>) -> Result<AnyRef> {
    let key = canonical_key(entity.descriptor, key)
        .map_err(|error| Error::invalid(entity.name, format!("has another key: {error}")))?;
    let key = key.ok_or_else(|| Error::invalid(entity.name, "null can't be a primary key"))?;
    if is_no_key_yet(entity.descriptor, &key) {
        return Err(Error::invalid(entity.name, format!("the key is {NO_KEY_YET}")));
    }
    Ok(heap.reference(entity.descriptor, key))
}
