//! Hooks of entities that are described at run time: closures.

use super::callback::Known;
use crate::driver::BoxFuture;
use crate::dynamic::DynamicEntity;
use crate::em::EntityManager;
use crate::error::Result;
use crate::events::{AnyEntity, ChangeSet, EntityEvent, LoadEvent, Moment};
use crate::heap::AnyRef;
use std::fmt;
use std::sync::Arc;

/// What a hook of an [`EntitySchema`](super::EntitySchema) is called with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DynamicEvent {
    /// The entity. What is set before an insert or update is part of the statement.
    pub entity: DynamicEntity,
    /// The entity manager, for queries. They go over the flush's connection, and flush nothing.
    pub em: EntityManager,
    /// What the flush does to the entity; `None` when it was loaded.
    pub change_set: Option<ChangeSet>,
}

type Called = dyn Fn(DynamicEvent) -> BoxFuture<'static, Result<()>> + Send + Sync;

/// When a hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Load,
    At(Moment),
}

/// One hook.
#[derive(Clone)]
pub(super) enum Hook {
    Init(Known, Arc<dyn Fn(&DynamicEntity) + Send + Sync>),
    Async(When, Known, Arc<Called>),
}

impl Hook {
    pub fn init(hook: impl Fn(&DynamicEntity) + Send + Sync + 'static) -> Self {
        let hook = Arc::new(hook);
        Hook::Init(Known::of(&hook), hook)
    }
    pub fn at<F>(when: When, hook: impl Fn(DynamicEvent) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let hook = Arc::new(hook);
        Hook::Async(when, Known::of(&hook), Arc::new(move |event| Box::pin(hook(event))))
    }
}
impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hook::Init(known, _) => write!(f, "Init {known:?}"),
            Hook::Async(when, known, _) => write!(f, "{when:?} {known:?}"),
        }
    }
}

/// The hooks of an entity that is described at run time, in the order in which they were given.
#[derive(Debug)]
pub struct SchemaHooks(pub(super) Vec<Hook>);

impl SchemaHooks {
    pub(crate) fn init(&self, entity: &AnyRef) {
        let entity = DynamicEntity::new(entity.clone());
        for hook in &self.0 {
            if let Hook::Init(_, hook) = hook {
                hook(&entity);
            }
        }
    }
    pub(crate) async fn load(&self, event: LoadEvent<'_>) -> Result<()> {
        self.call(When::Load, event.entity, event.em, None).await
    }
    pub(crate) async fn run(&self, moment: Moment, event: EntityEvent<'_>) -> Result<()> {
        self.call(When::At(moment), event.entity, event.em, Some(event.change_set)).await
    }

    async fn call(&self, at: When, entity: &AnyEntity, em: &EntityManager, change_set: Option<&ChangeSet>) -> Result<()> {
        for hook in &self.0 {
            if let Hook::Async(when, _, hook) = hook
                && *when == at
            {
                let entity = DynamicEntity::new(entity.as_any().clone());
                hook(DynamicEvent { entity, em: em.clone(), change_set: change_set.cloned() }).await?;
            }
        }
        Ok(())
    }
}
