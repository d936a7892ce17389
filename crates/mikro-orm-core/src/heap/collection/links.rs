//! Many-to-many relations in memory: both sides change together, and what is to be stored is noted once.

use super::before::{PairBefore, ReplacedBefore};
use super::lookup::CellPtrs;
use super::pair::{self, Pair};
use super::pending::Pending;
use super::state::{CollectionState, LISTED, Part, of, of_or_new};
use super::whole::mark_changed;
use crate::events::{Note, is_noted, note};
use crate::heap::Heap;
use crate::heap::any_ref::AnyRef;
use crate::heap::arena::Shape;
use crate::heap::cell::CellPtr;
use crate::heap::sync::{AcqRel, Acquire, MutexGuard, lock};
use crate::metadata::EntityId;
use std::ptr::NonNull;

/// The collections that have something to be stored. Whoever changes a many-to-many relation holds the list, so that
/// both sides change as one.
pub(in crate::heap) type Listed = Vec<(CellPtr, u16)>;

impl Heap {
    pub(in crate::heap) fn listed(&self) -> MutexGuard<'_, Listed> {
        lock(&self.links)
    }
}

/// The list, while it is held by whoever changes collections.
pub(super) struct Listing<'h>(MutexGuard<'h, Listed>);

impl Heap {
    pub(super) fn listing(&self) -> Listing<'_> {
        Listing(self.listed())
    }
}

impl Listing<'_> {
    /// Puts a collection into the list.
    pub fn list(&mut self, owner: &AnyRef, field: u16, state: &CollectionState) {
        // (whoever takes a collection out of the list holds it, too)
        if state.status.load(Acquire) & LISTED == 0 && state.status.fetch_or(LISTED, AcqRel) & LISTED == 0 {
            self.0.push((owner.ptr(), field));
        }
    }
}

impl AnyRef {
    /// Links an item of a many-to-many relation, on both sides. Says whether it was not linked.
    pub(crate) fn link(&self, field: u16, item: &AnyRef) -> bool {
        let before = self.pairs_before(field, std::slice::from_ref(item));
        let added = self.link_one(field, item, &mut self.heap().listing());
        self.note_pairs(if added { before } else { Vec::new() });
        added
    }
    /// How pairs are before a hook changes them.
    fn pairs_before(&self, field: u16, items: &[AnyRef]) -> Vec<PairBefore> {
        if !is_noted(self) {
            return Vec::new();
        }
        items.iter().filter_map(|item| PairBefore::of(self, field, item)).collect()
    }
    /// How all is that a replacement changes.
    fn note_of_replacement(
        &self,
        field: u16,
        state: &CollectionState,
        items: &[AnyRef],
    ) -> (Vec<PairBefore>, Option<ReplacedBefore>) {
        let mut changed: Vec<AnyRef> = state.items().iter().chain(items).cloned().collect();
        let replaced = (!state.is_initialized()).then(|| ReplacedBefore::of(self, field));
        if replaced.is_some() {
            let _listed = self.heap().listed();
            changed.extend(self.sides_that_have(field, &CellPtrs::default()).into_iter().map(|(side, _)| side));
        }
        let mut seen = CellPtrs::default();
        changed.retain(|item| seen.insert(item.ptr()));
        (self.pairs_before(field, &changed), replaced)
    }
    fn note_pairs(&self, before: Vec<PairBefore>) {
        before.into_iter().for_each(|before| note(self, || Note::Paired(before)));
    }
    fn link_one(&self, field: u16, item: &AnyRef, listed: &mut Listing<'_>) -> bool {
        Pair::of(self, field, item).is_some_and(|pair| pair.link(self.is_known_to(item), listed))
    }

    /// Links the items of a many-to-many relation that an entity is made with, on both sides; `persists` says that it
    /// is persisted as soon as it is there.
    pub(crate) fn link_all(&self, field: u16, items: &[AnyRef], persists: bool) {
        crate::heap::keep_all(items);
        let mut listed = self.heap().listing();
        for item in items {
            if let Some(pair) = Pair::of(self, field, item) {
                pair.link(persists || self.is_known_to(item), &mut listed);
            }
        }
    }

