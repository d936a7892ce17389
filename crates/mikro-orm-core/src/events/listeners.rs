//! Who listens: an entity's own hooks, then subscribers in the order in which they were registered.

use super::subscriber::{FlushMoment, Listener, Subscriber, TransactionMoment};
use super::{AnyEntity, EntityEvent, FlushEvent, HookTable, LoadEvent, Moment, TransactionEvent};
use crate::em::EntityManager;
use crate::entity::{EntityDescriptor, IdentityKey};
use crate::error::Result;
use crate::heap::AnyRef;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// The subscribers of entity managers that share them, and whether any entity has hooks.
pub(crate) struct Registry {
    hooks: bool,
    any: AtomicBool,
    subscribers: RwLock<Arc<[Registered]>>,
}

/// A subscriber, and the types of the entities that it listens to (all when `None`).
#[derive(Clone)]
pub(crate) struct Registered {
    listener: Arc<dyn Listener>,
    entities: Option<Arc<[IdentityKey]>>,
}

impl Registered {
    pub fn new(subscriber: impl Subscriber) -> Self {
        let entities = Subscriber::entities(&subscriber);
        let entities = entities.map(|list| list.into_iter().map(|entity| entity.descriptor().key()).collect());
        Registered { listener: Arc::new(subscriber), entities }
    }
    fn listens_to(&self, descriptor: &'static EntityDescriptor) -> bool {
        self.entities.as_ref().is_none_or(|entities| entities.contains(&descriptor.key()))
    }
}

impl Registry {
    /// With the ORM's subscribers; `hooks` says whether any of its entities has hooks.
    pub fn new(hooks: bool, subscribers: Arc<[Registered]>) -> Arc<Self> {
        let any = AtomicBool::new(!subscribers.is_empty());
        Arc::new(Registry { hooks, any, subscribers: RwLock::new(subscribers) })
    }
    pub fn subscribe(&self, subscriber: impl Subscriber) {
        let new = Registered::new(subscriber);
        let mut subscribers = self.subscribers.write().unwrap_or_else(PoisonError::into_inner);
        *subscribers = subscribers.iter().cloned().chain([new]).collect();
        self.any.store(true, Ordering::Release);
    }
    /// Who listens now; `None` when there is nobody.
    pub fn listeners(&self) -> Option<Listeners> {
        if !self.hooks && !self.has_subscribers() {
            return None;
        }
        Some(Listeners(self.subscribers.read().unwrap_or_else(PoisonError::into_inner).clone()))
    }
    pub fn has_subscribers(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }
    /// Calls `on_init` for entities that came to be.
    pub fn init(&self, entities: &[AnyRef]) {
        let any = self.has_subscribers();
        let mut watched = entities.iter().filter(|entity| any || !entity.descriptor().hooks.is_empty()).peekable();
        if watched.peek().is_some()
            && let Some(listeners) = self.listeners()
        {
            watched.filter(|entity| entity.is_initialized()).for_each(|entity| listeners.init(entity));
        }
    }
}

/// Who listens, as of some moment.
#[derive(Clone)]
pub(crate) struct Listeners(Arc<[Registered]>);

/// Who is called for one entity.
#[derive(Clone, Copy)]
pub(crate) enum Handler<'a> {
    Hook(&'static HookTable),
    Subscriber(&'a dyn Listener),
}

impl Handler<'_> {
    pub async fn run(self, moment: Moment, event: EntityEvent<'_>) -> Result<()> {
        match self {
            Handler::Hook(table) => table.run(moment, event).await,
            Handler::Subscriber(subscriber) => subscriber.run(moment, event).await,
        }
    }
    async fn load(self, event: LoadEvent<'_>) -> Result<()> {
        match self {
            Handler::Hook(table) => table.load(event).await,
            Handler::Subscriber(subscriber) => subscriber.load(event).await,
        }
    }
}

impl Listeners {
    /// Whether anybody listens to events of such entities.
    pub fn watch(&self, descriptor: &'static EntityDescriptor) -> bool {
        !descriptor.hooks.is_empty() || self.0.iter().any(|subscriber| subscriber.listens_to(descriptor))
    }
    /// Whether there are subscribers, who get events of flushes and transactions.
    pub fn has_subscribers(&self) -> bool {
        !self.0.is_empty()
    }
    pub fn handlers(&self, descriptor: &'static EntityDescriptor) -> impl Iterator<Item = Handler<'_>> {
        let subscribers = self.0.iter().filter(move |subscriber| subscriber.listens_to(descriptor));
        let subscribers = subscribers.map(|subscriber| Handler::Subscriber(subscriber.listener.as_ref()));
        descriptor.hooks.iter().map(Handler::Hook).chain(subscribers)
    }

    fn init(&self, entity: &AnyRef) {
        for handler in self.handlers(entity.descriptor()) {
            match handler {
                Handler::Hook(table) => table.init(entity),
                Handler::Subscriber(subscriber) => subscriber.init(&AnyEntity::new(entity.clone())),
            }
        }
    }
    pub async fn load(&self, event: LoadEvent<'_>) -> Result<()> {
        for handler in self.handlers(event.entity.as_any().descriptor()) {
            handler.load(event).await?;
        }
        Ok(())
    }
    pub async fn flush(&self, moment: FlushMoment, event: FlushEvent<'_>) -> Result<()> {
        for subscriber in self.0.iter() {
            subscriber.listener.flush(moment, event).await?;
        }
        Ok(())
    }
    pub async fn transaction(&self, moment: TransactionMoment, em: &EntityManager, depth: usize) -> Result<()> {
        for subscriber in self.0.iter() {
            subscriber.listener.transaction(moment, TransactionEvent { em, depth }).await?;
        }
        Ok(())
    }
}
