//! Reading collections beyond what a slice does.

use super::{Collection, LoadedCollection};
use crate::entity::Entity;
use crate::error::Result;
use crate::field::Scalar;
use crate::heap::any_ref::AnyRef;
use crate::heap::{Loaded, Ref};
use std::collections::HashMap;
use std::hash::Hash;

impl<T: Entity> Collection<T> {
    /// The items that are known here, whether the collection is loaded or not, and whether their rows are: what was
    /// loaded, and what was added since. No error, no query.
    pub fn known(&self) -> &[Ref<T>] {
        let items = self.raw.state().map_or(&[][..], super::CollectionState::items);
        debug_assert!(items.iter().all(|item| item.is_a(T::descriptor())));
        // SAFETY: a `Ref<T>` is an `AnyRef` to a cell of `T`'s arena, as these all are; they are reached by `&` (I2)
        unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), items.len()) }
    }

    /// The keys of the items, whether their rows are loaded or not. What was not flushed yet has none.
    ///
    /// # Errors
    /// [`Error::NotInitialized`](crate::Error::NotInitialized) when the collection is not loaded.
    pub fn ids(&self) -> Result<Vec<T::Key>> {
        let items = self.initialized()?.collection_items(self.raw.field).iter();
        Ok(items.filter_map(AnyRef::key).filter_map(|key| T::Key::from_value(key.to_value()).ok()).collect())
    }

    /// Whether items were added or taken out since the last flush.
    pub fn is_dirty(&self) -> bool {
        self.raw.owner.as_ref().is_some_and(|owner| owner.is_collection_dirty(self.raw.field))
    }
}

impl<T: Entity, P> LoadedCollection<T, P> {
    /// The items by something of theirs; of several with the same, the last.
    pub fn index_by<K: Eq + Hash>(&self, key: impl Fn(&Loaded<T, P>) -> K) -> HashMap<K, &Loaded<T, P>> {
        self.iter().map(|item| (key(item), item)).collect()
    }
}
