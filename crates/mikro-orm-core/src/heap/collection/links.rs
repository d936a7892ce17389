//! Many-to-many relations in memory: both sides change together, and what is to be stored is noted once.

use super::pending::Pending;
use super::state::{self, CollectionState, LISTED, Part, of, of_or_new};
use super::whole::mark_changed;
use crate::heap::Heap;
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::CellPtr;
use crate::heap::sync::{AcqRel, Acquire, MutexGuard, lock};
use std::collections::HashSet;
use std::ptr::NonNull;

/// A many-to-many relation, seen from one of its sides.
#[derive(Clone, Copy)]
pub(crate) struct ManyToMany {
    /// Whether this is the side that says what the pivot table has.
    pub owner: bool,
    /// The collection on the other side, when there is one.
    pub other_side: Option<u16>,
    /// Whether the database keeps the order.
    pub ordered: bool,
}

/// The collections that have something to be stored. Whoever changes a many-to-many relation holds the list, so that
/// both sides change as one.
pub(in crate::heap) type Listed = Vec<(CellPtr, u16)>;

impl Heap {
    pub(in crate::heap) fn listed(&self) -> MutexGuard<'_, Listed> {
        lock(&self.links)
    }
}

/// Puts a collection into the list.
pub(super) fn list(listed: &mut Listed, owner: &AnyRef, field: u16, state: &CollectionState) {
    if state.status.fetch_or(LISTED, AcqRel) & LISTED == 0 {
        listed.push((owner.ptr(), field));
        if owner.heap().is_abandoned() {
            tracing::warn!(
                target: "mikro_orm",
                "a collection of {} was changed, but its entity manager is gone or was cleared: nothing will store the change",
                owner.describe()
            );
        }
    }
}

/// One pair of entities that are, or are not, linked: by the owning side's collection and the other one.
struct Pair<'a> {
    owner: &'a AnyRef,
    field: u16,
    own: &'a CollectionState,
    target: &'a AnyRef,
    other: Option<(u16, &'a CollectionState)>,
    ordered: bool,
}

impl<'a> Pair<'a> {
    fn of(side: &'a AnyRef, field: u16, item: &'a AnyRef) -> Option<Self> {
        let many = side.many_to_many(field)?;
        let (owner, own, target, other) = match (many.owner, many.other_side) {
            (true, other) => (side, field, item, other),
            (false, Some(own)) => (item, own, side, Some(field)),
            (false, None) => return None,
        };
        let other = other.map(|other| (other, of_or_new(target, other)));
        Some(Pair { owner, field: own, own: of_or_new(owner, own), target, other, ordered: many.ordered })
    }

    /// Whether a side says that they are linked.
    fn is_linked(&self) -> bool {
        // (a new owner's own side knows; the other may be long)
        let other_knows = || {
            !self.owner.is_new()
                && self.other.is_some_and(|(_, other)| other.is_initialized() && other.contains(self.owner.ptr()))
        };
        self.own.contains(self.target.ptr()) || other_knows()
    }

    fn link(&self, listed: &mut Listed) -> bool {
        if self.is_linked() {
            return false;
        }
        let new_owner = self.owner.is_new();
        let surely_new = new_owner
            || self.target.is_new()
            || self.own.is_complete()
            || self.other.is_some_and(|(_, other)| other.is_complete());
        if let Some((field, other)) = self.other {
            let writer = other.lock();
            if new_owner || !other.contains(self.owner.ptr()) {
                other.append(self.target, self.owner.ptr(), &writer);
            }
            drop(writer);
            mark_changed(self.target, field, other);
        }
        let mut writer = self.own.lock();
        self.own.append(self.owner, self.target.ptr(), &writer);
        let pending = writer.get_or_insert_default();
        if new_owner {
            pending.replace();
        } else {
            pending.add(self.target.ptr(), surely_new, self.ordered);
        }
        drop(writer);
        mark_changed(self.owner, self.field, self.own);
        list(listed, self.owner, self.field, self.own);
        true
    }

    fn unlink(&self, listed: &mut Listed) {
        let (owner, target) = (self.owner.ptr(), self.target.ptr());
        if let Some((field, other)) = self.other
            && other.remove(self.target, |known| known == owner) > 0
        {
            mark_changed(self.target, field, other);
        }
        let mut writer = self.own.lock();
        self.own.take_out(self.owner, |known| known == target, &writer);
        writer.get_or_insert_default().remove(target);
        drop(writer);
        mark_changed(self.owner, self.field, self.own);
        list(listed, self.owner, self.field, self.own);
    }
}

