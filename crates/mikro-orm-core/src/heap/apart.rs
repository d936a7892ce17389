//! Entities that are not persisted: what is stored does not change because of them.
//!
//! Both sides of a relation are kept in step, and a flush goes along relations. So an entity that nobody has persisted
//! must not show on the other sides of its relations: it would be inserted by chance, and take the place of rows that
//! are there. Such entities know each other; whatever a flush looks after hears of one when it is persisted.

use super::AnyRef;
use super::cell::flag;
use super::collection::{Origin, has_item, propagate};

impl AnyRef {
    /// Whether flushes look after it: it has a row, or is to have one.
    pub(super) fn is_looked_after(&self) -> bool {
        !self.cell().is(flag::NEW) || self.cell().is(flag::PERSIST)
    }

    /// Whether what this entity refers to hears of it now; else it does when the entity is persisted.
    pub(super) fn is_known_to(&self, target: &AnyRef) -> bool {
        let known = self.is_looked_after() || !target.is_looked_after();
        if !known {
            self.cell().set(flag::APART);
        }
        known
    }

    /// Says that the other sides of its relations do not know of it any more.
    pub(in crate::heap) fn set_apart(&self) {
        if !self.is_looked_after() {
            self.cell().set(flag::APART);
        }
    }

    /// The entity was persisted, and what it refers to hears of it.
    pub(super) fn join(&self) {
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
    }
}
