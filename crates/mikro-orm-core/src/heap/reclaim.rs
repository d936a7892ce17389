//! Freeing versions that nothing points to.

use super::cell::CellPtr;
use super::register::Retired;
use super::sync::Acquire;
use super::{Heap, HeapArc, values};
use std::collections::HashSet;

impl Heap {
    /// Frees what newer versions have replaced, if nobody but the caller holds the heap: every `&T` hangs on an
    /// owned handle, and every owned handle is a count, so then there are none. Gives how many were freed.
    pub(crate) fn reclaim(heap: &mut HeapArc) -> Option<usize> {
        let heap = heap.sole()?;
        Some(heap.free_retired())
    }

    /// How many replaced versions wait for a quiet moment.
    pub(crate) fn retired(&self) -> usize {
        self.register().retired.len()
    }

    fn free_retired(&mut self) -> usize {
        let retired = std::mem::take(&mut self.register().retired);
        let mut freed = HashSet::new();
        for retired in retired {
            match retired {
                Retired::Items(items) => {
                    // SAFETY: replaced, and `&mut self`: nobody reads it
                    unsafe { items.free() };
                }
                Retired::Version(cell, version) => {
                    // SAFETY: a cell of this heap
                    let header = unsafe { cell.get() };
                    // a version may be replaced as current and still be the snapshot (or the other way round): then it is
                    // retired again when that changes. One that was replaced in both places is in the list twice.
                    let in_use = version == header.current.load(Acquire) || version == header.snapshot.load(Acquire);
                    if !in_use && freed.insert(version) {
                        // SAFETY: nothing points to it, and `&mut self`: nobody reads it
                        unsafe { free_version(cell, version) };
                    }
                }
            }
        }
        freed.len()
    }

    /// Frees all versions; the heap goes down.
    pub(super) fn free_versions(&mut self) {
        self.free_retired();
        let mut arenas: Vec<_> = self.arenas.iter_mut().map(super::sync::owned).filter(|arena| !arena.is_null()).collect();
        arenas.extend(super::sync::lock(&self.strays).iter().map(|arena| arena.as_ptr()));
        for arena in arenas {
            // SAFETY: freed after this, by the heap's `Drop`
            let arena = unsafe { &mut *arena };
            arena.for_each_cell(|cell| {
                // SAFETY: a cell of this heap, which goes down: nobody else reads or writes it
                unsafe {
                    let header = cell.get();
                    let (current, snapshot) = (header.current.load(Acquire), header.snapshot.load(Acquire));
                    if !current.is_null() {
                        free_version(cell, current);
                    }
                    if !snapshot.is_null() && snapshot != current {
                        free_version(cell, snapshot);
                    }
                    super::collection::free_states(cell);
                }
            });
        }
    }
}

/// # Safety
/// A version of this cell that nothing points to and nobody reads.
unsafe fn free_version(cell: CellPtr, version: *mut u8) {
    // SAFETY: as the caller says; a version in the cell's own room is not freed, only dropped
    unsafe {
        let descriptor = cell.get().arena().descriptor;
        (descriptor.drop)(version);
        if version != cell.room() {
            values::deallocate(descriptor, version);
        }
    }
}
