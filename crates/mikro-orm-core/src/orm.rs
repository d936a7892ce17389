//! The ORM: entities, a database, and what is common to all entity managers.

use crate::context::Context;
use crate::driver::{Connector, Driver, QueryLog, QueryLogger, Statement};
use crate::em::{EntityManager, FlushMode};
use crate::entity_schema::EntitySchema;
use crate::error::{Error, Result};
use crate::events::{Registered, Registry, Subscriber};
use crate::metadata::{EntityList, Metadata, discover_with};
use crate::naming::{NamingStrategy, Underscore};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use crate::entity::Strategy;

/// Entities and a database. Cheap to clone; made once per application.
#[derive(Clone)]
pub struct Orm {
    shared: Arc<Shared>,
}

/// What all contexts of an ORM share.
pub(crate) struct Shared {
    pub metadata: Arc<Metadata>,
    pub driver: Arc<dyn Driver>,
    pub strategy: Strategy,
    pub flush_mode: FlushMode,
    #[cfg(feature = "serde")]
    pub output: crate::serialize::OutputOptions,
    /// Whether any entity has hooks.
    pub hooks: bool,
    pub subscribers: Arc<[Registered]>,
}

impl Orm {
    /// A builder for an ORM on this database.
    pub fn builder(connector: impl Connector + 'static) -> OrmBuilder {
        OrmBuilder::new(Box::new(connector))
    }

    /// A new entity manager, with its own identity map and unit of work: one per request or job.
    pub fn em(&self) -> EntityManager {
        let events = Registry::new(self.shared.hooks, self.shared.subscribers.clone());
        EntityManager::new(Context::new(self.shared.clone(), events))
    }

    /// Creates and drops the schema.
    pub fn schema(&self) -> crate::schema::SchemaGenerator {
        crate::schema::SchemaGenerator::new(self.shared.driver.clone())
    }

    /// All entities that were found.
    pub fn metadata(&self) -> &Metadata {
        &self.shared.metadata
    }

    /// The driver.
    pub fn driver(&self) -> &Arc<dyn Driver> {
        &self.shared.driver
    }

    /// Whether the database can be reached.
    ///
    /// # Errors
    /// Why not.
    pub async fn check_connection(&self) -> Result<()> {
        self.shared.driver.acquire().await.map(drop)
    }

    /// Closes all connections. Afterwards every operation that needs one is [`Error::Closed`].
    pub async fn close(&self) {
        self.shared.driver.close().await;
    }
}

impl fmt::Debug for Orm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Orm")
            .field("driver", &self.shared.driver.name())
            .field("entities", &self.shared.metadata.entities().len())
            .finish()
    }
}

/// Builds an [`Orm`], or what a facade wraps it in.
#[must_use = "a builder does nothing until `.build().await`"]
pub struct OrmBuilder<O = Orm> {
    connector: Box<dyn Connector>,
    entities: EntityList,
    schemas: Vec<EntitySchema>,
    loggers: Vec<QueryLogger>,
    subscribers: Vec<Registered>,
    strategy: Strategy,
    flush_mode: FlushMode,
    foreign_keys: bool,
    ensure_database: bool,
    naming: Box<dyn NamingStrategy>,
    #[cfg(feature = "serde")]
    output: crate::serialize::OutputOptions,
    result: PhantomData<fn() -> O>,
}

impl<O: From<Orm>> OrmBuilder<O> {
    /// A builder for an ORM on this database.
    pub fn new(connector: Box<dyn Connector>) -> Self {
        OrmBuilder {
            connector,
            entities: Vec::new(),
            schemas: Vec::new(),
            loggers: Vec::new(),
            subscribers: Vec::new(),
            strategy: Strategy::default(),
            flush_mode: FlushMode::default(),
            foreign_keys: true,
            ensure_database: false,
            naming: Box::new(Underscore),
            #[cfg(feature = "serde")]
            output: crate::serialize::OutputOptions::default(),
            result: PhantomData,
        }
    }

