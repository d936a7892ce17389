//! A collection's state, with the owner's cell.

use super::items::{Items, ItemsPtr};
use crate::error::Error;
use crate::field::FieldKind;
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::{CellPtr, flag};
use crate::heap::register::Retired;
use crate::heap::sync::{AcqRel, Acquire, AtomicPtr, AtomicU32, Mutex, MutexGuard, lock, owned};
use std::collections::{HashMap, HashSet};
use std::ptr::NonNull;

/// All items are known.
const INITIALIZED: u32 = 1;
/// Items were added whose rows may not be loaded.
const UNLOADED_ITEMS: u32 = 1 << 1;
/// The database may have more items: what was loaded had a condition or a limit.
const PARTIAL: u32 = 1 << 2;
/// Items are not added or taken out: what was loaded had a limit, so nobody knows whether one belongs in.
const READONLY: u32 = 1 << 3;

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
    status: AtomicU32,
    /// Held by whoever changes the items.
    writer: Mutex<()>,
}

impl CollectionState {
    fn new() -> Self {
        CollectionState { items: AtomicPtr::new(std::ptr::null_mut()), status: AtomicU32::new(0), writer: Mutex::new(()) }
    }
    pub(super) fn is_initialized(&self) -> bool {
        self.status.load(Acquire) & INITIALIZED != 0
    }
    /// Whether the database may have more items than are known here, though it was loaded.
    pub(super) fn is_partial(&self) -> bool {
        self.status.load(Acquire) & PARTIAL != 0
    }
    pub(super) fn is_readonly(&self) -> bool {
        self.status.load(Acquire) & READONLY != 0
    }
    fn has_unloaded_items(&self) -> bool {
        self.status.load(Acquire) & UNLOADED_ITEMS != 0 && self.items().iter().any(|item| !item.is_initialized())
    }
    /// The known items, in order; an error with the first one whose row is not loaded.
    pub(super) fn loaded_items(&self) -> Result<&[AnyRef], &AnyRef> {
        let items = self.items();
        // (asked after the items were read: they are marked before they are added)
        if self.status.load(Acquire) & UNLOADED_ITEMS != 0
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
    fn lock(&self) -> MutexGuard<'_, ()> {
        lock(&self.writer)
    }

    fn replace(&self, owner: &AnyRef, items: ItemsPtr) {
        let before = self.items.swap(items.0.as_ptr(), AcqRel);
        if let Some(before) = NonNull::new(before) {
            owner.heap().register().retired.push(Retired::Items(ItemsPtr(before)));
        }
    }

    /// Appends an item unless it is in.
    pub(super) fn add(&self, owner: &AnyRef, item: CellPtr) {
        let _writer = self.lock();
        if !self.items().iter().any(|known| known.ptr() == item) {
            self.append(owner, item);
        }
    }

    /// Appends an item whose relation was just set, so that it is not in, unless it was added before its row was
    /// loaded. (Looking for it each time would make adding many quadratic.)
    fn add_referring(&self, owner: &AnyRef, item: CellPtr) {
        if self.status.load(Acquire) & UNLOADED_ITEMS != 0 {
            return self.add(owner, item);
        }
        let _writer = self.lock();
        self.append(owner, item);
    }

    /// Appends an item; the writer's lock is held.
    fn append(&self, owner: &AnyRef, item: CellPtr) {
        let item = AnyRef::uncounted(item);
        if !item.is_initialized() {
            self.status.fetch_or(UNLOADED_ITEMS, AcqRel);
        }
        let rejected = match NonNull::new(self.items.load(Acquire)) {
            // SAFETY: a published buffer; the writer's lock is held
            Some(buffer) => unsafe { ItemsPtr(buffer).push(item) }.err(),
            None => Some(item),
        };
        if let Some(item) = rejected {
            let copy: Vec<_> = self.items().iter().map(|known| AnyRef::uncounted(known.ptr())).chain([item]).collect();
            let capacity = (copy.len() * 2).max(4);
            self.replace(owner, ItemsPtr::new(copy.into_iter(), capacity));
        }
    }