impl AnyRef {
    /// The many-to-many relation of a to-many field; `None` for a one-to-many relation.
    pub(crate) fn many_to_many(&self, field: u16) -> Option<ManyToMany> {
        self.arena().shape.many_to_many[state::slot(self, field)]
    }

    /// Links an item of a many-to-many relation, on both sides. Says whether it was not linked.
    pub(crate) fn link(&self, field: u16, item: &AnyRef) -> bool {
        let mut listed = self.heap().listed();
        Pair::of(self, field, item).is_some_and(|pair| pair.link(&mut listed))
    }

    /// Takes items of a many-to-many relation out, on both sides.
    pub(crate) fn unlink<'a>(&self, field: u16, items: impl IntoIterator<Item = &'a AnyRef>) {
        let mut listed = self.heap().listed();
        for item in items {
            if let Some(pair) = Pair::of(self, field, item) {
                pair.unlink(&mut listed);
            }
        }
    }

    /// Replaces the items of a many-to-many relation, on both sides, in this order. Gives how many were added and
    /// taken out, as far as that is known.
    pub(crate) fn relink(&self, field: u16, items: &[AnyRef]) -> (usize, usize) {
        let mut listed = self.heap().listed();
        let state = of_or_new(self, field);
        let known: Vec<AnyRef> = state.items().iter().map(|item| AnyRef::uncounted(item.ptr())).collect();
        if state.is_initialized() && known == items {
            return (0, 0);
        }
        let wanted: HashSet<CellPtr> = items.iter().map(AnyRef::ptr).collect();
        let mut removed = 0;
        for item in known.iter().filter(|item| !wanted.contains(&item.ptr())) {
            if let Some(pair) = Pair::of(self, field, item) {
                pair.unlink(&mut listed);
                removed += 1;
            }
        }
        if !state.is_initialized() {
            // whoever is linked in memory, as loaded from the other side, is not any more
            for (item, other) in self.sides_that_have(field, &wanted) {
                let state = of_or_new(&item, other);
                let mut writer = state.lock();
                state.take_out(&item, |known| known == self.ptr(), &writer);
                // (on the owning side what was pending with it is replaced, too)
                if let Some(pending) = writer.as_deref_mut() {
                    pending.forget(|known| known == self.ptr());
                }
            }
        }
        let mut added = 0;
        for item in items {
            added += usize::from(Pair::of(self, field, item).is_some_and(|pair| pair.link(&mut listed)));
        }
        if !state.is_initialized() {
            // (what only the other side knew of is written again with the rest)
            for item in items {
                state.add(self, item.ptr());
            }
            state.lock().get_or_insert_default().replace();
            state.mark_initialized();
            list(&mut listed, self, field, state);
        } else if self.many_to_many(field).is_some_and(|many| many.owner && many.ordered) && state.is_complete() {
            let appended = state.items().iter().map(AnyRef::ptr).eq(items.iter().map(AnyRef::ptr));
            if !appended {
                state.lock().get_or_insert_default().replace();
                list(&mut listed, self, field, state);
            }
        }
        state.reorder(self, items);
        (added, removed)
    }

    /// The cells of the other side whose collections have this one, but for those in `without`; and which field that
    /// is. All that are loaded are looked at.
    fn sides_that_have(&self, field: u16, without: &HashSet<CellPtr>) -> Vec<(AnyRef, u16)> {
        let target = self.descriptor().fields[usize::from(field)].target;
        let other = self.many_to_many(field).and_then(|many| many.other_side);
        let (Some(target), Some(other)) = (target, other) else { return Vec::new() };
        // SAFETY: this reference keeps the heap
        let arena = unsafe { Heap::arena_of(self.heap_ptr(), target()) };
        let this = self.ptr();
        let found = collect(arena, other, |state| state.contains(this));
        found.into_iter().filter(|cell| !without.contains(cell)).map(|cell| (AnyRef::uncounted(cell), other)).collect()
    }
}

/// The cells of an arena whose collection satisfies a condition.
fn collect(arena: &crate::heap::arena::Arena, field: u16, found: impl Fn(&CollectionState) -> bool) -> Vec<CellPtr> {
    let Some(slot) = arena.shape.collections.iter().position(|known| *known == field) else { return Vec::new() };
    let mut cells = Vec::new();
    arena.for_each_cell(|cell| {
        // SAFETY: a cell of this arena, whose entity has collections; states are as many as there are slots
        let has =
            unsafe { NonNull::new(cell.collections().load(Acquire)).is_some_and(|states| found(&*states.as_ptr().add(slot))) };
        if has {
            cells.push(cell);
        }
    });
    cells
}

