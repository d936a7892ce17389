//! Which entity a description is of, and how one description refers to another.

use super::EntityDescriptor;
use crate::entity_schema::SchemaParts;
use std::any::TypeId;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// Which entity a descriptor describes.
pub enum EntityIdentity {
    /// The one of this Rust type.
    Type(fn() -> TypeId),
    /// One that has no type of its own: there is one description of it, and this is what it has beside that.
    Schema(&'static SchemaParts),
}

/// An entity's identity, for comparing and looking up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentityKey {
    Type(TypeId),
    /// The description's address: such descriptions are never freed.
    Schema(usize),
}

impl Hash for IdentityKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            IdentityKey::Type(id) => id.hash(state),
            IdentityKey::Schema(address) => state.write_u64(*address as u64),
        }
    }
}

impl fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdentityKey::Type(id) => id.fmt(f),
            IdentityKey::Schema(address) => write!(f, "{address:#x}"),
        }
    }
}

impl EntityDescriptor {
    pub(crate) fn key(&'static self) -> IdentityKey {
        match self.identity {
            EntityIdentity::Type(id) => IdentityKey::Type(id()),
            EntityIdentity::Schema(_) => IdentityKey::Schema(std::ptr::from_ref(self).addr()),
        }
    }
    /// What it has beside the description, when it has no type.
    pub(crate) fn parts(&self) -> Option<&'static SchemaParts> {
        match self.identity {
            EntityIdentity::Type(_) => None,
            EntityIdentity::Schema(parts) => Some(parts),
        }
    }
}

/// The description of the entity that a relation leads to.
#[derive(Clone, Copy)]
pub enum Target {
    /// A type says it.
    Type(fn() -> &'static EntityDescriptor),
    /// It was found by its name, before anybody asks.
    Schema(&'static OnceLock<&'static EntityDescriptor>),
}

impl Target {
    /// The same, of what a type may say.
    pub const fn of(target: Option<fn() -> &'static EntityDescriptor>) -> Option<Self> {
        match target {
            Some(target) => Some(Target::Type(target)),
            None => None,
        }
    }
    /// The description.
    ///
    /// # Panics
    /// When it was not found yet.
    pub fn descriptor(self) -> &'static EntityDescriptor {
        match self {
            Target::Type(descriptor) => descriptor(),
            Target::Schema(found) => found.get().expect("names are resolved before descriptions are used"),
        }
    }
}
