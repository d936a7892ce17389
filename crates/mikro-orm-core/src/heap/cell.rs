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
    /// `key` holds an integer key above `i64::MAX`.
    pub const KEY_UINT: u32 = 1 << 10;
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
    /// Its row was asked for and not found: there is none, or a hint's condition has left it out.
    pub const ABSENT: u32 = 1 << 11;
    /// It is to be deleted because nothing owns it any more.
    pub const ORPHAN: u32 = 1 << 12;
    /// The database is to compute fields of it.
    pub const COMPUTED: u32 = 1 << 17;
    /// It was inserted here, so that all its relations count as populated in serialized output.
    pub const INSERTED: u32 = 1 << 16;
    /// Counterparts are known that its row, once loaded, is to refer to.
    pub const EXPECTED: u32 = 1 << 13;
    /// It is not loaded, and a relation of it is to refer to an entity that has no key yet.
    pub const AWAITS: u32 = 1 << 15;
    /// It is not persisted, and what it refers to has not heard of it.
    pub const APART: u32 = 1 << 14;
    /// It is new, and the program has removed it: it stays so until it is persisted itself.
    pub const WITHDRAWN: u32 = 1 << 19;
    /// The database had its row at some time, and then did not: versions of it may wait to be freed.
    pub const WAS_STORED: u32 = 1 << 18;

    const _: () = {
        let all = [
            KEY_INT, KEY_UINT, KEY_BOX, ROOM_TAKEN, CHANGED, NEW, PERSIST, REMOVE, GONE, PATCHED, INVALID, ABSENT, ORPHAN,
            COMPUTED, INSERTED, EXPECTED, AWAITS, APART, WAS_STORED, WITHDRAWN,
        ];
        let (mut taken, mut at) = (0, 0);
        while at < all.len() {
            assert!(taken & all[at] == 0, "two flags are one bit");
            taken |= all[at];
            at += 1;
        }
    };
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
    pub fn new(arena: NonNull<Arena>, key: Option<Key>) -> Self {
        let (key, flags) = key.map_or((0, 0), encoded);
        Cell {
            arena,
            current: AtomicPtr::new(std::ptr::null_mut()),
            snapshot: AtomicPtr::new(std::ptr::null_mut()),
            key: AtomicU64::new(key),
            flags: AtomicU32::new(flags),
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
        self.take(flags) != 0
    }
    /// Clears the flags, and gives those that were set before.
    ///
    /// It writes even where there is nothing to clear: whoever leaves something beside a row that is not loaded sets
    /// the flag and then looks for the row, and whoever publishes a row then looks for the flag. One of them has to see
    /// the other, which two plain reads would not promise.
    pub fn take(&self, flags: u32) -> u32 {
        self.flags.fetch_and(!flags, AcqRel) & flags
    }

    /// The key, when that can be told without the arena's lock: outside `None`, it has to be taken.
    ///
    /// Nothing behind a pointer is read here: whoever replaces the key frees a boxed one. An integer that is
    /// replaced meanwhile is read again.
    pub fn key_without_lock(&self) -> Option<Option<Key>> {
        const KEY: u32 = flag::KEY_INT | flag::KEY_UINT | flag::KEY_BOX;
        loop {
            let before = self.flags.load(Acquire) & KEY;
            if before & flag::KEY_BOX != 0 {
                return None;
            }
            let bits = self.key.load(Acquire);
            if self.flags.load(Acquire) & KEY == before {
                return Some(match before {
                    flag::KEY_INT => Some(Key::Int(bits as i64)),
                    flag::KEY_UINT => Some(Key::UInt(bits)),
                    _ => None,
                });
            }
        }
    }
    /// The key; `None` while it has none.
    ///
    /// # Safety
    /// The caller holds the arena's lock.
    pub unsafe fn key_under_lock(&self) -> Option<Key> {
        self.key_without_lock().unwrap_or_else(|| {
            // SAFETY: the flag says that there is a box, and boxes are replaced under the lock only
            Some(unsafe { (*self.boxed_key()).clone() })
        })
    }
    /// Whether the key equals this one.
    ///
    /// # Safety
    /// As [`Cell::key_under_lock`].
    pub unsafe fn key_is(&self, key: &Key) -> bool {
        // (keys are replaced under the lock only, so the flag and the bits belong together)
        let flags = self.flags.load(Acquire);
        match key {
            Key::Int(key) => flags & flag::KEY_INT != 0 && self.key.load(Acquire) as i64 == *key,
            Key::UInt(key) => flags & flag::KEY_UINT != 0 && self.key.load(Acquire) == *key,
            // SAFETY: as in `key_under_lock`
            key => flags & flag::KEY_BOX != 0 && unsafe { *self.boxed_key() == *key },
        }
    }
    /// The key's hash; zero when there is none.
    ///
    /// # Safety
    /// As [`Cell::key_under_lock`].
    pub unsafe fn hash_under_lock(&self) -> u64 {
        let flags = self.flags.load(Acquire);
        if flags & (flag::KEY_INT | flag::KEY_UINT) != 0 {
            // (both hash alike)
            Key::UInt(self.key.load(Acquire)).fast_hash()
        } else if flags & flag::KEY_BOX != 0 {
            // SAFETY: as in `key_under_lock`
            unsafe { (*self.boxed_key()).fast_hash() }
        } else {
            0
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
        let before = self.flags.fetch_and(!(flag::KEY_INT | flag::KEY_UINT | flag::KEY_BOX), AcqRel);
        if before & flag::KEY_BOX != 0 {
            // SAFETY: made by `encoded`, and nobody reads boxed keys without the lock
            drop(unsafe { Box::from_raw(self.boxed_key()) });
        }
        if let Some(key) = key {
            let (bits, kind) = encoded(key);
            self.key.store(bits, Release);
            self.set(kind);
        }
    }
    /// Frees the key, if it is boxed. The key is not valid afterwards.
    ///
    /// # Safety
    /// Nobody else reaches the cell, now or later.
    pub unsafe fn free_key(&self) {
        if self.is(flag::KEY_BOX) {
            // SAFETY: made by `encoded`; the caller says that nobody reads it
            drop(unsafe { Box::from_raw(self.boxed_key()) });
        }
    }
}

/// A key as [`Cell::key`] holds it, with the flag that says how.
fn encoded(key: Key) -> (u64, u32) {
    match key {
        Key::Int(key) => (key as u64, flag::KEY_INT),
        Key::UInt(key) => (key, flag::KEY_UINT),
        key => (Box::into_raw(Box::new(key)).expose_provenance() as u64, flag::KEY_BOX),
    }
}

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
