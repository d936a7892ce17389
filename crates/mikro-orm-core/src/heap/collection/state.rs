//! A collection's state, with the owner's cell.

use super::count::Count;
use super::items::{Items, ItemsPtr};
use super::lookup::{CellPtrs, FEW};
use super::pending::Pending;
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::{CellPtr, flag};
use crate::heap::register::Retired;
use crate::heap::sync::{AcqRel, Acquire, AtomicPtr, AtomicU32, Mutex, MutexGuard, lock, owned};
use std::ptr::NonNull;

/// All items are known (or all that were asked for).
const INITIALIZED: u32 = 1;
/// Items were added whose rows may not be loaded.
const UNLOADED_ITEMS: u32 = 1 << 1;
/// The database may have more items: what was loaded had a condition or a limit.
const PARTIAL: u32 = 1 << 2;
/// Items are not added or taken out: what was loaded had a limit, so nobody knows whether one belongs in.
const READONLY: u32 = 1 << 3;
/// The collection is in the heap's list of collections that are to be stored.
pub(super) const LISTED: u32 = 1 << 4;
/// Items were added or taken out since the last flush.
pub(super) const CHANGED: u32 = 1 << 5;

/// The items that a collection has room for when it gets its first.
const ROOM: usize = 4;

/// How much of a collection was loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// All items.
    All,
    /// All items, by key alone: their rows may not be loaded.
    References,
    /// Those that satisfy a condition.
    Matching,
    /// As many as a limit allows.
    Page,
}

pub(in crate::heap) struct CollectionState {
    items: AtomicPtr<Items>,
    pub(super) status: AtomicU32,
    /// How many items the database has, when that was asked for and they are not known.
    pub(super) count: Count,
    /// Held by whoever changes the items. Most collections never have anything pending.
    pending: Mutex<Option<Box<Pending>>>,
}

/// The right to change a collection's items.
pub(super) type Writer<'a> = MutexGuard<'a, Option<Box<Pending>>>;

