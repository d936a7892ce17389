//! Freeing versions that nothing points to.

use super::cell::CellPtr;
use super::register::Retired;
use super::sync::{AcqRel, Acquire};
use super::{Heap, HeapArc, values};
use std::collections::HashSet;

/// From so many on, replaced versions that can't be freed are worth a warning.
const MANY: usize = 1 << 14;

/// Versions that newer ones have replaced, and that nobody can look at any more. Freed when this goes, which must
/// be where no lock is held: a value's `drop` may be the user's.
pub(crate) struct Garbage {
    /// Keeps the cells, whose room some of the versions are in.
    _heap: HeapArc,
    versions: Versions,
}
// SAFETY: owned versions, which are `Send + Sync`
unsafe impl Send for Garbage {}

/// Versions with their cells, and whether each is a shell.
type Versions = Vec<(CellPtr, *mut u8, bool)>;

impl Drop for Garbage {
    fn drop(&mut self) {
        for (cell, version, is_shell) in self.versions.drain(..) {
            // SAFETY: taken out of the heap when nobody else had it, so nobody can have come by them since
            unsafe { free_version(cell, version, is_shell) };
        }
    }
}

impl Heap {
    /// Takes out what newer versions have replaced, if nobody but the caller holds the heap: every `&T` hangs on an
    /// owned handle, and every owned handle is a count, so then there are none.
    pub(crate) fn reclaim(shared: &mut HeapArc) -> Option<Garbage> {
        let versions = shared.sole()?.take_retired();
        Some(Garbage { _heap: shared.clone(), versions })
    }

    /// Notes that a flush has stored something, which it is about to tell the heap.
    pub(crate) fn note_flush(&self) {
        let mut register = self.register();
        let number = self.flushes.fetch_add(1, AcqRel) + 1;
        let retired = register.retired.len();
        register.flushed.push((number, retired));
    }

    /// The rows of which versions were replaced since the flush with this number, while somebody kept the heap.
    pub(super) fn replaced_since(&self, flush: u64) -> HashSet<CellPtr> {
        let register = self.register();
        let from = register.flushed.iter().find(|(number, _)| *number > flush).map_or(0, |(_, retired)| *retired);
        let cell = |retired: &Retired| match retired {
            Retired::Version(cell, _) | Retired::Shell(cell, _) => Some(*cell),
            Retired::Items(_) => None,
        };
        register.retired[from..].iter().filter_map(cell).collect()
    }

    /// Notes memory that can go when nobody looks.
    pub(super) fn retire(&self, version: Retired) {
        let count = {
            let mut register = self.register();
            register.retired.push(version);
            register.retired.len()
        };
        if count >= MANY && count.is_power_of_two() {
            tracing::warn!(
                target: "mikro_orm",
                "{count} versions of entities were replaced by edits and can't be freed while handles are held: \
                 let handles go between flushes, use `edit_with` for several fields, or `em.clear()` in loops"
            );
        }
    }

    fn take_retired(&mut self) -> Versions {
        let retired = {
            let mut register = self.register();
            register.flushed.clear();
            std::mem::take(&mut register.retired)
        };
        let mut versions = Vec::with_capacity(retired.len());
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
                    // retired again when that changes
                    if version != header.current.load(Acquire) && version != header.snapshot.load(Acquire) {
                        versions.push((cell, version, false));
                    }
                }
                // (it was never the snapshot, and is not current any more)
                Retired::Shell(cell, version) => versions.push((cell, version, true)),
            }
        }
        // one that was replaced in both places was retired twice
        versions.sort_unstable_by_key(|(_, version, _)| *version);
        versions.dedup_by_key(|(_, version, _)| *version);
        versions
    }

    /// Frees all versions; the heap goes down.
    pub(super) fn free_versions(&mut self) {
        for (cell, version, is_shell) in self.take_retired() {
            // SAFETY: nothing points to it, and `&mut self`: nobody reads it
            unsafe { free_version(cell, version, is_shell) };
        }
        let mut arenas: Vec<_> = self.arenas.iter_mut().map(super::sync::owned).filter(|arena| !arena.is_null()).collect();
        arenas.extend(super::sync::lock(&self.strays).iter().map(|arena| arena.0.as_ptr()));
        for arena in arenas {
            // SAFETY: freed after this, by the heap's `Drop` (by `&`: cells refer to it)
            let arena = unsafe { &*arena };
            arena.for_each_cell(|cell| {
                // SAFETY: a cell of this heap, which goes down: nobody else reads or writes it
                unsafe {
                    let header = cell.get();
                    let (current, snapshot) = (header.current.load(Acquire), header.snapshot.load(Acquire));
                    if !current.is_null() {
                        free_version(cell, current, false);
                    }
                    if !snapshot.is_null() && snapshot != current {
                        free_version(cell, snapshot, false);
                    }
                    super::collection::free_states(cell);
                }
            });
        }
    }
}

/// # Safety
/// A version of this cell that nothing points to and nobody reads; and whether it is a shell.
unsafe fn free_version(cell: CellPtr, version: *mut u8, is_shell: bool) {
    // SAFETY: as the caller says; a version in the cell's own room is not freed, only dropped
    unsafe {
        let descriptor = cell.get().arena().descriptor;
        if !is_shell {
            values::drop_in_place(descriptor, version);
        }
        if version != cell.room() {
            values::deallocate(descriptor, version);
        }
    }
}