    /// Shows an entity that was persisted on the other sides of its many-to-many relations.
    pub(in crate::heap) fn join_links(&self) {
        for field in self.collection_fields().iter().filter(|field| self.many_to_many(**field).is_some()) {
            let items: Vec<&AnyRef> = self.collection_items(*field).iter().filter(|item| item.is_looked_after()).collect();
            if items.is_empty() {
                continue;
            }
            let mut listed = self.heap().listing();
            items.into_iter().filter_map(|item| Pair::of(self, *field, item)).for_each(|pair| pair.join(&mut listed));
        }
    }

    /// Takes items of a many-to-many relation out, on both sides.
    pub(crate) fn unlink(&self, field: u16, items: &[AnyRef]) {
        let before = self.pairs_before(field, items);
        pair::unlink(self, field, items, &mut self.heap().listing());
        self.note_pairs(before);
    }

    /// Replaces the items of a many-to-many relation, on both sides, in this order. Gives how many were added and
    /// taken out, as far as that is known.
    pub(crate) fn relink(&self, field: u16, items: &[AnyRef]) -> (usize, usize) {
        let state = of_or_new(self, field);
        let noted = is_noted(self).then(|| self.note_of_replacement(field, state, items));
        let mut listed = self.heap().listing();
        let known: Vec<AnyRef> = state.items().iter().map(|item| AnyRef::uncounted(item.ptr())).collect();
        if state.is_initialized() && known == items {
            return (0, 0);
        }
        let wanted: CellPtrs = items.iter().map(AnyRef::ptr).collect();
        let removed: Vec<AnyRef> = known.into_iter().filter(|item| !wanted.contains(&item.ptr())).collect();
        pair::unlink(self, field, &removed, &mut listed);
        if !state.is_initialized() {
            // whoever is linked in memory, as loaded from the other side, is not any more
            for (item, other) in self.sides_that_have(field, &wanted) {
                let state = of_or_new(&item, other);
                let mut writer = state.lock();
                state.take_out(&item, |known| known == self.ptr(), &mut writer);
                // (on the owning side what was pending with it is replaced, too)
                if let Some(pending) = writer.as_deref_mut() {
                    pending.forget(|known| known == self.ptr());
                }
            }
        }
        let mut added = 0;
        for item in items {
            added += usize::from(self.link_one(field, item, &mut listed));
        }
        if !state.is_initialized() {
            // (what only the other side knew of is written again with the rest)
            for item in items {
                state.add(self, item.ptr());
            }
            state.lock().get_or_insert_default().replace();
            state.mark_initialized();
            listed.list(self, field, state);
        } else if self.many_to_many(field).is_some_and(|many| many.owner && many.ordered && !many.partial) && state.is_complete()
        {
            let appended = state.items().iter().map(AnyRef::ptr).eq(items.iter().map(AnyRef::ptr));
            if !appended {
                state.lock().get_or_insert_default().replace();
                listed.list(self, field, state);
            }
        }
        state.reorder(self, items);
        drop(listed);
        if let Some((pairs, replaced)) = noted {
            // (what is noted last is taken back first)
            self.note_pairs(pairs);
            replaced.into_iter().for_each(|replaced| note(self, || Note::Replaced(replaced)));
        }
        (added, removed.len())
    }

    /// The other owners of a one-to-many relation whose collections have one of these, whose rows are not loaded.
    pub(in crate::heap) fn others_with(&self, field: u16, unloaded: &[AnyRef]) -> Vec<AnyRef> {
        if unloaded.is_empty() {
            return Vec::new();
        }
        let asked: CellPtrs = unloaded.iter().map(AnyRef::ptr).collect();
        let has = |state: &CollectionState| {
            state.may_have_unloaded_items() && state.items().iter().any(|item| asked.contains(&item.ptr()))
        };
        let found = collect(self.arena(), field, has).into_iter().filter(|cell| *cell != self.ptr());
        // SAFETY: cells of the heap that this reference keeps
        found.map(|cell| unsafe { AnyRef::counted(cell) }).collect()
    }

