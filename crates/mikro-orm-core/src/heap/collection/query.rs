//! Parts of collections: what was loaded with a condition, an order or a limit.

use super::state::CollectionState;
use super::{Collection, RawCollection};
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::heap::any_ref::AnyRef;

impl<T: Entity> Collection<T> {
    /// Whether more entities may refer to the owner than are known here: the collection was loaded with a condition or a
    /// limit, and loading it without one makes it whole; or the relation has a condition of its own (`where = ..`).
    pub fn is_partial(&self) -> bool {
        let own = || self.raw.owner.as_ref().is_some_and(|owner| owner.shows_part_of(self.raw.field).is_some());
        self.raw.state().is_some_and(|state| state.is_partial() || (state.is_initialized() && own()))
    }

    /// Whether items can't be added or taken out: the collection was loaded with a limit.
    pub fn is_readonly(&self) -> bool {
        self.raw.state().is_some_and(CollectionState::is_readonly)
    }

    /// The known items, when the collection is loaded; their rows may not be.
    #[cfg(feature = "serde")]
    pub(crate) fn known_items(&self) -> Option<&[AnyRef]> {
        self.raw.state().filter(|state| state.is_initialized()).map(CollectionState::items)
    }

    /// The owner, for whoever changes the collection.
    pub(super) fn writable(&self) -> Result<&AnyRef> {
        let owner = self.owner()?;
        self.raw.check_writable(owner)?;
        Ok(owner)
    }
}

impl RawCollection {
    /// Checks that the collection of this owner may be changed.
    pub(super) fn check_writable(&self, owner: &AnyRef) -> Result<()> {
        owner.check_attended()?;
        if self.state().is_some_and(CollectionState::is_readonly) {
            return Err(Error::validation(
                owner.name(),
                owner.descriptor().fields[usize::from(self.field)].name,
                format!(
                    "you cannot modify this collection of {}: it is marked as readonly, since it was loaded with a limit; \
                     load the whole of it first (`.load().await?`)",
                    owner.describe()
                ),
            ));
        }
        Ok(())
    }
}
