//! `serde::Serialize` of what entities are made of. The type says the form: a `Ref` and a `Collection` are keys, a
//! `Loaded` and a `LoadedCollection` are objects.

use super::scalar::Scalar as Natural;
use super::walk::{KeyOf, Level, Output};
use crate::dynamic::DynamicEntity;
use crate::entity::Entity;
use crate::field::Scalar;
use crate::heap::{AnyRef, Collection, Lazy, Loaded, LoadedCollection, LoadedLazy, Ref};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// As an object: hidden properties are left out, what was populated is nested, other relations are their keys, and
/// circles end in a key. What an insert has stored counts as populated.
///
/// Collections and lazy scalars that are not loaded are left out. For another choice see
/// [`serialize`](crate::serialize::serialize).
impl<T: Entity, P> Serialize for Loaded<T, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entity = self.as_ref_any();
        Output { entity, level: Level::populated(entity) }.serialize(serializer)
    }
}

/// As a [`Loaded`] when the row is loaded, else as the key.
impl Serialize for DynamicEntity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entity = self.as_any();
        match entity.is_initialized() {
            true => Output { entity, level: Level::populated(entity) }.serialize(serializer),
            false => key(entity).serialize(serializer),
        }
    }
}

/// As the key, whether the row is loaded or not; a composite key is an array. (A `Loaded` is an object.)
impl<T: Entity> Serialize for Ref<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        key(self.as_any()).serialize(serializer)
    }
}

/// As an array of keys, or null when the collection is not loaded. (A `LoadedCollection` is an array of objects.)
impl<T: Entity> Serialize for Collection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.known_items() {
            None => serializer.serialize_none(),
            Some(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| seq.serialize_element(&key(item)))?;
                seq.end()
            }
        }
    }
}

/// As an array of objects, each as the handle to it; of an item that was added by key since, and is not loaded, the key.
impl<T: Entity, P> Serialize for LoadedCollection<T, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let items = self.as_collection().known_items().unwrap_or_default().iter();
        serializer.collect_seq(items.map(|entity| Output { entity, level: Level::populated(entity) }))
    }
}

/// As the value; null when it is not loaded, or the property is hidden.
impl<T: Scalar> Serialize for Lazy<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.get() {
            Ok(value) if !self.is_hidden() => Natural(value.to_value(), T::COLUMN).serialize(serializer),
            _ => serializer.serialize_none(),
        }
    }
}

/// As the value; null when the property is hidden.
impl<T: Scalar> Serialize for LoadedLazy<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_lazy().serialize(serializer)
    }
}

fn key(entity: &AnyRef) -> KeyOf<'_> {
    KeyOf { entity, as_object: entity.output().force_object }
}
