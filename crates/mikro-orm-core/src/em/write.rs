//! Creating, scheduling and assigning.

use super::EntityManager;
use crate::create::Creation;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::field::Scalar;
use crate::heap::{AnyRef, Loaded, Ref};
use crate::input::{Build, IntoRef};
use crate::key::Key;
use crate::loader;
use crate::query::IntoAssigns;

impl EntityManager {
    /// Creates an entity, with all that its builder nests, and schedules its insert. Takes a builder with every
    /// required field set, or the struct itself.
    ///
    /// Mistakes that the types can't rule out (an entity of another ORM, a new entity of another entity manager)
    /// are reported by the next flush.
    pub fn create<T: Entity>(&self, entity: impl Build<T>) -> Loaded<T> {
        let heap = self.context.heap();
        let mut creation = Creation::persisting(&heap);
        let created = creation.build(entity);
        creation.persist_created();
        Loaded::from_any(created)
    }

    /// As [`EntityManager::create`], but nothing is scheduled until [`EntityManager::persist`], or until a persisted entity
    /// is made to refer to this one.
    ///
    /// Until then what it refers to does not know of it: it is in no collection of managed entities, and takes nobody's
    /// place in a one-to-one relation.
    pub fn create_detached<T: Entity>(&self, entity: impl Build<T>) -> Loaded<T> {
        let heap = self.context.heap();
        Loaded::from_any(Creation::new(&heap).build(entity))
    }

    /// Schedules the insert of a new entity (and of new entities that it refers to), or takes back its removal.
    ///
    /// # Errors
    /// When the entity is loaded or new in another entity manager (or in one that was cleared): find it with this one first, or
    /// name it by its key. When it is of a type that the ORM does not know.
    pub fn persist<T: Entity>(&self, entity: impl IntoRef<T>) -> Result<()> {
        self.entity::<T>()?;
        let heap = self.context.heap();
        let mut creation = Creation::persisting(&heap);
        let entity = creation.resolve_own(entity.into_ref())?;
        if entity.is_new() {
            crate::uow::check_written(&entity, "inserted")?;
        }
        creation.persist_created();
        crate::uow::persist(&entity);
        Ok(())
    }

    /// Schedules the delete of an entity: a handle, a reference or a key. One that was never flushed is just not
    /// inserted. What is loaded and refers to it by a nullable relation is disconnected; what refers to it
    /// otherwise has to be removed, too, or the flush gives
    /// [`Error::ForeignKeyViolation`].
    ///
    /// # Errors
    /// When the entity is loaded or new in another entity manager (or in one that was cleared): find it with this one first, or
    /// name it by its key. When it is of a type that the ORM does not know.
    pub fn remove<T: Entity>(&self, entity: impl IntoRef<T>) -> Result<()> {
        self.entity::<T>()?;
        let heap = self.context.heap();
        let entity = Creation::new(&heap).resolve_own(entity.into_ref())?;
        if !entity.is_new() {
            crate::uow::check_written(&entity, "deleted")?;
        }
        crate::uow::remove(&entity)
    }

    /// A reference by key, without a query: the managed entity when it is loaded, else one whose row is not.
    pub fn reference<T: Entity>(&self, key: T::Key) -> Ref<T> {
        let heap = self.context.heap();
        match Key::from_value(&key.to_value()) {
            Some(key) => Ref::from_any(heap.reference(T::descriptor(), key)),
            // a key type whose value is null is no key: the next flush says so
            None => {
                heap.pending_error(Error::invalid(T::NAME, "null can't be a primary key"));
                Ref::from_any(heap.new_cell(T::descriptor()))
            }
        }
    }

    /// Reads the entity's row again and overwrites what is loaded, edits included.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the row is gone;
    /// [`Error::Validation`] when the entity is another entity manager's.
    pub async fn refresh<T: Entity, P>(&self, entity: &Loaded<T, P>) -> Result<()> {
        let reference: AnyRef = entity.as_ref_any().own(&self.context.heap())?;
        loader::refresh(&self.context, &reference).await
    }

    /// Sets properties by typed assignments, whether the row is loaded or not.
    ///
    /// # Errors
    /// When a value does not fit its property, or the entity is loaded or new in another entity manager; then nothing is set.
    pub fn assign<T: Entity>(&self, entity: impl IntoRef<T>, values: impl IntoAssigns<T>) -> Result<()> {
        self.entity::<T>()?;
        let heap = self.context.heap();
        let entity = Creation::new(&heap).resolve_own(entity.into_ref())?;
        Ref::<T>::from_any(entity).assign(values)
    }
}
