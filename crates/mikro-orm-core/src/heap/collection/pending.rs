//! What a collection has that the database does not have, and the other way round.

use crate::heap::AnyRef;
use crate::heap::cell::CellPtr;

/// The changes of one collection that are not stored yet.
///
/// A many-to-many relation has one such list for both sides: that of the owning side, so each pair is written once.
/// The other side's (and that of a one-to-many relation) only says whether everything is replaced.
#[derive(Default)]
pub(super) struct Pending {
    /// Items that were added, in order; and whether the database surely does not have them.
    pub added: Vec<(CellPtr, bool)>,
    /// Items that were taken out; and whether the database surely has them.
    pub removed: Vec<(CellPtr, bool)>,
    /// The items take the place of whatever the database has; nothing else is noted then.
    pub whole: bool,
}

impl Pending {
    pub fn is_empty(&self) -> bool {
        !self.whole && self.added.is_empty() && self.removed.is_empty()
    }
    pub fn has_added(&self, item: CellPtr) -> bool {
        self.added.iter().any(|(known, _)| *known == item)
    }
    pub fn has_removed(&self, item: CellPtr) -> bool {
        self.removed.iter().any(|(known, _)| *known == item)
    }
    /// Says that everything is replaced.
    pub fn replace(&mut self) {
        *self = Pending { whole: true, ..Pending::default() };
    }
    /// Notes an item that was added. In an ordered collection one that comes back comes last, so its row is
    /// deleted all the same.
    pub fn add(&mut self, item: CellPtr, surely_new: bool, ordered: bool) {
        if self.whole {
            return;
        }
        match self.removed.iter().position(|(known, _)| *known == item) {
            Some(_) if ordered => self.added.push((item, true)),
            Some(at) => {
                if !self.removed.swap_remove(at).1 {
                    self.added.push((item, false));
                }
            }
            None => self.added.push((item, surely_new)),
        }
    }
    /// Notes an item that was taken out.
    pub fn remove(&mut self, item: CellPtr) {
        if self.whole {
            return;
        }
        let mut surely_there = true;
        if let Some(at) = self.added.iter().position(|(known, _)| *known == item) {
            if self.added.remove(at).1 {
                return;
            }
            surely_there = false;
        }
        if !self.has_removed(item) {
            self.removed.push((item, surely_there));
        }
    }
    /// Forgets items that can't be linked any more: their rows are gone.
    pub fn forget(&mut self, is_gone: impl Fn(CellPtr) -> bool) {
        self.added.retain(|(item, _)| !is_gone(*item));
        self.removed.retain(|(item, _)| !is_gone(*item));
    }
    /// What of this list is still to be written, now that the collection was read: `loaded` are its rows.
    pub fn compared_with(&mut self, loaded: impl Fn(CellPtr) -> bool) {
        self.removed.retain(|(item, _)| loaded(*item));
        let removed = std::mem::take(&mut self.removed);
        // (in an ordered one, what was taken out and came back is in both)
        self.added.retain(|(item, _)| removed.iter().any(|(known, _)| known == item) || !loaded(*item));
        self.added.iter_mut().for_each(|(_, surely_new)| *surely_new = true);
        self.removed = removed.into_iter().map(|(item, _)| (item, true)).collect();
    }
}

/// What a flush writes of one collection.
#[derive(Clone)]
pub(crate) struct Relinked {
    pub owner: AnyRef,
    pub field: u16,
    /// All rows of the owner are replaced by `added`.
    pub whole: bool,
    pub added: Vec<AnyRef>,
    pub removed: Vec<AnyRef>,
    /// Whether the database surely has none of what is added.
    pub surely_new: bool,
    /// Whether the database surely has all of what is removed.
    pub surely_there: bool,
}

impl Relinked {
    /// Whether all rows of a one-to-many relation that are not among `added` are deleted.
    pub(crate) fn deletes_others(&self) -> bool {
        self.whole && self.owner.many_to_many(self.field).is_none() && self.owner.removes_orphans(self.field)
    }
    /// Whether this row is among those.
    pub(crate) fn deletes(&self, row: &AnyRef) -> bool {
        let Some(back) = self.owner.mapped_by(self.field).filter(|_| self.deletes_others()) else { return false };
        let refers = |row: &AnyRef| row.snapshot_view().is_some_and(|stored| stored.to_one(back) == Some(&self.owner));
        self.owner.collects(self.field, row) && refers(row) && !self.added.contains(row)
    }
}
