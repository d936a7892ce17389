//! Remembering what was scheduled, so that a rolled back transaction leaves the schedule as it found it.

use super::cell::{CellPtr, flag};
use super::{AnyRef, Heap};
use std::collections::HashSet;

/// What was scheduled at some moment.
#[derive(Default)]
pub(crate) struct ScheduleMark {
    persisted: HashSet<CellPtr>,
    removed: HashSet<CellPtr>,
}

impl ScheduleMark {
    /// What is in this one and not in another.
    pub(crate) fn since(mut self, before: &ScheduleMark) -> ScheduleMark {
        self.persisted.retain(|cell| !before.persisted.contains(cell));
        self.removed.retain(|cell| !before.removed.contains(cell));
        self
    }
    /// With what is in another, too.
    pub(crate) fn add(&mut self, other: &ScheduleMark) {
        self.persisted.extend(&other.persisted);
        self.removed.extend(&other.removed);
    }
}

impl Heap {
    /// What is scheduled now.
    pub(crate) fn mark_schedule(&self) -> ScheduleMark {
        let mut register = self.register();
        register.settle_cancelled();
        ScheduleMark {
            persisted: register.persisted.iter().map(|(cell, _)| *cell).collect(),
            removed: register.removed.iter().copied().collect(),
        }
    }

    /// Takes back inserts and deletes that were scheduled since. What is not to be inserted after all leaves the
    /// collections that it was in, too: nothing must find it there and schedule it again. Orphans stay scheduled: that
    /// they were taken out of a collection is an edit, and edits stay. What is not removed after all is referred to again.
    pub(crate) fn restore_schedule(&self, mark: ScheduleMark) {
        let (mut dropped, mut kept) = (Vec::new(), Vec::new());
        {
            let mut register = self.register();
            register.settle_cancelled();
            // SAFETY: cells of this heap, which `self` keeps
            unsafe {
                register.persisted.retain(|(cell, _)| {
                    let keep = mark.persisted.contains(cell) || !cell.get().clear(flag::PERSIST);
                    if !keep {
                        dropped.push(AnyRef::uncounted(*cell));
                    }
                    keep
                });
                register.removed.retain(|cell| {
                    let stands = mark.removed.contains(cell) || cell.get().is(flag::ORPHAN) || !cell.get().clear(flag::REMOVE);
                    if !stands {
                        kept.push(AnyRef::counted(*cell));
                    }
                    stands
                });
            }
        }
        drop(super::leave_collections(&dropped));
        kept.iter().for_each(AnyRef::reconnect);
    }

    /// Forgets everything that is scheduled; the heap is left to the handles that are out.
    pub(crate) fn forget_schedule(&self) {
        self.left.store(true, std::sync::atomic::Ordering::Relaxed);
        self.forget_collections();
        let mut register = self.register();
        register.persisted.clear();
        register.changed.clear();
        register.removed.clear();
        register.patches.clear();
        register.awaited.clear();
        register.computed.clear();
        register.counterparts.clear();
        register.displaced.clear();
        register.disconnected.clear();
        register.claims.clear();
        register.errors.clear();
    }
}
