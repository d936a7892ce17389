//! The entities that relations lead to, by name or by type.

use super::EntitySchema;
use crate::entity::Entity;
use crate::metadata::EntityType;
use std::fmt;

/// The entity that a relation of a schema leads to: a name (`"Author"`), the schema of that name, or a type
/// ([`p::entity`](super::p::entity)). Names are looked up when the ORM is built, so that schemas may refer to each other.
#[derive(Clone)]
pub struct TargetName(pub(super) Said);

#[derive(Clone)]
pub(super) enum Said {
    Name(String),
    Type(EntityType),
}

impl TargetName {
    pub(super) fn of<T: Entity>() -> Self {
        TargetName(Said::Type(EntityType::of::<T>()))
    }
}
impl From<&str> for TargetName {
    fn from(name: &str) -> Self {
        TargetName(Said::Name(name.to_owned()))
    }
}
impl From<String> for TargetName {
    fn from(name: String) -> Self {
        TargetName(Said::Name(name))
    }
}
impl From<&EntitySchema> for TargetName {
    fn from(schema: &EntitySchema) -> Self {
        TargetName(Said::Name(schema.name().to_owned()))
    }
}
impl From<EntityType> for TargetName {
    fn from(entity: EntityType) -> Self {
        TargetName(Said::Type(entity))
    }
}
impl fmt::Debug for TargetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Said::Name(name) => name.fmt(f),
            Said::Type(entity) => write!(f, "{:?}", entity.descriptor().key()),
        }
    }
}
