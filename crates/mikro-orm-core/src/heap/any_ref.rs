//! A reference with its entity's type erased: one word, counted or not.

use super::Heap;
use super::HeapArc;
use super::arena::Arena;
use super::cell::{Cell, CellPtr, flag};
use super::sync::Acquire;
use super::view::{EntityView, Pinned};
use crate::entity::{Entity, EntityDescriptor};
use crate::error::Error;
use crate::field::FieldKind;
use crate::key::Key;
use crate::metadata::EntityId;
use std::fmt;
use std::ptr::NonNull;

/// The cell's address, and in its lowest bit whether this reference holds a strong count of the heap.
#[repr(transparent)]
pub(crate) struct AnyRef(NonNull<Cell>);
// SAFETY: a shared pointer to a cell, which is `Send + Sync` (see `CellPtr`)
unsafe impl Send for AnyRef {}
// SAFETY: as above
unsafe impl Sync for AnyRef {}

const COUNTED: usize = 1;

impl AnyRef {
    /// A counted reference.
    ///
    /// # Safety
    /// The cell's heap is alive.
    pub(super) unsafe fn counted(cell: CellPtr) -> Self {
        // SAFETY: the pointer is what the heap's `Arc` points to, and the heap is alive
        unsafe { HeapArc::count(cell.get().arena().heap) };
        AnyRef(cell.0.map_addr(|address| address | COUNTED))
    }
    /// A reference for the inside of the heap (I2).
    pub(super) fn uncounted(cell: CellPtr) -> Self {
        AnyRef(cell.0)
    }
    fn is_counted(&self) -> bool {
        self.0.addr().get() & COUNTED != 0
    }
    pub(super) fn ptr(&self) -> CellPtr {
        let address = self.0.as_ptr().map_addr(|address| address & !COUNTED);
        // SAFETY: a cell is not at address zero, and the bit is not part of its address
        CellPtr(unsafe { NonNull::new_unchecked(address) })
    }
    pub(super) fn cell(&self) -> &Cell {
        // SAFETY: I1 and I2: this reference is counted, or reached through one that is
        unsafe { self.ptr().get() }
    }
    pub(super) fn arena(&self) -> &Arena {
        self.cell().arena()
    }
    pub(super) fn heap_ptr(&self) -> *const Heap {
        self.arena().heap
    }
    pub(super) fn heap(&self) -> &Heap {
        // SAFETY: alive by I1 and I2
        unsafe { &*self.heap_ptr() }
    }
    /// The heap, counted.
    pub(crate) fn heap_arc(&self) -> HeapArc {
        // SAFETY: alive by I1 and I2
        unsafe { HeapArc::of(self.heap_ptr()) }
    }
    /// Where the heap's context is; for comparing only.
    pub(crate) fn context_address(&self) -> Option<usize> {
        self.heap().context.get().map(|context| context.as_ptr().cast::<()>() as usize)
    }
    /// Whether the reference belongs to this heap.
    pub(crate) fn is_of(&self, heap: &HeapArc) -> bool {
        std::ptr::eq(self.heap_ptr(), heap.as_ptr())
    }

    /// Whether a field is a to-one relation.
    pub(crate) fn is_to_one(&self, field: u16) -> bool {
        self.descriptor().fields.get(usize::from(field)).is_some_and(|def| def.vtable.kind == FieldKind::ToOne)
    }
    /// See [`Heap::recount`].
    pub(crate) fn recount(&self) {
        self.heap().recount();
    }

