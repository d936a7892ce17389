//! A row's cell: what stays in place while versions of the row come and go.

use super::arena::Arena;
use super::collection::CollectionState;
use super::sync::{AcqRel, Acquire, AtomicPtr, AtomicU32, AtomicU64, Release};
use crate::key::Key;
use std::ptr::NonNull;

/// Bits of [`Cell::flags`].
pub(super) mod flag {
    /// `key` holds an integer key.
    pub const KEY_INT: u32 = 1;
    /// `key` holds a pointer to a boxed key.
    pub const KEY_BOX: u32 = 1 << 1;
    /// The room for the first version, behind the header, is in use or was.
    pub const ROOM_TAKEN: u32 = 1 << 2;
    /// The cell is in the register of changed cells.
    pub const CHANGED: u32 = 1 << 3;
    /// The database has no row for it yet.
    pub const NEW: u32 = 1 << 4;
    /// It is to be inserted by the next flush.
    pub const PERSIST: u32 = 1 << 5;
    /// It is to be deleted by the next flush.
    pub const REMOVE: u32 = 1 << 6;
    /// Its row was deleted.
    pub const GONE: u32 = 1 << 7;
    /// There is a patch for it (edits made before it was loaded).
    pub const PATCHED: u32 = 1 << 8;
    /// It stands for something that can't be stored; a pending error says what.
    pub const INVALID: u32 = 1 << 9;
}

/// The header; the entity's collections' states and the room for its first version follow it.
#[repr(C, align(8))]
pub(super) struct Cell {
    /// The arena that owns the cell; it knows the heap and the entity's descriptor.
    pub arena: NonNull<Arena>,
    /// The version that readers see; null while the row is not loaded.
    pub current: AtomicPtr<u8>,
    /// The version that the database has; null while it has none.
    pub snapshot: AtomicPtr<u8>,
    /// The key, as `flags` say.
    key: AtomicU64,
    pub flags: AtomicU32,
    /// Relations (by their order in the entity) that were handed out as populated.
    pub populated: AtomicU32,
}

/// Where a cell is. Cells do not move, and are freed with their heap (invariant I4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct CellPtr(pub NonNull<Cell>);
// SAFETY: the header is made of atomics, and the versions behind it are `Send + Sync` (`Entity` asks for both)
unsafe impl Send for CellPtr {}
// SAFETY: as above
unsafe impl Sync for CellPtr {}

impl Cell {
    pub fn new(arena: NonNull<Arena>) -> Self {
        Cell {
            arena,
            current: AtomicPtr::new(std::ptr::null_mut()),
            snapshot: AtomicPtr::new(std::ptr::null_mut()),
            key: AtomicU64::new(0),
            flags: AtomicU32::new(0),
            populated: AtomicU32::new(0),
        }
    }

    pub fn arena(&self) -> &Arena {
        // SAFETY: an arena lives as long as its heap, and so do its cells
        unsafe { self.arena.as_ref() }
    }
    pub fn is(&self, flags: u32) -> bool {
        self.flags.load(Acquire) & flags != 0
    }
    /// Sets the flags, and says whether any of them was set before.
    pub fn set(&self, flags: u32) -> bool {
        self.flags.fetch_or(flags, AcqRel) & flags != 0
    }
    /// Clears the flags, and says whether any of them was set before.
    pub fn clear(&self, flags: u32) -> bool {
        self.flags.fetch_and(!flags, AcqRel) & flags != 0
    }

    /// The key; `None` while it has none. For a boxed key the arena must be locked (see [`Arena::key_of`]).
    ///
    /// # Safety
    /// The caller holds the arena's lock, or the key is an integer.
    pub unsafe fn key_under_lock(&self) -> Option<Key> {
        let flags = self.flags.load(Acquire);
        if flags & flag::KEY_INT != 0 {
            Some(Key::Int(self.key.load(Acquire) as i64))
        } else if flags & flag::KEY_BOX != 0 {
            // SAFETY: boxed keys are replaced and freed under the arena's lock only
            Some(unsafe { (*self.boxed_key()).clone() })
        } else {
            None
        }
    }
    /// Whether the key equals this one.
    ///
    /// # Safety
    /// As [`Cell::key_under_lock`].
    pub unsafe fn key_is(&self, key: &Key) -> bool {
        let flags = self.flags.load(Acquire);
        match key {
            Key::Int(key) => flags & flag::KEY_INT != 0 && self.key.load(Acquire) as i64 == *key,
            // SAFETY: boxed keys are replaced and freed under the arena's lock only
            key => flags & flag::KEY_BOX != 0 && unsafe { *self.boxed_key() == *key },
        }
    }
    fn boxed_key(&self) -> *mut Key {
        std::ptr::with_exposed_provenance_mut(self.key.load(Acquire) as usize)
    }
    /// Replaces the key.
    ///
    /// # Safety
    /// The caller holds the arena's lock.
    pub unsafe fn replace_key(&self, key: Option<Key>) {
        if self.clear(flag::KEY_INT | flag::KEY_BOX) && self.boxed() {
            // SAFETY: made by `Box::into_raw` below, and nobody reads boxed keys without the lock
            drop(unsafe { Box::from_raw(self.boxed_key()) });
        }
        self.populated.fetch_and(!BOXED, AcqRel);
        match key {
            None => {}
            Some(Key::Int(key)) => {
                self.key.store(key as u64, Release);
                self.set(flag::KEY_INT);
            }
            Some(key) => {
                self.key.store(Box::into_raw(Box::new(key)).expose_provenance() as u64, Release);
                self.populated.fetch_or(BOXED, AcqRel);
                self.set(flag::KEY_BOX);
            }
        }
    }
    fn boxed(&self) -> bool {
        self.populated.load(Acquire) & BOXED != 0
    }
}

/// Bit of [`Cell::populated`]: the key is boxed (kept apart from `flags`, which are cleared first).
const BOXED: u32 = 1 << 31;

impl CellPtr {
    /// The header.
    ///
    /// # Safety
    /// The heap is alive for `'a`: the caller reached the cell through a counted reference.
    pub unsafe fn get<'a>(self) -> &'a Cell {
        // SAFETY: cells are initialized when made, never move, and live as long as their heap
        unsafe { &*self.0.as_ptr() }
    }
    /// The room for the first version.
    ///
    /// # Safety
    /// As [`CellPtr::get`].
    pub unsafe fn room(self) -> *mut u8 {
        // SAFETY: the arena allocates a cell with this much behind its header
        unsafe { self.0.as_ptr().cast::<u8>().add(self.get().arena().shape.value_offset) }
    }
    /// Where the pointer to the states of the cell's collections is.
    ///
    /// # Safety
    /// As [`CellPtr::get`]; the entity has collections.
    pub unsafe fn collections<'a>(self) -> &'a AtomicPtr<CollectionState> {
        // SAFETY: the arena allocates the pointer right behind the header of such entities
        unsafe { &*self.0.as_ptr().add(1).cast() }
    }
}
