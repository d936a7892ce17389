//! Copying an identity map, for a fork that goes on where another entity manager is.

use super::any_ref::AnyRef;
use super::arena::{Arena, LinkKind};
use super::cell::{CellPtr, flag};
use super::collection::{RawCollection, copy_collections};
use super::lazy::Anchor;
use super::sync::{Acquire, Release};
use super::values::{self, Draft};
use super::{Heap, HeapArc};
use std::collections::HashMap;
use std::ptr::NonNull;

/// Which cell stands for which.
pub(super) type Copies = HashMap<CellPtr, CellPtr>;

/// What a cell's flags say of its row alone; the others say which lists it is in.
const OF_THE_ROW: u32 = flag::NEW | flag::GONE | flag::INVALID | flag::ABSENT | flag::INSERTED | flag::APART;

impl HeapArc {
    /// Fills this heap, in which nothing is yet, with what another of the same metadata has: rows with their edits,
    /// collections, and what is scheduled. Errors that are pending stay with the other.
    pub(crate) fn copy_from(&self, other: &HeapArc) {
        debug_assert!(other.arenas.len() == self.arenas.len(), "both are of the same metadata");
        let mut copies = Copies::new();
        for slot in &other.arenas {
            let Some(arena) = NonNull::new(slot.load(Acquire)) else { continue };
            // SAFETY: an arena of `other`, which is kept
            let arena = unsafe { arena.as_ref() };
            let Some(entity) = arena.entity else { continue };
            let mut cells = Vec::new();
            // SAFETY: the arena is locked while it is walked
            arena.for_each_cell(|cell| cells.push((cell, unsafe { cell.get().key_under_lock() })));
            // SAFETY: `self` keeps the heap
            let own = unsafe { Heap::arena(self.as_ptr(), entity, arena.descriptor) };
            copies
                .extend(cells.into_iter().map(|(cell, key)| (cell, key.map_or_else(|| own.new_cell(), |key| own.cell_for(key)))));
        }
        for (from, to) in &copies {
            // SAFETY: cells of the two heaps, which are kept; the copy is of the same entity
            unsafe { copy_row(*from, *to, &copies) };
        }
        for (from, to) in &copies {
            // (uncounted: both heaps are kept)
            copy_collections(&AnyRef::uncounted(*from), &AnyRef::uncounted(*to), &copies);
        }
        self.copy_lists(other, &copies);
    }

    fn copy_lists(&self, other: &HeapArc, copies: &Copies) {
        let copy_of = |cell: &CellPtr| copies.get(cell).copied();
        let known = other.register();
        let mut own = self.register();
        for (cell, unset) in &known.persisted {
            // SAFETY: cells of the two heaps, which are kept (here and below)
            if let Some(copy) = copy_of(cell).filter(|_| unsafe { cell.get() }.is(flag::PERSIST)) {
                // SAFETY: as above
                unsafe { copy.get() }.set(flag::PERSIST);
                own.persisted.push((copy, unset.clone()));
            }
        }
        for copy in known.changed.iter().filter_map(copy_of) {
            // SAFETY: as above
            if !unsafe { copy.get() }.set(flag::CHANGED) {
                own.changed.push(copy);
            }
        }
        for cell in &known.removed {
            // SAFETY: as above
            let scheduled = unsafe { cell.get() }.flags.load(Acquire) & (flag::REMOVE | flag::ORPHAN);
            if let Some(copy) = copy_of(cell).filter(|_| scheduled & flag::REMOVE != 0) {
                // SAFETY: as above
                unsafe { copy.get() }.set(scheduled);
                own.removed.push(copy);
            }
        }
        for (cell, patch) in &known.patches {
            if let Some(copy) = copy_of(cell) {
                // SAFETY: as above
                unsafe { copy.get() }.set(flag::PATCHED);
                own.patches.insert(copy, patch.clone());
            }
        }
        for (cell, computed) in &known.computed {
            if let Some(copy) = copy_of(cell) {
                // SAFETY: as above
                unsafe { copy.get() }.set(flag::COMPUTED);
                own.computed.insert(copy, computed.clone());
            }
        }
        let place = |(cell, field): &(CellPtr, u16)| copy_of(cell).map(|copy| (copy, *field));
        for (known, counterpart) in &known.counterparts {
            if let Some((place, counterpart)) = place(known).zip(copy_of(counterpart)) {
                // SAFETY: as above
                unsafe { place.0.get() }.set(flag::EXPECTED);
                own.counterparts.insert(place, counterpart);
            }
        }
        for (row, field, target) in &known.awaited {
            if let Some((row, target)) = copy_of(row).zip(copy_of(target)) {
                // SAFETY: as above
                unsafe { row.get() }.set(flag::AWAITS);
                own.awaited.push((row, *field, target));
            }
        }
        own.claims.extend(known.claims.iter().filter_map(copy_of));
        let displaced = known.displaced.iter();
        own.displaced.extend(displaced.filter_map(|(row, field, target)| Some((copy_of(row)?, *field, copy_of(target)?))));
        own.cancelled = known.cancelled;
        own.changed_collections.extend(known.changed_collections.iter().filter_map(place));
        own.populated.extend(known.populated.iter().filter_map(place));
        drop((known, own));
        let listed: Vec<_> = other.listed().iter().filter_map(place).collect();
        self.listed().extend(listed);
    }
}