impl CollectionState {
    fn new() -> Self {
        CollectionState {
            items: AtomicPtr::new(std::ptr::null_mut()),
            status: AtomicU32::new(0),
            count: Count::unknown(),
            pending: Mutex::new(None),
        }
    }
    fn is(&self, flag: u32) -> bool {
        self.status.load(Acquire) & flag != 0
    }
    pub(super) fn is_initialized(&self) -> bool {
        self.is(INITIALIZED)
    }
    /// Whether the database may have more items than are known here, though it was loaded.
    pub(super) fn is_partial(&self) -> bool {
        self.is(PARTIAL)
    }
    pub(super) fn is_readonly(&self) -> bool {
        self.is(READONLY)
    }
    pub(super) fn may_have_unloaded_items(&self) -> bool {
        self.is(UNLOADED_ITEMS)
    }
    pub(super) fn has_unloaded_items(&self) -> bool {
        self.is(UNLOADED_ITEMS) && self.items().iter().any(|item| !item.is_initialized())
    }
    /// Whether it was loaded, and whole: what is not among the items is not in the collection.
    pub(super) fn is_complete(&self) -> bool {
        self.status.load(Acquire) & (INITIALIZED | PARTIAL) == INITIALIZED
    }
    /// The known items, in order; an error with the first one whose row is not loaded.
    pub(super) fn loaded_items(&self) -> Result<&[AnyRef], &AnyRef> {
        let items = self.items();
        // (asked after the items were read: they are marked before they are added)
        if self.is(UNLOADED_ITEMS)
            && let Some(item) = items.iter().find(|item| !item.is_initialized())
        {
            return Err(item);
        }
        Ok(items)
    }
    /// The known items, in order.
    pub(super) fn items(&self) -> &[AnyRef] {
        match NonNull::new(self.items.load(Acquire)) {
            // SAFETY: a published buffer, freed only with `&mut Heap`
            Some(items) => unsafe { ItemsPtr(items).slice() },
            None => &[],
        }
    }
    pub(super) fn contains(&self, item: CellPtr) -> bool {
        self.items().iter().any(|known| known.ptr() == item)
    }
    pub(super) fn lock(&self) -> Writer<'_> {
        lock(&self.pending)
    }
    pub(super) fn mark(&self, flags: u32) {
        self.status.fetch_or(flags, AcqRel);
    }
    /// Says that there may be more items than are known.
    pub(super) fn doubt(&self) {
        self.mark(PARTIAL);
    }
    /// Says that the items are all that there are.
    pub(super) fn mark_initialized(&self) {
        self.mark_loaded(Part::All);
    }

    /// Says that nobody knows all items.
    pub(super) fn unmark_initialized(&self) {
        self.status.fetch_and(!INITIALIZED, AcqRel);
    }

    fn replace(&self, owner: &AnyRef, items: ItemsPtr) {
        let before = self.items.swap(items.0.as_ptr(), AcqRel);
        if let Some(before) = NonNull::new(before) {
            owner.heap().register().retired.push(Retired::Items(ItemsPtr(before)));
        }
    }

    /// Whether an item is in, for whoever asks often.
    pub(super) fn has(&self, item: CellPtr, writer: &mut Writer<'_>) -> bool {
        if self.items().len() <= FEW {
            return self.contains(item);
        }
        let index = &mut writer.get_or_insert_default().index;
        index.get_or_insert_with(|| self.items().iter().map(AnyRef::ptr).collect()).contains(&item)
    }

    /// Appends an item unless it is in. Says whether it was not. (Whether it counts, who adds it knows.)
    pub(super) fn add(&self, owner: &AnyRef, item: CellPtr) -> bool {
        let mut writer = self.lock();
        let is_new = !self.has(item, &mut writer);
        if is_new {
            self.append(owner, item, &mut writer);
        }
        is_new
    }

    /// Appends an item whose relation was just set, so that it is not in, unless it was added before its row was
    /// loaded. (Looking for it each time would make adding many quadratic.)
    pub(super) fn add_referring(&self, owner: &AnyRef, item: CellPtr) {
        if self.is(UNLOADED_ITEMS) {
            if self.add(owner, item) {
                self.adjust_count(1);
            }
            return;
        }
        self.adjust_count(1);
        self.append(owner, item, &mut self.lock());
    }

    /// Appends an item. (Whether it counts, who adds it knows.)
    pub(super) fn append(&self, owner: &AnyRef, item: CellPtr, writer: &mut Writer<'_>) {
        if let Some(index) = index(writer) {
            index.insert(item);
        }
        let item = AnyRef::uncounted(item);
        if !item.is_initialized() {
            self.mark(UNLOADED_ITEMS);
        }
        let Some(buffer) = NonNull::new(self.items.load(Acquire)) else {
            return self.replace(owner, ItemsPtr::new(std::iter::once(item), ROOM));
        };
        // SAFETY: a published buffer; the writer's lock is held
        if let Err(item) = unsafe { ItemsPtr(buffer).push(item) } {
            let copy: Vec<_> = self.items().iter().map(|known| AnyRef::uncounted(known.ptr())).chain([item]).collect();
            let capacity = copy.len() * 2;
            self.replace(owner, ItemsPtr::new(copy.into_iter(), capacity));
        }
    }

    /// Takes items out. Gives how many.
    pub(super) fn remove(&self, owner: &AnyRef, is_leaving: impl Fn(CellPtr) -> bool) -> usize {
        self.take_out(owner, is_leaving, &mut self.lock())
    }
    /// Takes one item out, if it is in.
    pub(super) fn take_one(&self, owner: &AnyRef, item: CellPtr) -> bool {
        let mut writer = self.lock();
        self.has(item, &mut writer) && self.take_out(owner, |known| known == item, &mut writer) > 0
    }
    pub(super) fn take_out(&self, owner: &AnyRef, is_leaving: impl Fn(CellPtr) -> bool, writer: &mut Writer<'_>) -> usize {
        let items = self.items();
        // (most often nobody leaves, and nothing is to be copied)
        if !items.iter().any(|item| is_leaving(item.ptr())) {
            return 0;
        }
        if let Some(index) = index(writer) {
            index.retain(|item| !is_leaving(*item));
        }
        let kept: Vec<_> = items.iter().map(AnyRef::ptr).filter(|known| !is_leaving(*known)).map(AnyRef::uncounted).collect();
        let count = items.len() - kept.len();
        if count > 0 {
            self.replace(owner, ItemsPtr::new(kept.into_iter(), 0));
            self.adjust_count(i32::try_from(count).map_or(i32::MIN, |count| -count));
        }
        count
    }

    /// Puts an item back where it was.
    pub(super) fn insert(&self, owner: &AnyRef, at: usize, item: CellPtr) {
        let mut writer = self.lock();
        let mut items: Vec<CellPtr> = self.items().iter().map(AnyRef::ptr).collect();
        if !items.contains(&item) {
            items.insert(at.min(items.len()), item);
            self.replace(owner, ItemsPtr::new(items.into_iter().map(AnyRef::uncounted), 0));
            forget_index(&mut writer);
            self.adjust_count(1);
        }
    }

    /// Puts the items into this order; what is not named comes last.
    pub(super) fn reorder(&self, owner: &AnyRef, order: &[AnyRef]) {
        let _writer = self.lock();
        let known: CellPtrs = self.items().iter().map(AnyRef::ptr).collect();
        let mut items: Vec<CellPtr> = order.iter().map(AnyRef::ptr).filter(|item| known.contains(item)).collect();
        let named: CellPtrs = items.iter().copied().collect();
        items.extend(self.items().iter().map(AnyRef::ptr).filter(|item| !named.contains(item)));
        if items.iter().ne(self.items().iter().map(AnyRef::ptr).collect::<Vec<_>>().iter()) {
            self.replace(owner, ItemsPtr::new(items.into_iter().map(AnyRef::uncounted), 0));
        }
    }

    /// The items as they were read, and behind them what was added and is not stored yet.
    pub(super) fn set_items(
        &self,
        owner: &AnyRef,
        loaded: impl ExactSizeIterator<Item = CellPtr>,
        is_pending: impl Fn(&AnyRef) -> bool,
        writer: &mut Writer<'_>,
    ) {
        forget_index(writer);
        let known = self.items();
        let read = ItemsPtr::new(loaded.map(AnyRef::uncounted), 0);
        // SAFETY: made just now
        let fresh = unsafe { read.slice() };
        let unchanged = known.iter().all(|item| !is_pending(item)) && !has_repeated(fresh);
        if unchanged {
            if same(fresh, known) {
                // SAFETY: nobody else has seen it
                unsafe { read.free() };
            } else {
                self.replace(owner, read);
            }
            return;
        }
        let mut seen = CellPtrs::with_capacity_and_hasher(fresh.len(), Default::default());
        let pending = known.iter().filter(|item| is_pending(item));
        let items: Vec<AnyRef> =
            fresh.iter().chain(pending).map(AnyRef::ptr).filter(|cell| seen.insert(*cell)).map(AnyRef::uncounted).collect();
        // SAFETY: as above
        unsafe { read.free() };
        if !same(&items, known) {
            self.replace(owner, ItemsPtr::new(items.into_iter(), 0));
        }
    }

    /// Says that items without rows may come in. (Before they do.)
    pub(super) fn expect(&self, part: Part) {
        if part == Part::References {
            self.mark(UNLOADED_ITEMS);
        }
    }
    /// Says how much was loaded.
    pub(super) fn mark_loaded(&self, part: Part) {
        let (set, clear) = match part {
            Part::All | Part::References => (INITIALIZED, PARTIAL | READONLY),
            Part::Matching => (INITIALIZED | PARTIAL, READONLY),
            Part::Page => (INITIALIZED | PARTIAL | READONLY, 0),
        };
        self.forget_count();
        // (set before cleared: what is not known to be whole is never taken for whole)
        if self.status.fetch_or(set, AcqRel) & clear != 0 {
            self.status.fetch_and(!clear, AcqRel);
        }
    }
}

