//! New entities that have the key of one that is managed: that one may go before they come.

use super::cell::CellPtr;
use super::{AnyRef, HeapArc};
use crate::error::{Error, Result};

impl AnyRef {
    /// Notes that the entity is to have a key that another one has now. Until that is settled it is not found by it.
    pub(super) fn claim_key(&self) {
        self.arena().set_key(self.ptr(), None);
        let mut register = self.heap().register();
        if !register.claims.contains(&self.ptr()) {
            register.claims.push(self.ptr());
        }
    }
}

impl HeapArc {
    /// Gives new entities that are to be inserted the keys of those that go.
    ///
    /// # Errors
    /// When one has the key of an entity that stays.
    pub(crate) fn settle_claims(&self, goes: impl Fn(&AnyRef) -> bool) -> Result<()> {
        let claims = std::mem::take(&mut self.register().claims);
        let mut refused = Ok(());
        let mut kept: Vec<CellPtr> = Vec::new();
        for cell in claims {
            // SAFETY: a cell of this heap, which `self` keeps
            let entity = unsafe { AnyRef::counted(cell) };
            // (who is persisted later claims its key again)
            let is_pending = entity.is_new() && entity.is_persisted() && entity.key().is_none();
            let Some(key) = entity.view().filter(|_| is_pending).and_then(|view| view.key()) else { continue };
            let known = self.find_reference(entity.descriptor(), &key).filter(|known| *known != entity);
            let stays = |known: &AnyRef| known.is_initialized() && !known.is_gone() && !known.is_removed() && !goes(known);
            if known.is_some_and(|known| stays(&known)) {
                kept.push(cell);
                let message =
                    format!("an entity with the key {key} is managed already: edit that one, or give this one another key");
                refused = refused.and(Err(Error::validation(entity.name(), entity.key_names(), message)));
            } else {
                entity.set_key(key);
            }
        }
        self.register().claims.extend(kept);
        refused
    }
}