    pub(crate) fn descriptor(&self) -> &'static EntityDescriptor {
        self.arena().descriptor
    }
    /// Whether it refers to an entity of this type.
    pub(crate) fn is_a(&self, descriptor: &'static EntityDescriptor) -> bool {
        std::ptr::eq(self.descriptor(), descriptor) || self.descriptor().key() == descriptor.key()
    }
    /// The entity; `None` when the heap's metadata does not know it.
    pub(crate) fn entity(&self) -> Option<EntityId> {
        self.arena().entity
    }
    pub(crate) fn name(&self) -> &'static str {
        self.descriptor().name
    }
    pub(crate) fn key(&self) -> Option<Key> {
        self.arena().key_of(self.cell())
    }
    pub(crate) fn is_initialized(&self) -> bool {
        !self.cell().current.load(Acquire).is_null()
    }
    /// Whether the database has no row for it yet.
    pub(crate) fn is_new(&self) -> bool {
        self.cell().is(flag::NEW)
    }
    /// Marks a stand-in for something that can't be stored.
    pub(crate) fn mark_invalid(&self) {
        self.cell().set(flag::INVALID);
    }
    pub(crate) fn is_invalid(&self) -> bool {
        self.cell().is(flag::INVALID)
    }
    /// Whether the next flush inserts it.
    pub(crate) fn is_persisted(&self) -> bool {
        self.cell().is(flag::PERSIST)
    }
    /// Whether the next flush deletes it.
    pub(crate) fn is_removed(&self) -> bool {
        self.cell().is(flag::REMOVE)
    }
    /// Whether its row was deleted.
    pub(crate) fn is_gone(&self) -> bool {
        self.cell().is(flag::GONE)
    }
    /// How the heap's entities are serialized when nothing else is said.
    #[cfg(feature = "serde")]
    pub(crate) fn output(&self) -> crate::serialize::OutputOptions {
        self.heap().output.get().copied().unwrap_or_default()
    }
    /// What no other row's references have while the heap is alive.
    #[cfg(feature = "serde")]
    pub(crate) fn address(&self) -> usize {
        self.ptr().0.addr().get()
    }
    /// `Author 7`, `new Author`.
    pub(crate) fn describe(&self) -> String {
        match self.key() {
            Some(key) => format!("{} {key}", self.name()),
            None if self.arena().shape.key.fields.is_empty() => self.name().to_owned(),
            None => format!("new {}", self.name()),
        }
    }

    /// The current version, while this reference is borrowed.
    pub(crate) fn view(&self) -> Option<EntityView<'_>> {
        let version = self.cell().current.load(Acquire);
        // SAFETY: a published version, which lives while the heap is held (I4)
        NonNull::new(version).map(|version| unsafe { EntityView::new(self.arena(), version) })
    }
    /// The version that the database has.
    pub(crate) fn snapshot_view(&self) -> Option<EntityView<'_>> {
        let version = self.cell().snapshot.load(Acquire);
        // SAFETY: as above
        NonNull::new(version).map(|version| unsafe { EntityView::new(self.arena(), version) })
    }
    /// The current version, kept.
    pub(crate) fn pin(&self) -> Option<Pinned> {
        let version = NonNull::new(self.cell().current.load(Acquire))?;
        // SAFETY: a version of this cell; the clone is counted, so it lives as long as the pin
        Some(unsafe { Pinned::new(self.clone(), version) })
    }

    /// Makes the reference part of a heap; see [`super::values::settle`].
    ///
    /// # Safety
    /// The place is inside this heap's memory from here on, for shared reads only; the heap is alive.
    pub(super) unsafe fn settle(&mut self, heap: *const Heap, place: impl Fn() -> (&'static str, &'static str)) {
        if !std::ptr::eq(self.heap_ptr(), heap) {
            // SAFETY: alive, as the caller says
            let own = unsafe { self.own_cell(heap, place) };
            *self = AnyRef::uncounted(own);
            return;
        }
        if self.is_counted() {
            let cell = self.ptr();
            // SAFETY: the count that this reference held; the caller keeps the heap alive
            unsafe { HeapArc::discount(heap) };
            self.0 = cell.0;
        }
    }

    /// This heap's cell for what the reference, of another heap, refers to.
    unsafe fn own_cell(&self, heap: *const Heap, place: impl Fn() -> (&'static str, &'static str)) -> CellPtr {
        // SAFETY: alive, as `settle`'s caller says
        let arena = unsafe { Heap::arena_of(heap, self.descriptor()) };
        if let Some(key) = self.key() {
            return arena.cell_for(key);
        }
        let (entity, property) = place();
        let name = self.name();
        let cell = arena.new_cell();
        // SAFETY: made just now in a heap that is alive
        unsafe { cell.get().set(flag::INVALID | flag::NEW) };
        // SAFETY: alive, as `settle`'s caller says
        unsafe { &*heap }.pending_error(Error::validation(
            entity,
            property,
            format!("refers to a new {name} of another entity manager (or of one that was cleared): flush it there first, or create it here"),
        ));
        cell
    }

    /// The entity, for whoever does something with it: what a loaded one of another heap was changed to is not known here.
    ///
    /// # Errors
    /// When it is loaded, or new, in another heap.
    pub(crate) fn own(&self, heap: &HeapArc) -> Result<AnyRef, Error> {
        if self.is_of(heap) || !self.is_initialized() || self.key().is_none() { self.resolve(heap) } else { Err(self.foreign()) }
    }

    /// The error that it is another heap's.
    #[cold]
    pub(crate) fn foreign(&self) -> Error {
        Error::invalid(
            self.name(),
            format!(
                "{} belongs to another entity manager (or to one that was cleared): find it with this one first",
                self.describe()
            ),
        )
    }

    /// Checks that what is changed here can be stored. (That nothing is, of entities without an identity map, is their point.)
    pub(crate) fn check_attended(&self) -> Result<(), Error> {
        let heap = self.heap();
        let is_apart = heap.metadata.is_some() && heap.context.get().is_none();
        if is_apart || !heap.is_abandoned() {
            return Ok(());
        }
        let message = "can't be changed, since nothing would store it: its entity manager is gone or was cleared; find it again with \
                       one that is kept until the flush";
        Err(Error::invalid(self.name(), format!("{} {message}", self.describe())))
    }

    /// The reference for another heap: itself when it is of that heap, else that heap's own for the same key.
    ///
    /// # Errors
    /// When it is new in another heap: nothing there stands for it yet.
    pub(crate) fn resolve(&self, heap: &HeapArc) -> Result<AnyRef, Error> {
        if self.is_of(heap) {
            return Ok(self.clone());
        }
        match self.key() {
            Some(key) => Ok(heap.reference(self.descriptor(), key)),
            None => Err(Error::invalid(
                self.name(),
                "is new in another entity manager (or in one that was cleared): flush it there first, or create it here",
            )),
        }
    }
}

