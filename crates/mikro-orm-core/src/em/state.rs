//! What an entity is to an entity manager.

use super::EntityManager;
use crate::entity::Entity;
use crate::input::{Input, IntoRef};

/// What an entity is to an entity manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntityState {
    /// It has no row yet; whether it will be inserted is up to `persist`.
    New,
    /// Its row is loaded, and changes will be stored.
    Managed,
    /// Its row is known by key, but not loaded.
    Reference,
    /// Its row will be deleted by the next flush.
    Removed,
    /// Its row was deleted.
    Deleted,
    /// It belongs to another entity manager, or to one that was cleared.
    Detached,
}

impl EntityManager {
    /// What an entity is to this entity manager: a handle, a reference or a key.
    pub fn state_of<T: Entity>(&self, entity: impl IntoRef<T>) -> EntityState {
        let any = match entity.into_ref() {
            Input::Ref(reference) => reference.as_any().clone(),
            Input::Key(key) => self.reference::<T>(key).as_any().clone(),
            Input::New(_) => return EntityState::New,
        };
        if !any.is_of(&self.context.heap()) {
            EntityState::Detached
        } else if any.is_removed() {
            EntityState::Removed
        } else if any.is_gone() && !any.is_persisted() {
            EntityState::Deleted
        } else if any.is_new() {
            EntityState::New
        } else if any.is_initialized() {
            EntityState::Managed
        } else {
            EntityState::Reference
        }
    }
}
