//! To-many relations: the field is a handle, the state lives with the owner's cell.

mod before;
mod change;
mod copy;
mod count;
mod items;
mod links;
mod load;
mod lookup;
mod matching;
mod pair;
mod pending;
mod query;
mod read;
mod rejoin;
mod removed;
mod sides;
mod state;
mod stored;
mod typed;
mod untyped;
mod whole;

pub(crate) use before::{PairBefore, ReplacedBefore};
pub(super) use copy::copy_collections;
pub use count::LoadCount;
pub(super) use items::ItemsPtr;
pub(crate) use links::Left;
pub(super) use links::Listed;
pub use load::{LoadCollection, LoadingCollection};
pub use matching::Matching;
pub(crate) use pair::ManyToMany;
pub(crate) use pending::Relinked;
pub(crate) use rejoin::rejoin;
pub(crate) use sides::leave_collections;
pub(super) use sides::{Origin, has_item, leave_collections_unless, propagate};
pub(crate) use state::Part;
pub(super) use state::{CollectionState, free_states, initialize_all};
pub(super) use typed::TABLE;
pub use typed::{Collection, LoadedCollection};
pub(super) use untyped::{add_items, describe, set_items, take_items};

use super::any_ref::AnyRef;
use super::arena::Arena;
use super::cell::CellPtr;
use crate::error::Error;

/// A to-many field without its target's type: which cell it belongs to, and which field of it it is. Without
/// an owner it was not given to an entity manager yet, and is empty.
#[derive(Clone)]
#[repr(C)]
pub(super) struct RawCollection {
    owner: Option<AnyRef>,
    field: u16,
}

impl RawCollection {
    pub fn detached() -> Self {
        RawCollection { owner: None, field: 0 }
    }
    /// The field of a version in the heap (I2).
    pub fn settled(owner: CellPtr, field: u16) -> Self {
        RawCollection { owner: Some(AnyRef::uncounted(owner)), field }
    }
    /// Makes the field that of this owner, whatever it was: the state stays where it is.
    ///
    /// # Safety
    /// As [`super::values::settle`].
    pub unsafe fn settle(&mut self, arena: &Arena, owner: CellPtr, field: u16) {
        let moved = self.owner.as_ref().is_some_and(|own| own.ptr() != owner || self.field != field);
        if moved {
            // SAFETY: the arena belongs to a heap that is alive, as the caller says
            unsafe { &*arena.heap }.pending_error(Error::validation(
                arena.descriptor.name,
                arena.descriptor.fields[usize::from(field)].name,
                "a collection can't be replaced by another entity's; add and remove items",
            ));
        }
        *self = RawCollection::settled(owner, field);
    }
    /// The state, when something was ever in it or it was loaded.
    fn state(&self) -> Option<&CollectionState> {
        state::of(self.owner.as_ref()?, self.field)
    }
    fn describe(&self) -> String {
        match &self.owner {
            Some(owner) => {
                let def = &owner.descriptor().fields[usize::from(self.field)];
                let target = def.target.map_or("", |target| target.descriptor().name);
                format!("Collection<{target}> {}.{} of {}", owner.name(), def.name, owner.describe())
            }
            None => "a collection of an entity that no entity manager knows".to_owned(),
        }
    }
}