impl Clone for AnyRef {
    fn clone(&self) -> Self {
        // SAFETY: alive by I1 and I2
        unsafe { AnyRef::counted(self.ptr()) }
    }
}

impl Drop for AnyRef {
    fn drop(&mut self) {
        if self.is_counted() {
            let heap = self.heap_ptr();
            // SAFETY: the count that this reference holds
            unsafe { HeapArc::discount(heap) };
        }
    }
}

impl PartialEq for AnyRef {
    fn eq(&self, other: &Self) -> bool {
        self.ptr() == other.ptr()
    }
}
impl Eq for AnyRef {}
impl std::hash::Hash for AnyRef {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.ptr().hash(state);
    }
}
impl fmt::Debug for AnyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl HeapArc {
    /// The reference for a key: the cell is made when there is none.
    pub(crate) fn reference(&self, descriptor: &'static EntityDescriptor, key: Key) -> AnyRef {
        // SAFETY: `self` keeps the heap alive
        unsafe { AnyRef::counted(Heap::arena_of(self.as_ptr(), descriptor).cell_for(key)) }
    }
    /// The reference for a key, when the heap has a cell for it.
    pub(crate) fn find_reference(&self, descriptor: &'static EntityDescriptor, key: &Key) -> Option<AnyRef> {
        // SAFETY: `self` keeps the heap alive
        unsafe { Heap::arena_of(self.as_ptr(), descriptor).find(key).map(|cell| AnyRef::counted(cell)) }
    }
    /// A cell without a key or a version, for an entity that is being created.
    pub(crate) fn new_cell(&self, descriptor: &'static EntityDescriptor) -> AnyRef {
        // SAFETY: `self` keeps the heap alive
        unsafe {
            let cell = Heap::arena_of(self.as_ptr(), descriptor).new_cell();
            cell.get().set(flag::NEW);
            AnyRef::counted(cell)
        }
    }
    /// Whether the metadata knows the entity.
    pub(crate) fn knows(&self, descriptor: &'static EntityDescriptor) -> bool {
        self.metadata.as_ref().is_some_and(|metadata| metadata.described_by(descriptor).is_some())
    }
    /// The cell for an entity that is being created: that of a reference by the same key, when there is one whose
    /// row is not loaded, else a new one.
    pub(crate) fn cell_for_new<T: Entity>(&self, value: &T) -> AnyRef {
        // SAFETY: a valid entity of this type, which lives during the call
        unsafe { self.cell_for_value(T::descriptor(), NonNull::from(value).cast()) }
    }

    /// # Safety
    /// A valid entity of the descriptor's type, that lives and is not written during the call.
    pub(super) unsafe fn cell_for_value(&self, descriptor: &'static EntityDescriptor, value: NonNull<u8>) -> AnyRef {
        // SAFETY: `self` keeps the heap alive
        let arena = unsafe { Heap::arena_of(self.as_ptr(), descriptor) };
        // SAFETY: as the caller says; the view goes before the value does
        let view = unsafe { EntityView::new(arena, value) };
        let known = view.key().and_then(|key| self.find_reference(descriptor, &key));
        match known.filter(|known| !known.is_initialized() && !known.is_removed()) {
            Some(known) => {
                known.cell().set(flag::NEW);
                known
            }
            None => self.new_cell(descriptor),
        }
    }
}
