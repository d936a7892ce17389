//! What hooks and subscribers are called with.

use super::{AnyEntity, ChangeSet};
use crate::em::EntityManager;
use crate::entity::Entity;
use crate::heap::Loaded;

/// What a hook is called with around an insert, update or delete.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() {}
/// use mikro_orm::events::EventArgs;
///
/// // for a hook: `async fn before_update(args: EventArgs<'_, Book>) -> mikro_orm::Result<()>`
/// async fn stamp(args: EventArgs<'_, Book>) -> mikro_orm::Result<()> {
///     if args.change_set.changes(Book::title) {
///         let old = args.original().map_or("", |book| &book.title);
///         println!("{old} is {} now", args.entity.title);
///         args.entity.edit().pages += 1; // part of this very update
///     }
///     Ok(())
/// }
/// ```
pub struct EventArgs<'a, T: Entity> {
    /// The entity. What a hook edits before an insert or update is part of the statement.
    pub entity: &'a Loaded<T>,
    /// The entity manager, for queries. They go over the flush's connection, and flush nothing.
    pub em: &'a EntityManager,
    /// What the flush does to the entity.
    pub change_set: &'a ChangeSet,
}

impl<'a, T: Entity> EventArgs<'a, T> {
    /// The entity as the database had it before the flush; `None` for one that is inserted.
    pub fn original(&self) -> Option<&'a T> {
        self.change_set.original::<T>()
    }
}

/// What a hook is called with once an entity was loaded.
pub struct LoadArgs<'a, T: Entity> {
    /// The entity.
    pub entity: &'a Loaded<T>,
    /// The entity manager that loaded it.
    pub em: &'a EntityManager,
}

/// What a subscriber is called with around an insert, update or delete; as [`EventArgs`], of any entity.
#[derive(Clone, Copy)]
pub struct EntityEvent<'a> {
    /// The entity.
    pub entity: &'a AnyEntity,
    /// The entity manager, for queries. They go over the flush's connection, and flush nothing.
    pub em: &'a EntityManager,
    /// What the flush does to the entity.
    pub change_set: &'a ChangeSet,
}

impl<'a> EntityEvent<'a> {
    /// The event as one of a `T`; `None` when the entity is of another type.
    pub fn of<T: Entity>(&self) -> Option<EventArgs<'a, T>> {
        let entity = self.entity.downcast::<T>()?;
        Some(EventArgs { entity, em: self.em, change_set: self.change_set })
    }
}

/// What a subscriber is called with once an entity was loaded; as [`LoadArgs`], of any entity.
#[derive(Clone, Copy)]
pub struct LoadEvent<'a> {
    /// The entity.
    pub entity: &'a AnyEntity,
    /// The entity manager that loaded it.
    pub em: &'a EntityManager,
}

impl<'a> LoadEvent<'a> {
    /// The event as one of a `T`; `None` when the entity is of another type.
    pub fn of<T: Entity>(&self) -> Option<LoadArgs<'a, T>> {
        Some(LoadArgs { entity: self.entity.downcast::<T>()?, em: self.em })
    }
}

// (derives would ask the entity for them, too)
impl<T: Entity> Clone for EventArgs<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Entity> Copy for EventArgs<'_, T> {}
impl<T: Entity> Clone for LoadArgs<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Entity> Copy for LoadArgs<'_, T> {}