fn same(a: &[AnyRef], b: &[AnyRef]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.ptr() == b.ptr())
}

fn index<'w>(writer: &'w mut Writer<'_>) -> Option<&'w mut CellPtrs> {
    writer.as_deref_mut()?.index.as_mut()
}
fn forget_index(writer: &mut Writer<'_>) {
    writer.iter_mut().for_each(|pending| pending.index = None);
}

fn has_repeated(items: &[AnyRef]) -> bool {
    if items.len() <= FEW {
        return items.iter().enumerate().any(|(at, item)| items[..at].contains(item));
    }
    let mut seen = CellPtrs::with_capacity_and_hasher(items.len(), Default::default());
    !items.iter().all(|item| seen.insert(item.ptr()))
}

/// Whether an item of a one-to-many relation has changes that the database does not have.
pub(super) fn is_unstored(item: &AnyRef) -> bool {
    item.cell().is(flag::NEW | flag::CHANGED | flag::PATCHED | flag::AWAITS) && !item.is_gone()
}

fn slots(owner: &AnyRef) -> usize {
    owner.arena().shape.collections.len()
}

pub(super) fn slot(owner: &AnyRef, field: u16) -> usize {
    let slot = owner.arena().shape.collections.iter().position(|known| *known == field);
    slot.expect("a collection's field is a to-many field of its owner")
}

