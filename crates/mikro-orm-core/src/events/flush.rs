//! Events of flushes.

use super::{AnyEntity, ChangeSet};
use crate::em::EntityManager;
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::{HeapArc, Loaded};
use crate::metadata::Metadata;
use std::sync::Arc;

/// What a subscriber is called with at the begin and end of a flush.
#[derive(Clone, Copy)]
pub struct FlushEvent<'a> {
    /// The entity manager. Before the statements, what is created, persisted, removed or edited is part of the flush.
    pub em: &'a EntityManager,
    /// What the flush is to do, or has done.
    pub work: &'a PendingWork<'a>,
}

/// The unit of work as subscribers see it.
pub struct PendingWork<'a> {
    pub(crate) heap: &'a HeapArc,
    pub(crate) metadata: &'a Arc<Metadata>,
    /// What was done; `None` before.
    pub(crate) done: Option<Vec<ChangeSet>>,
}

impl PendingWork<'_> {
    /// What is to be written of which entity, as of now: what was edited, persisted or removed since this was asked
    /// last is in it. In [`Subscriber::after_flush`](crate::Subscriber::after_flush), what was written.
    ///
    /// # Errors
    /// When what is pending can't be stored; see [`Error`](crate::Error).
    pub fn change_sets(&self) -> Result<Vec<ChangeSet>> {
        match &self.done {
            Some(done) => Ok(done.clone()),
            None => crate::uow::change_sets(self.heap, self.metadata),
        }
    }
    /// The entities that are to be inserted.
    pub fn persisted(&self) -> Vec<AnyEntity> {
        self.heap.scheduled().inserts.into_iter().map(|(entity, _)| AnyEntity::new(entity)).collect()
    }
    /// The entities that are to be deleted.
    pub fn removed(&self) -> Vec<AnyEntity> {
        self.heap.scheduled().deletes.into_iter().map(AnyEntity::new).collect()
    }
    /// An entity as the database has it; `None` for a new one.
    pub fn original<'e, T: Entity, P>(&self, entity: &'e Loaded<T, P>) -> Option<&'e T> {
        entity.stored()
    }
}
