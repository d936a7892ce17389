//! The database-independent heart of mikro-orm: entities, identity map, unit of work and loading.
//!
//! Applications depend on the `mikro-orm` crate, which re-exports what they need of this one. What is here
//! knows no SQL and no driver; it asks a [`driver::Driver`] in terms of entities and of the query model.

mod context;
pub mod create;
#[doc(hidden)]
pub mod derived;
pub mod driver;
pub mod dynamic;
pub mod em;
pub mod embeddable;
pub mod entity;
pub mod entity_schema;
pub mod error;
pub mod events;
pub mod field;
pub mod heap;
pub mod input;
pub mod key;
mod loader;
pub mod metadata;
pub mod naming;
pub mod orm;
pub mod populate;
pub mod query;
pub mod schema;
#[cfg(feature = "serde")]
pub mod serialize;
mod session;
pub mod time;
mod uow;
pub mod value;

pub use dynamic::DynamicEntity;
pub use em::{EntityManager, FlushMode};
pub use embeddable::Embeddable;
pub use entity::{BaseEntity, Entity};
pub use entity_schema::EntitySchema;
pub use error::{Error, Result};
pub use events::{BaseHooks, Hooks, Subscriber};
pub use heap::{Collection, Edit, Lazy, Loaded, LoadedCollection, LoadedLazy, Ref};
pub use orm::{Orm, OrmBuilder, Strategy};
pub use populate::{Has, Hint, LoadedWith, With};

/// What derived code refers to.
#[doc(hidden)]
pub mod __private {
    pub use crate::{__embeddable_as_json, __if_serde, __key_type, __with_serde};
    pub use crate::{create, derived, em, embeddable, entity, error, events, field, heap, input, key, populate, query, value};
}