/// The state of a collection, when there is one yet.
pub(super) fn of(owner: &AnyRef, field: u16) -> Option<&CollectionState> {
    // SAFETY: the owner has collections (this is one), and is kept by the reference
    let states = NonNull::new(unsafe { owner.ptr().collections() }.load(Acquire))?;
    // SAFETY: as many states as slots, freed with the heap
    Some(unsafe { &*states.as_ptr().add(slot(owner, field)) })
}

/// The state of a collection, made when there is none yet.
pub(super) fn of_or_new(owner: &AnyRef, field: u16) -> &CollectionState {
    // SAFETY: as above
    let place = unsafe { owner.ptr().collections() };
    if place.load(Acquire).is_null() {
        let made: Box<[CollectionState]> = (0..slots(owner)).map(|_| CollectionState::new()).collect();
        let made = Box::into_raw(made);
        if place.compare_exchange(std::ptr::null_mut(), made.cast(), AcqRel, Acquire).is_err() {
            // SAFETY: made above, and nobody else has it
            drop(unsafe { Box::from_raw(made) });
        }
    }
    of(owner, field).expect("made above")
}

/// Marks all collections of a new row as known (they are empty).
///
/// # Safety
/// The cell's heap is alive.
pub(in crate::heap) unsafe fn initialize_all(cell: CellPtr) {
    let owner = AnyRef::uncounted(cell);
    let shape = &owner.arena().shape;
    for (field, partial) in shape.collections.iter().zip(&shape.partial) {
        let state = of_or_new(&owner, *field);
        state.mark_initialized();
        if partial.is_some() {
            // (which of its items satisfy the condition, the database says once they are there)
            state.mark(PARTIAL);
        }
    }
}

/// Frees the states of a cell's collections, and their buffers.
///
/// # Safety
/// The heap goes down: nobody else reaches the cell.
pub(in crate::heap) unsafe fn free_states(cell: CellPtr) {
    let owner = AnyRef::uncounted(cell);
    let count = slots(&owner);
    if count == 0 {
        return;
    }
    // SAFETY: the entity has collections
    let states = unsafe { cell.collections() }.swap(std::ptr::null_mut(), AcqRel);
    if states.is_null() {
        return;
    }
    // SAFETY: made by `Box::into_raw` of a slice with this length
    let mut states = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(states, count)) };
    for state in &mut states {
        if let Some(items) = NonNull::new(owned(&mut state.items)) {
            // SAFETY: nobody reads it
            unsafe { ItemsPtr(items).free() };
        }
    }
}