    /// The cells of the other side whose collections have this one, but for those in `without`; and which field that
    /// is. All that are loaded are looked at.
    fn sides_that_have(&self, field: u16, without: &CellPtrs) -> Vec<(AnyRef, u16)> {
        let target = self.descriptor().fields[usize::from(field)].target;
        let many = self.many_to_many(field).and_then(|many| Some((many, many.other_side?, many.owning(field)?)));
        let (Some(target), Some((many, other, own))) = (target, many) else { return Vec::new() };
        // SAFETY: this reference keeps the heap
        let arena = unsafe { Heap::arena_of(self.heap_ptr(), target.descriptor()) };
        let this = self.ptr();
        // (and those that show a part of what it shows)
        let shape = &self.arena().shape;
        let parts = if many.owner { &shape.other_parts } else { &arena.shape.parts };
        let fields = std::iter::once(&other).chain(&parts[usize::from(own)]);
        let found = fields.flat_map(|field| {
            let found = collect(arena, *field, |state| state.contains(this));
            found.into_iter().filter(|cell| !without.contains(cell)).map(|cell| (AnyRef::uncounted(cell), *field))
        });
        // (whoever is not persisted is not linked yet)
        found.filter(|(cell, _)| cell.is_known_to(self)).collect()
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
    // (one with a condition of its own does not say who is linked)
    let complete = matches!(part, Part::All | Part::References) && !many.partial;
    let mut writer = state.lock();
    if writer.as_ref().is_some_and(|pending| pending.whole) {
        return;
    }
    if listed.is_empty() {
        // nothing is pending anywhere: by far the most frequent case
        return state.set_items(this, loaded, |_| false, &mut writer);
    }
    let me = this.ptr();
    if !many.is_noted_elsewhere(field) {
        let mut pending = writer.take().unwrap_or_default();
        let loaded: Vec<CellPtr> = loaded.collect();
        if complete {
            let rows: CellPtrs = loaded.iter().copied().collect();
            pending.compared_with(|item| rows.contains(&item));
        }
        // (the other side may have been replaced without knowing of this one)
        let let_go = |item: CellPtr| {
            let (item, other) = (AnyRef::uncounted(item), many.other_side);
            other
                .and_then(|other| of(&item, other))
                .is_some_and(|state| state.lock().as_deref().is_some_and(|pending| pending.whole) && !state.contains(me))
        };
        let kept: Vec<_> = loaded.into_iter().filter(|item| !pending.removed.has(*item) && !let_go(*item)).collect();
        state.set_items(this, kept.into_iter(), |item| pending.added.has(item.ptr()), &mut writer);
        pending.index = None;
        if !pending.is_empty() {
            *writer = Some(pending);
        }
    } else if let Some(own) = many.owning(field) {
        // the owners know what is pending
        let is = |item: &AnyRef, check: &dyn Fn(&Pending, &CollectionState, CellPtr) -> bool| {
            let (owner, target) = if many.owner { (this, item) } else { (item, this) };
            let noted = of(owner, own);
            noted.is_some_and(|state| state.lock().as_deref().is_some_and(|pending| check(pending, state, target.ptr())))
        };
        let taken = |item: &AnyRef| {
            is(item, &|pending, state, target| {
                if pending.whole { !state.contains(target) } else { pending.removed.has(target) && !pending.added.has(target) }
            })
        };
        let added = |item: &AnyRef| {
            is(item, &|pending, state, target| if pending.whole { state.contains(target) } else { pending.added.has(target) })
        };
        let kept: Vec<_> = loaded.filter(|item| !taken(&AnyRef::uncounted(*item))).collect();
        state.set_items(this, kept.into_iter(), added, &mut writer);
    }
}

/// Where an entity was that it left.
pub(crate) enum Left {
    /// A collection.
    Item { owner: AnyRef, field: u16, item: AnyRef, at: usize },
    /// What was to be stored of a collection: it was added, or taken out; and whether the database surely lacks or has it.
    Noted { owner: AnyRef, field: u16, item: AnyRef, added: Option<bool>, removed: Option<bool> },
    /// The other side of a one-to-one relation.
    Counterpart { of: AnyRef, field: u16, entity: AnyRef },
}

impl Left {
    /// Puts it back.
    pub(crate) fn undo(self) {
        match self {
            Left::Item { owner, field, item, at } => {
                if !item.has_moved_from(&owner, field) {
                    of_or_new(&owner, field).insert(&owner, at, item.ptr());
                }
            }
            Left::Noted { owner, field, item, added, removed } => {
                let mut listed = owner.heap().listing();
                let state = of_or_new(&owner, field);
                state.lock().get_or_insert_default().note_again(item.ptr(), added, removed);
                mark_changed(&owner, field, state);
                listed.list(&owner, field, state);
            }
            Left::Counterpart { of, field, entity } => of.rejoin_counterpart(field, &entity),
        }
    }
}

/// The items of a collection that leave it, and where they are.
pub(super) fn leaving<'a>(
    owner: &'a AnyRef,
    field: u16,
    state: &'a CollectionState,
    is_leaving: impl Fn(CellPtr) -> bool + 'a,
) -> impl Iterator<Item = Left> + 'a {
    let items = state.items().iter().enumerate().filter(move |(_, item)| is_leaving(item.ptr()));
    items.map(move |(at, item)| Left::Item { owner: owner.clone(), field, item: item.clone(), at })
}