    /// Takes items out.
    pub(super) fn remove(&self, owner: &AnyRef, is_leaving: impl Fn(CellPtr) -> bool) {
        let _writer = self.lock();
        let items = self.items();
        let kept: Vec<_> = items.iter().map(AnyRef::ptr).filter(|known| !is_leaving(*known)).map(AnyRef::uncounted).collect();
        if kept.len() != items.len() {
            self.replace(owner, ItemsPtr::new(kept.into_iter(), 0));
        }
    }

    /// The items as the database has them; what was added and is not stored yet stays, behind them.
    pub(super) fn set_loaded(&self, owner: &AnyRef, loaded: impl Iterator<Item = CellPtr>, part: Part) {
        let _writer = self.lock();
        let mut seen = Seen::default();
        let mut items: Vec<AnyRef> = loaded.filter(|cell| seen.insert(*cell)).map(AnyRef::uncounted).collect();
        let known = self.items();
        let pending = known.iter().filter(|item| item.cell().is(flag::NEW | flag::CHANGED | flag::PATCHED) && !item.is_gone());
        items.extend(pending.map(AnyRef::ptr).filter(|cell| seen.insert(*cell)).map(AnyRef::uncounted));
        if items.iter().map(AnyRef::ptr).ne(known.iter().map(AnyRef::ptr)) {
            self.replace(owner, ItemsPtr::new(items.into_iter(), 0));
        }
        let (set, clear) = match part {
            Part::All => (INITIALIZED, PARTIAL | READONLY),
            Part::References => (INITIALIZED | UNLOADED_ITEMS, PARTIAL | READONLY),
            Part::Matching => (INITIALIZED | PARTIAL, READONLY),
            Part::Page => (INITIALIZED | PARTIAL | READONLY, 0),
        };
        // (set before cleared: what is not known to be whole is never taken for whole)
        if self.status.fetch_or(set, AcqRel) & clear != 0 {
            self.status.fetch_and(!clear, AcqRel);
        }
    }
}

/// The cells that were seen: most collections are short, and short lists need no hashing.
#[derive(Default)]
struct Seen {
    few: Vec<CellPtr>,
    many: HashSet<CellPtr>,
}

impl Seen {
    /// Says whether the cell was not seen before.
    fn insert(&mut self, cell: CellPtr) -> bool {
        const FEW: usize = 16;
        if self.few.len() < FEW {
            let new = !self.few.contains(&cell);
            if new {
                self.few.push(cell);
            }
            return new;
        }
        if self.many.is_empty() {
            self.many.extend(&self.few);
        }
        self.many.insert(cell)
    }
}

fn slots(owner: &AnyRef) -> usize {
    owner.arena().shape.collections.len()
}

fn slot(owner: &AnyRef, field: u16) -> usize {
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
    for field in &owner.arena().shape.collections {
        of_or_new(&owner, *field).status.fetch_or(INITIALIZED, AcqRel);
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

/// Who moved a relation.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::heap) enum Origin {
    /// The program: a collection that is not loaded yet must know of it, too, when it is loaded before the flush.
    Program,
    /// The database: a collection that is not loaded yet will hear of it.
    Database,
}

/// Keeps the collections on the other side in step: `item`'s to-one relation `field` moved from `before` to `after`.
pub(in crate::heap) fn propagate(item: &AnyRef, field: u16, before: Option<&AnyRef>, after: Option<&AnyRef>, origin: Origin) {
    if before.map(AnyRef::ptr) == after.map(AnyRef::ptr) {
        return;
    }
    if let Some((owner, field)) = before.and_then(|owner| inverse(item, field, owner))
        && let Some(state) = of(owner, field)
    {
        state.remove(owner, |known| known == item.ptr());
    }
    if let Some((owner, field)) = after.and_then(|owner| inverse(item, field, owner)) {
        if origin == Origin::Program {
            of_or_new(owner, field).add_referring(owner, item.ptr());
        } else if let Some(state) = of(owner, field).filter(|state| state.is_initialized()) {
            state.add(owner, item.ptr());
        }
    }
}

/// The collection of `owner` on the other side of an item's relation.
fn inverse<'a>(item: &AnyRef, field: u16, owner: &'a AnyRef) -> Option<(&'a AnyRef, u16)> {
    let slot = item.arena().shape.inverse[usize::from(field)]?;
    Some((owner, *owner.arena().shape.collections.get(usize::from(slot))?))
}

