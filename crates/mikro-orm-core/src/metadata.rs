//! Entities, as the ORM knows them once they are discovered, validated and wired.

mod by_type;
mod columns;
mod commit_order;
mod constraints;
mod discovery;
mod embedded;
mod equal;
mod generated;
mod index_path;
mod keys;
mod levels;
mod near;
mod pivots;
mod properties;
mod types;
mod validate;
mod views;
mod wiring;

pub(crate) use discovery::found;
pub use discovery::{discover, discover_with};
pub(crate) use near::nearest;
pub use types::{
    CheckMetadata, EntityId, EntityMetadata, Generated, IndexKey, IndexMetadata, JsonPath, KEY, Level, Metadata, NativeEnum,
    Pivot, PropertyKind, PropertyMetadata, RelationMetadata,
};

use crate::entity::{Entity, EntityDescriptor};

/// The entities that an application lists; those they refer to are found by themselves.
pub type EntityList = Vec<EntityType>;

/// An entity, as [`entities!`](crate::entities) lists it.
#[derive(Clone, Copy)]
pub struct EntityType(Description);

#[derive(Clone, Copy)]
enum Description {
    By(fn() -> &'static EntityDescriptor),
    As(&'static EntityDescriptor),
}

impl EntityType {
    /// The entity `T`.
    pub const fn of<T: Entity>() -> Self {
        EntityType(Description::By(T::descriptor))
    }
    /// The entity that this describes.
    ///
    /// # Safety
    /// The description is right, as [`Entity`] asks for, or no identity map ever holds such an entity: its memory is
    /// read and written as the description says.
    pub const unsafe fn described_by(descriptor: fn() -> &'static EntityDescriptor) -> Self {
        EntityType(Description::By(descriptor))
    }
    /// The entity that this is the description of.
    ///
    /// # Safety
    /// As for [`EntityType::described_by`].
    pub(crate) unsafe fn described_as(descriptor: &'static EntityDescriptor) -> Self {
        EntityType(Description::As(descriptor))
    }
    pub(crate) fn descriptor(self) -> &'static EntityDescriptor {
        match self.0 {
            Description::By(descriptor) => descriptor(),
            Description::As(descriptor) => descriptor,
        }
    }
}
