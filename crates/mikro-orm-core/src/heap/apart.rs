//! Entities that are not persisted: what is stored does not change because of them.
//!
//! Both sides of a relation are kept in step, and a flush goes along relations. So an entity that nobody has persisted
//! must not show on the other sides of its relations: it would be inserted by chance, and take the place of rows that
//! are there. Such entities know each other; whatever a flush looks after hears of one when it is persisted.

use super::cell::flag;
use super::collection::{Origin, has_item, propagate};
use super::{AnyRef, CellSet};
use crate::create::{Connect, connect_item};
use crate::error::Error;

impl AnyRef {
    /// Whether flushes look after it: it has a row, or is to have one.
    pub(crate) fn is_looked_after(&self) -> bool {
        !self.cell().is(flag::NEW) || self.cell().is(flag::PERSIST)
    }

    /// Whether what this entity refers to hears of it now; else it does when the entity is persisted.
    pub(crate) fn is_known_to(&self, target: &AnyRef) -> bool {
        let known = self.is_looked_after() || !target.is_looked_after();
        if !known {
            self.cell().set(flag::APART);
        }
        known
    }

    /// Whether something that it refers to has not heard of it.
    pub(crate) fn is_apart(&self) -> bool {
        self.cell().is(flag::APART)
    }

    /// Says that the other sides of its relations do not know of it any more.
    pub(crate) fn set_apart(&self) {
        if !self.is_looked_after() {
            self.cell().set(flag::APART);
        }
    }

    /// The entity was persisted, and what it refers to hears of it.
    pub(super) fn join(&self, was_deleted: bool) {
        if !self.cell().clear(flag::APART) {
            return;
        }
        let Some(view) = self.view() else { return };
        for field in self.to_one_fields().chain(self.inverse_fields().map(|(field, _)| field)) {
            let target = view.to_one(field);
            if target.is_some_and(|target| !has_item(self, field, target)) {
                propagate(self, field, None, target, Origin::Program);
            }
        }
        self.join_links();
        // (what a part shows is in the whole, too)
        let whole = |field: &&u16| !matches!(self.shows_part_of(**field), Some(Some(_)));
        for field in self.collection_fields().iter().filter(whole) {
            if let Some(back) = self.mapped_by(*field)
                && let Err(error) = self.claim_items(*field, back, was_deleted)
            {
                self.heap().pending_error(error);
            }
        }
    }

    /// The managed items of a one-to-many collection refer to it from now on. (Whose rows are not loaded, may have gone
    /// with it when it was deleted.)
    fn claim_items(&self, field: u16, back: u16, was_deleted: bool) -> Result<(), Error> {
        let claimed = |item: &&AnyRef| match item.view() {
            Some(view) => item.is_looked_after() && view.to_one(back) != Some(self),
            None => !was_deleted,
        };
        let claimed: Vec<AnyRef> = self.collection_items(field).iter().filter(claimed).cloned().collect();
        if claimed.is_empty() {
            return Ok(());
        }
        // (they come in again with their relation back)
        let order = self.collection_items(field).to_vec();
        let leaving: CellSet = claimed.iter().cloned().collect();
        self.take_from_collection(field, |item| leaving.contains(item));
        let how = Connect { persists: true, ..Connect::default() };
        claimed.iter().try_for_each(|item| connect_item(self, field, item, how).map(drop))?;
        self.reorder_collection(field, &order);
        Ok(())
    }
}