/// Takes entities out of the collections on the other sides of their relations: each collection is copied once.
pub(crate) fn leave_collections(entities: &[AnyRef]) {
    let mut leaving: HashMap<(AnyRef, u16), HashSet<CellPtr>> = HashMap::new();
    for entity in entities {
        let Some(view) = entity.view() else { continue };
        for field in entity.to_one_fields() {
            if let Some((owner, field)) = view.to_one(field).and_then(|owner| inverse(entity, field, owner)) {
                leaving.entry((owner.clone(), field)).or_default().insert(entity.ptr());
            }
        }
    }
    for ((owner, field), items) in leaving {
        if let Some(state) = of(&owner, field) {
            state.remove(&owner, |known| items.contains(&known));
        }
    }
}

impl AnyRef {
    /// Fills a collection with what was loaded of it.
    pub(crate) fn set_collection<'a>(&self, field: u16, items: impl IntoIterator<Item = &'a AnyRef>, part: Part) {
        let target = self.descriptor().fields[usize::from(field)].target;
        let items = items.into_iter().inspect(|item| debug_assert!(target.is_some_and(|target| item.is_a(target()))));
        of_or_new(self, field).set_loaded(self, items.map(AnyRef::ptr), part);
    }
    /// The known items of a collection.
    pub(crate) fn collection_items(&self, field: u16) -> &[AnyRef] {
        of(self, field).map_or(&[], CollectionState::items)
    }
    /// Whether all items of a collection are known.
    pub(crate) fn is_collection_initialized(&self, field: u16) -> bool {
        of(self, field).is_some_and(CollectionState::is_initialized)
    }
    /// Whether a collection was loaded, and whole.
    pub(crate) fn is_collection_complete(&self, field: u16) -> bool {
        of(self, field).is_some_and(|state| state.is_initialized() && !state.is_partial())
    }
    /// Whether a collection has items whose rows are not loaded.
    pub(crate) fn has_unloaded_items(&self, field: u16) -> bool {
        of(self, field).is_some_and(CollectionState::has_unloaded_items)
    }
    /// Checks that the field is a collection of such items (code that builds entities says which field it fills).
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn check_collects(&self, field: u16, item: &AnyRef) -> Result<(), Error> {
        let def = self.descriptor().fields.get(usize::from(field)).filter(|def| def.vtable.kind == FieldKind::ToMany);
        if !def.and_then(|def| def.target).is_some_and(|target| item.is_a(target())) {
            return Err(Error::invalid(self.name(), format!("has no collection of {} in its field {field}", item.name())));
        }
        Ok(())
    }
    /// Adds an item to a collection, without touching its relation back.
    ///
    /// # Errors
    /// When the field is no collection of such items.
    pub(crate) fn add_to_collection(&self, field: u16, item: &AnyRef) -> Result<(), Error> {
        self.check_collects(field, item)?;
        of_or_new(self, field).add(self, item.ptr());
        Ok(())
    }
    /// The fields with collections.
    pub(crate) fn collection_fields(&self) -> &[u16] {
        &self.arena().shape.collections
    }
    /// The to-one field of a collection's items that refers to the owner.
    pub(crate) fn mapped_by(&self, field: u16) -> Option<u16> {
        self.arena().shape.mapped_by[slot(self, field)]
    }
    /// The to-one fields.
    pub(crate) fn to_one_fields(&self) -> impl Iterator<Item = u16> + '_ {
        use crate::heap::arena::LinkKind;
        let links = self.arena().shape.links.iter();
        links.filter(|link| matches!(link.kind, LinkKind::ToOne | LinkKind::ToOneNullable)).map(|link| link.field)
    }
}