    /// The entities: `entities![Author]`. What they refer to is found by itself.
    pub fn entities(mut self, entities: EntityList) -> Self {
        self.entities.extend(entities);
        self
    }

    /// Entities that are described at run time: [`EntitySchema`]. They may refer to each other and to types, by name.
    pub fn entity_schemas(mut self, schemas: impl IntoIterator<Item = EntitySchema>) -> Self {
        self.schemas.extend(schemas);
        self
    }

    /// Prints every statement to standard output, as `[query] select .. [took 1 ms]`. Values of hidden
    /// properties are masked.
    pub fn debug(self, on: bool) -> Self {
        if on { self.logger(|statement| println!("{statement}")) } else { self }
    }

    /// Calls back with every statement that was run.
    pub fn logger(mut self, logger: impl Fn(&Statement<'_>) + Send + Sync + 'static) -> Self {
        self.loggers.push(Arc::new(logger));
        self
    }

    /// Registers a subscriber with all entity managers, see [`Subscriber`]: who comes first is called first.
    pub fn subscriber(mut self, subscriber: impl Subscriber) -> Self {
        self.subscribers.push(Registered::new(subscriber));
        self
    }

    /// How relations are loaded when a query does not say.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// When queries flush first, where neither they nor the entity manager say.
    pub fn flush_mode(mut self, mode: FlushMode) -> Self {
        self.flush_mode = mode;
        self
    }

    /// Whether relations have foreign key constraints (they do). Without, not even those that ask for one; their columns
    /// and indexes stay.
    pub fn foreign_keys(mut self, on: bool) -> Self {
        self.foreign_keys = on;
        self
    }

    /// Whether the database is created, without tables, when it is not there. (A file of SQLite is so anyway.)
    pub fn ensure_database(mut self, on: bool) -> Self {
        self.ensure_database = on;
        self
    }

    /// How names that no attribute gives are made, see [`naming`](crate::naming): in snake case, if this is not said.
    pub fn naming(mut self, strategy: impl NamingStrategy + 'static) -> Self {
        self.naming = Box::new(strategy);
        self
    }

    /// How entities are serialized when nothing else is said.
    #[cfg(feature = "serde")]
    pub fn output(mut self, options: crate::serialize::OutputOptions) -> Self {
        self.output = options;
        self
    }

    /// Finds and checks the entities, and connects.
    ///
    /// # Errors
    /// [`Error::Metadata`] when the entities contradict each other; [`Error::Connection`] when the database can't
    /// be reached.
    pub async fn build(self) -> Result<O> {
        let mut entities = self.entities;
        let described = crate::entity_schema::build(&self.schemas, &entities)?;
        entities.extend(described);
        if entities.is_empty() {
            return Err(Error::refused("no entities were given: add `.entities(entities![..])` to the builder"));
        }
        let mut metadata = discover_with(&entities, &*self.naming)?;
        if !self.foreign_keys {
            metadata.drop_constraints();
        }
        let metadata = Arc::new(metadata);
        if self.ensure_database {
            self.connector.ensure_database().await?;
        }
        let driver = self.connector.connect(metadata.clone(), QueryLog::new(self.loggers)).await?;
        let hooks = metadata.entities().iter().any(|entity| !entity.descriptor.hooks.is_empty());
        let shared = Shared {
            metadata,
            driver,
            strategy: self.strategy,
            flush_mode: self.flush_mode,
            hooks,
            subscribers: self.subscribers.into(),
            #[cfg(feature = "serde")]
            output: self.output,
        };
        Ok(O::from(Orm { shared: Arc::new(shared) }))
    }
}

/// A list of entities: `entities![Author, Book]`.
#[macro_export]
macro_rules! entities {
    ($($entity:ty),* $(,)?) => {{
        let list: $crate::metadata::EntityList = vec![$($crate::metadata::EntityType::of::<$entity>()),*];
        list
    }};
}
