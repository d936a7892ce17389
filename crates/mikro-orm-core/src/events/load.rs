//! Entities that were loaded just now, and who wants to know.

use super::{AnyEntity, LoadEvent};
use crate::context::Context;
use crate::em::EntityManager;
use crate::entity::EntityDescriptor;
use crate::error::Result;
use crate::heap::AnyRef;
use std::sync::{Arc, Mutex, PoisonError};

/// What one query has loaded that was not loaded before.
#[derive(Clone)]
pub(crate) struct Loads {
    listeners: super::Listeners,
    fresh: Arc<Mutex<Vec<AnyRef>>>,
}

impl Loads {
    /// `None` when nobody listens to anything.
    pub fn watched(context: &Context) -> Option<Self> {
        Some(Loads { listeners: context.events.listeners()?, fresh: Arc::default() })
    }
    /// Itself, when somebody listens to events of such entities.
    pub fn of(&self, descriptor: &'static EntityDescriptor) -> Option<&Self> {
        self.listeners.watch(descriptor).then_some(self)
    }
    pub fn push(&self, entity: AnyRef) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).push(entity);
    }
}

/// Tells listeners what was loaded, once the query is done and has given its connection back.
pub(crate) async fn loaded(context: &Arc<Context>, loads: Option<Loads>) -> Result<()> {
    let Some(Loads { listeners, fresh }) = loads else { return Ok(()) };
    let fresh = std::mem::take(&mut *fresh.lock().unwrap_or_else(PoisonError::into_inner));
    if fresh.is_empty() {
        return Ok(());
    }
    context.events.init(&fresh);
    let em = EntityManager::new(context.clone());
    for entity in fresh {
        listeners.load(LoadEvent { entity: &AnyEntity::new(entity), em: &em }).await?;
    }
    Ok(())
}
