//! Entities, as the ORM knows them once they are discovered, validated and wired.

mod commit_order;
mod discovery;
mod types;
mod validate;

pub use discovery::discover;
pub use types::{EntityId, EntityMetadata, Metadata, PropertyKind, PropertyMetadata, RelationMetadata};

use crate::entity::EntityDescriptor;

/// The entities that an application lists; those they refer to are found by themselves.
pub type EntityList = Vec<fn() -> &'static EntityDescriptor>;