/// Takes entities out of all many-to-many collections that are in memory. (A relation need not have two sides, and
/// sides need not be loaded: so all that are loaded are looked at, when such entities are removed.) And those whose
/// rows are not loaded out of all one-to-many collections: they do not say which ones they were added to.
pub(super) fn leave(entities: &[AnyRef], left: &mut Vec<Left>) {
    let Some(first) = entities.first() else { return };
    let _listed = first.heap().listed();
    leave_fields(entities, |shape| &shape.linked, |_| true, left);
    let unloaded: Vec<AnyRef> = entities.iter().filter(|entity| entity.view().is_none()).cloned().collect();
    leave_fields(&unloaded, |shape| &shape.held, CollectionState::may_have_unloaded_items, left);
}

/// Takes entities out of the collections of these fields that may have them.
fn leave_fields(
    entities: &[AnyRef],
    fields: impl Fn(&Shape) -> &[(EntityId, u16)],
    may_have: impl Fn(&CollectionState) -> bool,
    left: &mut Vec<Left>,
) {
    let mut kinds: Vec<&AnyRef> = Vec::new();
    for entity in entities {
        if !kinds.iter().any(|known| std::ptr::eq(known.arena(), entity.arena())) {
            kinds.push(entity);
        }
    }
    for kind in kinds.into_iter().filter(|kind| !fields(&kind.arena().shape).is_empty()) {
        let gone: CellPtrs = entities.iter().map(AnyRef::ptr).collect();
        let heap = kind.heap();
        for (owner, field) in fields(&kind.arena().shape) {
            let place = heap.arenas[owner.0 as usize].load(Acquire);
            let Some(arena) = NonNull::new(place) else { continue };
            // SAFETY: arenas are freed with the heap, which the entity keeps
            let arena = unsafe { arena.as_ref() };
            let has_gone =
                |state: &CollectionState| may_have(state) && state.items().iter().any(|item| gone.contains(&item.ptr()));
            for cell in collect(arena, *field, has_gone) {
                // SAFETY: as above
                let owner = unsafe { AnyRef::counted(cell) };
                let state = of_or_new(&owner, *field);
                let mut writer = state.lock();
                left.extend(leaving(&owner, *field, state, |item| gone.contains(&item)));
                state.take_out(&owner, |item| gone.contains(&item), &mut writer);
                if let Some(pending) = writer.as_deref_mut() {
                    left.extend(pending.of(|item| gone.contains(&item)).map(|(item, added, removed)| {
                        // SAFETY: a cell of the heap that the owner keeps
                        let item = unsafe { AnyRef::counted(item) };
                        Left::Noted { owner: owner.clone(), field: *field, item, added, removed }
                    }));
                    pending.forget(|item| gone.contains(&item));
                }
            }
        }
    }
}
