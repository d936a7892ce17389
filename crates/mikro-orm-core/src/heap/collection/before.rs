//! Taking back what a hook did to one pair of a many-to-many relation.

use super::pair::Pair;
use super::state::{CollectionState, of_or_new};
use super::whole::mark_changed;
use crate::heap::any_ref::AnyRef;

/// How a pair was, on both sides, before it was linked or let go.
pub(crate) struct PairBefore {
    owner: AnyRef,
    /// The owning side's collection.
    field: u16,
    /// Where the target was in it.
    at: Option<usize>,
    target: AnyRef,
    /// The other side's collection, and where the owner was in it.
    other: Option<(u16, Option<usize>)>,
    /// What was to be stored: that it was added, or taken out, and how sure that was.
    added: Option<bool>,
    removed: Option<bool>,
}

impl PairBefore {
    pub(super) fn of(side: &AnyRef, field: u16, item: &AnyRef) -> Option<Self> {
        let pair = Pair::of(side, field, item)?;
        let writer = pair.own.lock();
        let noted = writer.as_deref().and_then(|pending| pending.of(|known| known == pair.target.ptr()).next());
        drop(writer);
        let (added, removed) = noted.map_or((None, None), |(_, added, removed)| (added, removed));
        Some(PairBefore {
            owner: pair.owner.clone(),
            field: pair.field,
            at: place(pair.own, pair.target),
            target: pair.target.clone(),
            other: pair.other.map(|(field, state)| (field, place(state, pair.owner))),
            added,
            removed,
        })
    }

    /// Makes the pair what it was.
    pub(crate) fn restore(self) {
        let PairBefore { owner, field, at, target, other, added, removed } = self;
        let mut listed = owner.heap().listing();
        put(&owner, field, &target, at);
        if let Some((field, at)) = other {
            put(&target, field, &owner, at);
        }
        let state = of_or_new(&owner, field);
        let mut writer = state.lock();
        let pending = writer.get_or_insert_default();
        pending.added.forget(target.ptr());
        pending.removed.forget(target.ptr());
        pending.note_again(target.ptr(), added, removed);
        let is_pending = !pending.is_empty();
        drop(writer);
        if is_pending {
            mark_changed(&owner, field, state);
            listed.list(&owner, field, state);
        }
    }
}

fn place(state: &CollectionState, item: &AnyRef) -> Option<usize> {
    state.items().iter().position(|known| known == item)
}

/// Puts an item where it was, or takes it out when it was not there.
fn put(owner: &AnyRef, field: u16, item: &AnyRef, at: Option<usize>) {
    let state = of_or_new(owner, field);
    match at {
        Some(at) => state.insert(owner, at, item.ptr()),
        None => drop(state.take_one(owner, item.ptr())),
    }
    // (a number that was kept was read when the hook had its way, or before)
    state.forget_count();
}

/// How a collection was that was replaced without loading it.
pub(crate) struct ReplacedBefore {
    owner: AnyRef,
    field: u16,
    items: Vec<AnyRef>,
    noted: Vec<(AnyRef, Option<bool>, Option<bool>)>,
}

impl ReplacedBefore {
    pub(super) fn of(owner: &AnyRef, field: u16) -> Self {
        let state = of_or_new(owner, field);
        // SAFETY: cells of the heap that the owner keeps
        let counted = |cell| unsafe { AnyRef::counted(cell) };
        let noted: Vec<_> = state.lock().as_deref().map(|pending| pending.of(|_| true).collect()).unwrap_or_default();
        ReplacedBefore {
            owner: owner.clone(),
            field,
            items: state.items().to_vec(),
            noted: noted.into_iter().map(|(item, added, removed)| (counted(item), added, removed)).collect(),
        }
    }

    /// Makes it what it was: not loaded, and not replaced. (What was done to pairs is taken back one by one.)
    pub(crate) fn restore(self) {
        let ReplacedBefore { owner, field, items, noted } = self;
        let mut listed = owner.heap().listing();
        let state = of_or_new(&owner, field);
        let mut writer = state.lock();
        *writer = None;
        state.unmark_initialized();
        state.set_items(&owner, items.iter().map(AnyRef::ptr), |_| false, &mut writer);
        if !noted.is_empty() {
            let pending = writer.get_or_insert_default();
            noted.iter().for_each(|(item, added, removed)| pending.note_again(item.ptr(), *added, *removed));
            drop(writer);
            mark_changed(&owner, field, state);
            listed.list(&owner, field, state);
        }
    }
}