/// Fills a collection with what was read: without what was taken out since, and with what was added.
pub(super) fn set_loaded(
    this: &AnyRef,
    field: u16,
    state: &CollectionState,
    part: Part,
    loaded: impl ExactSizeIterator<Item = CellPtr>,
) {
    let Some(many) = this.many_to_many(field) else { return };
    let listed = this.heap().listed();
    let complete = matches!(part, Part::All | Part::References);
    let mut writer = state.lock();
    if writer.as_ref().is_some_and(|pending| pending.whole) {
        return;
    }
    if listed.is_empty() {
        // nothing is pending anywhere: by far the most frequent case
        return state.set_items(this, loaded, |_| false, &writer);
    }
    let me = this.ptr();
    if many.owner {
        let mut pending = writer.take().unwrap_or_default();
        let loaded: Vec<CellPtr> = loaded.collect();
        if complete {
            let rows: HashSet<CellPtr> = loaded.iter().copied().collect();
            pending.compared_with(|item| rows.contains(&item));
        }
        // (the other side may have been replaced without knowing of this one)
        let let_go = |item: CellPtr| {
            let (item, other) = (AnyRef::uncounted(item), many.other_side);
            other
                .and_then(|other| of(&item, other))
                .is_some_and(|state| state.lock().as_deref().is_some_and(|pending| pending.whole) && !state.contains(me))
        };
        let kept: Vec<_> = loaded.into_iter().filter(|item| !pending.has_removed(*item) && !let_go(*item)).collect();
        state.set_items(this, kept.into_iter(), |item| pending.has_added(item.ptr()), &writer);
        if !pending.is_empty() {
            *writer = Some(pending);
        }
    } else if let Some(own) = many.other_side {
        // the owners know what is pending
        let is = |item: &AnyRef, check: &dyn Fn(&Pending, &CollectionState) -> bool| {
            of(item, own).is_some_and(|state| state.lock().as_deref().is_some_and(|pending| check(pending, state)))
        };
        let taken = |item: &AnyRef| {
            is(item, &|pending, state| {
                if pending.whole { !state.contains(me) } else { pending.has_removed(me) && !pending.has_added(me) }
            })
        };
        let added =
            |item: &AnyRef| is(item, &|pending, state| if pending.whole { state.contains(me) } else { pending.has_added(me) });
        let kept: Vec<_> = loaded.filter(|item| !taken(&AnyRef::uncounted(*item))).collect();
        state.set_items(this, kept.into_iter(), added, &writer);
    }
}

/// Where an entity was in a collection that it left.
pub(crate) struct Left {
    owner: AnyRef,
    field: u16,
    item: AnyRef,
    at: usize,
}

impl Left {
    /// Puts it back.
    pub(crate) fn undo(self) {
        of_or_new(&self.owner, self.field).insert(&self.owner, self.at, self.item.ptr());
    }
}

/// Takes entities out of all many-to-many collections that are in memory. (A relation need not have two sides, and
/// sides need not be loaded: so all that are loaded are looked at, when such entities are removed.)
pub(super) fn leave(entities: &[AnyRef]) -> Vec<Left> {
    let mut left = Vec::new();
    let Some(first) = entities.first() else { return left };
    let _listed = first.heap().listed();
    let mut kinds: Vec<&AnyRef> = Vec::new();
    for entity in entities {
        if !kinds.iter().any(|known| std::ptr::eq(known.arena(), entity.arena())) {
            kinds.push(entity);
        }
    }
    for kind in kinds.into_iter().filter(|kind| !kind.arena().shape.linked.is_empty()) {
        let leaving: HashSet<CellPtr> = entities.iter().map(AnyRef::ptr).collect();
        let heap = kind.heap();
        for (owner, field) in &kind.arena().shape.linked {
            let place = heap.arenas[owner.0 as usize].load(Acquire);
            let Some(arena) = NonNull::new(place) else { continue };
            // SAFETY: arenas are freed with the heap, which the entity keeps
            let arena = unsafe { arena.as_ref() };
            for cell in collect(arena, *field, |state| state.items().iter().any(|item| leaving.contains(&item.ptr()))) {
                // SAFETY: as above
                let owner = unsafe { AnyRef::counted(cell) };
                let state = of_or_new(&owner, *field);
                let mut writer = state.lock();
                for (at, item) in state.items().iter().enumerate().filter(|(_, item)| leaving.contains(&item.ptr())) {
                    left.push(Left { owner: owner.clone(), field: *field, item: item.clone(), at });
                }
                state.take_out(&owner, |item| leaving.contains(&item), &writer);
                if let Some(pending) = writer.as_deref_mut() {
                    pending.forget(|item| leaving.contains(&item));
                }
            }
        }
    }
    left
}