/// # Safety
/// Cells of the same entity, in heaps that are alive; nothing is in the second one yet, and nobody else knows it.
unsafe fn copy_row(from: CellPtr, to: CellPtr, copies: &Copies) {
    // SAFETY: as the caller says
    let (from, header) = unsafe { (from.get(), to.get()) };
    let (snapshot, current) = loop {
        let snapshot = from.snapshot.load(Acquire);
        let current = from.current.load(Acquire);
        // (what the database has goes with what there was then)
        if from.snapshot.load(Acquire) == snapshot {
            break (snapshot, current);
        }
    };
    header.set(from.flags.load(Acquire) & OF_THE_ROW);
    header.populated.store(from.populated.load(Acquire), Release);
    // SAFETY: published versions of the first cell, which live while its heap is held
    let copied = |version: *mut u8| unsafe { copy_version(header.arena(), version, to, copies) };
    let stored = if snapshot.is_null() { snapshot } else { copied(snapshot) };
    let seen = match current {
        current if current.is_null() => current,
        current if current == snapshot => stored,
        current => copied(current),
    };
    header.snapshot.store(stored, Release);
    header.current.store(seen, Release);
}

/// A version for another heap, in memory of its own.
///
/// # Safety
/// `version` is a published version of the arena's entity that lives during the call; `owner` is a cell of the arena,
/// whose heap is alive.
unsafe fn copy_version(arena: &Arena, version: *const u8, owner: CellPtr, copies: &Copies) -> *mut u8 {
    // SAFETY: as the caller says; what is forked is ours, and each link is of the type that its kind says (I6). What
    // is written for the inside of the heap is not counted (I2)
    unsafe {
        let draft = Draft::fork(arena.descriptor, version);
        for link in &arena.shape.links {
            let place = draft.as_ptr().add(link.offset);
            match link.kind {
                LinkKind::ToOne | LinkKind::ToOneNullable | LinkKind::Inverse => {
                    let reference = &mut *place.cast::<Option<AnyRef>>();
                    let copy = reference.as_ref().and_then(|known| copies.get(&known.ptr()));
                    if let Some(copy) = copy {
                        *reference = Some(AnyRef::uncounted(*copy));
                    }
                }
                LinkKind::Collection => *place.cast::<RawCollection>() = RawCollection::settled(owner, link.field),
                LinkKind::Lazy => (*place.cast::<Anchor>()).settle(owner, link.field),
            }
        }
        // (what was made since the cells were listed is found by its key)
        values::settle(arena, draft.as_ptr(), owner);
        draft.publish().as_ptr()
    }
}
