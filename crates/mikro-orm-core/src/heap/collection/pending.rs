//! What a collection has that the database does not have, and the other way round.

use super::lookup::{CellPtrs, FEW};
use crate::heap::AnyRef;
use crate::heap::cell::CellPtr;
use crate::heap::cell_map::CellHasher;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// What is to be known of a collection while it changes.
#[derive(Default)]
pub(super) struct Pending {
    /// Items that were added, in order; and whether the database surely does not have them.
    pub added: Noted,
    /// Items that were taken out; and whether the database surely has them.
    pub removed: Noted,
    /// The items take the place of whatever the database has; nothing else is noted then.
    pub whole: bool,
    /// The collection's items, once many of them are looked for.
    pub index: Option<CellPtrs>,
}

/// The changes of one collection that are not stored yet.
///
/// A many-to-many relation has one such list for both sides: that of the owning side, so each pair is written once.
/// The other side's (and that of a one-to-many relation) only says whether everything is replaced.
impl Pending {
    pub fn is_empty(&self) -> bool {
        !self.whole && self.added.is_empty() && self.removed.is_empty()
    }
    /// Says that everything is replaced.
    pub fn replace(&mut self) {
        let index = self.index.take();
        *self = Pending { whole: true, index, ..Pending::default() };
    }
    /// Notes an item that was added. In an ordered collection one that comes back comes last, so its row is
    /// deleted all the same.
    pub fn add(&mut self, item: CellPtr, surely_new: bool, ordered: bool) {
        if self.whole {
            return;
        }
        if !self.removed.has(item) {
            self.added.note(item, surely_new);
        } else if ordered {
            self.added.note(item, true);
        } else if self.removed.forget(item) == Some(false) {
            self.added.note(item, false);
        }
    }
    /// Notes an item that was taken out.
    pub fn remove(&mut self, item: CellPtr) {
        if self.whole {
            return;
        }
        let surely_there = match self.added.forget(item) {
            Some(true) => return,
            Some(false) => false,
            None => true,
        };
        if !self.removed.has(item) {
            self.removed.note(item, surely_there);
        }
    }
    /// What is noted of some items: whether they were added, or taken out, and how sure that is.
    pub fn of(&self, is_asked: impl Fn(CellPtr) -> bool) -> impl Iterator<Item = (CellPtr, Option<bool>, Option<bool>)> {
        let added = self.added.iter().filter(|(item, _)| is_asked(*item));
        let removed = self.removed.iter().filter(|(item, _)| is_asked(*item) && !self.added.has(*item));
        let noted = added.map(|(item, surely)| (item, Some(surely), self.removed.sureness(item)));
        let noted: Vec<_> = noted.chain(removed.map(|(item, surely)| (item, None, Some(surely)))).collect();
        noted.into_iter()
    }
    /// Notes again what was noted of an item when it was forgotten.
    pub fn note_again(&mut self, item: CellPtr, added: Option<bool>, removed: Option<bool>) {
        if self.whole {
            return;
        }
        removed.into_iter().for_each(|surely| self.removed.note(item, surely));
        added.into_iter().for_each(|surely| self.added.note(item, surely));
    }
    /// Forgets items that can't be linked any more: their rows are gone.
    pub fn forget(&mut self, is_gone: impl Fn(CellPtr) -> bool) {
        self.added.retain(|item| !is_gone(item));
        self.removed.retain(|item| !is_gone(item));
    }
    /// What of this list is still to be written, now that the collection was read: `loaded` are its rows.
    pub fn compared_with(&mut self, loaded: impl Fn(CellPtr) -> bool) {
        self.removed.retain(&loaded);
        // (in an ordered one, what was taken out and came back is in both)
        let removed = &self.removed;
        self.added.retain(|item| removed.has(item) || !loaded(item));
        self.added.are_sure();
        self.removed.are_sure();
    }
}

/// Items, each once and in the order in which they were noted, and whether the database is surely as they say.
#[derive(Default)]
pub(super) struct Noted {
    /// (Nothing is in the place of what was forgotten.)
    list: Vec<(Option<CellPtr>, bool)>,
    forgotten: usize,
    /// Where they are, once there are many.
    places: Option<HashMap<CellPtr, usize, BuildHasherDefault<CellHasher>>>,
}

impl Noted {
    fn place(&self, item: CellPtr) -> Option<usize> {
        match &self.places {
            Some(places) => places.get(&item).copied(),
            None => self.list.iter().position(|(known, _)| *known == Some(item)),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.list.len() == self.forgotten
    }
    pub fn has(&self, item: CellPtr) -> bool {
        self.place(item).is_some()
    }
    /// What is known of an item that is in.
    fn sureness(&self, item: CellPtr) -> Option<bool> {
        self.place(item).map(|place| self.list[place].1)
    }
    /// Adds an item, unless it is in.
    pub fn note(&mut self, item: CellPtr, surely: bool) {
        if self.has(item) {
            return;
        }
        let place = self.list.len();
        self.list.push((Some(item), surely));
        match &mut self.places {
            Some(places) => drop(places.insert(item, place)),
            None if place >= FEW => self.find_places(),
            None => {}
        }
    }
    fn find_places(&mut self) {
        let places = self.list.iter().enumerate().filter_map(|(place, (item, _))| Some(((*item)?, place)));
        self.places = Some(places.collect());
    }
    /// Takes an item out. Says what was known of it.
    pub fn forget(&mut self, item: CellPtr) -> Option<bool> {
        let place = self.place(item)?;
        self.list[place].0 = None;
        self.places.as_mut().map(|places| places.remove(&item));
        self.forgotten += 1;
        let surely = self.list[place].1;
        if self.forgotten > self.list.len() / 2 {
            self.retain(|_| true);
        }
        Some(surely)
    }
    pub fn retain(&mut self, stays: impl Fn(CellPtr) -> bool) {
        self.list.retain(|(item, _)| item.is_some_and(&stays));
        (self.forgotten, self.places) = (0, None);
        if self.list.len() > FEW {
            self.find_places();
        }
    }
    /// What is known of an item is not sure any more.
    pub fn doubt(&mut self, item: CellPtr) {
        if let Some(place) = self.place(item) {
            self.list[place].1 = false;
        }
    }
    /// All are sure.
    fn are_sure(&mut self) {
        self.list.iter_mut().for_each(|(_, surely)| *surely = true);
    }
    pub fn iter(&self) -> impl Iterator<Item = (CellPtr, bool)> + '_ {
        self.list.iter().filter_map(|(item, surely)| Some(((*item)?, *surely)))
    }
}

impl FromIterator<(CellPtr, bool)> for Noted {
    fn from_iter<I: IntoIterator<Item = (CellPtr, bool)>>(items: I) -> Self {
        let mut noted = Noted::default();
        items.into_iter().for_each(|(item, surely)| noted.note(item, surely));
        noted
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
