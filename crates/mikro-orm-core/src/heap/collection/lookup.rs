//! Looking for items among many, without looking at each of them each time.

use crate::heap::any_ref::AnyRef;
use crate::heap::cell::CellPtr;
use crate::heap::cell_map::CellHasher;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;

/// Most collections are short, and short lists need no hashing.
pub(super) const FEW: usize = 16;

pub(super) type CellPtrs = HashSet<CellPtr, BuildHasherDefault<CellHasher>>;

/// A list of entities that is asked more than once.
pub(super) enum Among<'a> {
    Few(&'a [AnyRef]),
    Many(CellPtrs),
}

impl<'a> Among<'a> {
    /// To be asked about so many.
    pub fn new(items: &'a [AnyRef], questions: usize) -> Self {
        if items.len() <= FEW || questions <= 2 {
            Among::Few(items)
        } else {
            Among::Many(items.iter().map(AnyRef::ptr).collect())
        }
    }
    pub fn has(&self, item: CellPtr) -> bool {
        match self {
            Among::Few(items) => items.iter().any(|known| known.ptr() == item),
            Among::Many(items) => items.contains(&item),
        }
    }
}
