//! Events of flushes.

use super::{AnyEntity, ChangeSet};
use crate::em::EntityManager;
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::{AnyRef, HeapArc, Loaded, Relinked};
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
    /// The many-to-many relations with links to be inserted or deleted. (What changes in one-to-many relations is an
    /// update of the items.) Known before the statements.
    pub fn collections(&self) -> Vec<CollectionUpdate> {
        let all = |entities: Vec<AnyRef>| entities.into_iter().map(AnyEntity::new).collect();
        let update = |change: Relinked| CollectionUpdate {
            property: change.owner.descriptor().fields[usize::from(change.field)].name,
            owner: AnyEntity::new(change.owner),
            replaced: change.whole,
            added: all(change.added),
            removed: all(change.removed),
        };
        self.heap.relinked().into_iter().map(update).collect()
    }
    /// An entity as the database has it; `None` for a new one.
    pub fn original<'e, T: Entity, P>(&self, entity: &'e Loaded<T, P>) -> Option<&'e T> {
        entity.stored()
    }
}

/// What a flush is to write of one collection.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CollectionUpdate {
    /// The entity that has the collection.
    pub owner: AnyEntity,
    /// The collection's property.
    pub property: &'static str,
    /// Whether what was in it and is not known is taken out, too.
    pub replaced: bool,
    /// What is added.
    pub added: Vec<AnyEntity>,
    /// What is taken out.
    pub removed: Vec<AnyEntity>,
}
