//! Loading: from a query and populate hints to entities in the identity map.

mod all;
mod collection;
mod inverse;
mod joined;
mod paths;
mod pivot;
mod plan;
mod project;
mod references;
mod select_in;
mod touched;

pub(crate) use collection::{count_items, matching};
pub(crate) use paths::resolve_paths;
pub(crate) use project::{Projected, project};
pub(crate) use select_in::populate;
use touched::{touched_by_hints, touches, touches_with};

use crate::context::Context;
use crate::driver::Connection;
use crate::em::FlushMode;
use crate::error::{Error, Result};
use crate::events::{Loads, loaded};
use crate::heap::{AnyRef, Heap, HeapArc};
use crate::metadata::{EntityId, EntityMetadata, Metadata, PropertyKind};
use crate::orm::{Shared, Strategy};
use crate::populate::PopulateNode;
use crate::query::{CompareOp, Expr, OrderTerm};
use std::sync::Arc;

/// What is to be found, and what with it.
#[derive(Clone, Default)]
pub(crate) struct FindQuery {
    pub filter: Option<Expr>,
    pub order: Vec<OrderTerm>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    /// Rows that are equal are read once.
    pub distinct: bool,
    /// Limit and offset are for each value of this field.
    pub per: Option<u16>,
    pub populate: Vec<PopulateNode>,
    /// Relations by name, merged into `populate` when the query runs.
    pub paths: Vec<String>,
    /// Populates whatever can be reached.
    pub populate_all: bool,
    /// Populates what filter and order go through.
    pub populate_inferred: bool,
    /// Populated collections get the items that the filter asks for.
    pub infer_where: bool,
    /// Eager relations are not populated.
    pub no_eager: bool,
    /// The entities are of an identity map of their own.
    pub unmanaged: bool,
    pub strategy: Option<Strategy>,
    /// Values of loaded entities are overwritten, edits included.
    pub refresh: bool,
    /// The row of one entity is read: what is pending has no part in the answer, and is not flushed first.
    pub alone: bool,
    /// One relation is loaded because the program looks at it: that does not make it part of serialized output.
    pub quiet: bool,
    pub flush_mode: Option<FlushMode>,
    /// What the entity that is found must be.
    pub lock: Option<crate::em::LockMode>,
}

impl FindQuery {
    /// Whether anything is to be populated that the query itself says.
    pub fn populates(&self) -> bool {
        !self.populate.is_empty() || !self.paths.is_empty() || self.populate_all || self.populate_inferred
    }
    pub fn and(&mut self, condition: Expr) {
        self.filter = Some(match self.filter.take() {
            None => condition,
            Some(Expr::And(mut all)) => {
                all.push(condition);
                Expr::And(all)
            }
            Some(other) => Expr::And(vec![other, condition]),
        });
    }
}

/// What loading needs at hand.
pub(crate) struct Loading<'a> {
    pub metadata: &'a Metadata,
    pub heap: &'a HeapArc,
    pub connection: &'a mut dyn Connection,
    pub max_keys: usize,
    pub strategy: Strategy,
    pub refresh: bool,
    pub quiet: bool,
    /// What is loaded for the first time, when somebody wants to know.
    pub loads: Option<&'a Loads>,
}

impl<'a> Loading<'a> {
    /// Notes what is loaded for the first time.
    fn noting(mut self, loads: Option<&'a Loads>) -> Self {
        self.loads = loads;
        self
    }
    fn new(shared: &'a Shared, heap: &'a HeapArc, connection: &'a mut dyn Connection, query: &FindQuery) -> Self {
        Loading {
            metadata: &shared.metadata,
            heap,
            connection,
            max_keys: shared.driver.capabilities().max_keys.max(1),
            strategy: query.strategy.unwrap_or(shared.strategy),
            refresh: query.refresh,
            quiet: query.quiet,
            loads: None,
        }
    }

    /// The same for a shorter time, for a future that calls the one that it is called by.
    fn reborrow(&mut self) -> Loading<'_> {
        Loading { connection: &mut *self.connection, ..*self }
    }
}

/// Finds entities, and loads what the query says with them.
pub(crate) async fn find(context: &Arc<Context>, entity: EntityId, mut query: FindQuery) -> Result<Vec<AnyRef>> {
    let metadata = context.shared.metadata.clone();
    let entity = metadata.entity(entity);
    plan::expand(&metadata, entity, &mut query, true)?;
    if !query.alone && !is_key(entity, query.filter.as_ref()) {
        entity.order_last(&mut query.order, &[]);
    }
    if entity.is_query() {
        query.unmanaged = true;
        // (a row that is repeated can't be told from another one)
        query.strategy = query.strategy.or(Some(context.shared.strategy)).map(|strategy| match strategy {
            Strategy::Joined => Strategy::Balanced,
            other => other,
        });
    }
    let mut heap = context.heap();
    if !query.alone {
        context.flush_before(query.flush_mode, touches(&metadata, entity, &query)).await?;
    }
    if query.unmanaged {
        heap = Heap::shared(Some(metadata.clone()));
        #[cfg(feature = "serde")]
        heap.set_output(context.shared.output);
    }
    let loads = Loads::watched(context);
    let mut lease = context.lease().await?;
    let mut loading = Loading::new(&context.shared, &heap, lease.connection()?, &query).noting(loads.as_ref());
    let populate_nodes = std::mem::take(&mut query.populate);
    let all = query.populate_all;
    let found = joined::find(&mut loading, entity, query, &populate_nodes).await?;
    // (a future of its own is a box of its own)
    if !populate_nodes.is_empty() {
        populate(&mut loading, entity, &found, &populate_nodes, Loaded::Just).await?;
    }
    if all {
        Box::pin(all::populate_all(&mut loading, entity.id, &found)).await?;
    }
    drop(lease);
    if loads.is_some() {
        loaded(context, loads).await?;
    }
    Ok(found)
}

/// Whether the owners' joined relations were read just now.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Loaded {
    /// By the query before: what was to be joined is there.
    Just,
    /// Some time ago.
    Before,
}

/// Loads relations and lazy scalars of entities that are loaded; their eager relations, too, when it is said.
pub(crate) async fn populate_loaded(
    context: &Arc<Context>,
    entity: EntityId,
    entities: &[AnyRef],
    mut query: FindQuery,
    eager: bool,
) -> Result<()> {
    let metadata = context.shared.metadata.clone();
    let entity = metadata.entity(entity);
    plan::expand(&metadata, entity, &mut query, eager)?;
    let heap = context.heap();
    if let Some(foreign) = entities.iter().find(|entity| !entity.is_of(&heap)) {
        return Err(foreign.foreign());
    }
    // (what they are is the word of whoever implements `Handles`)
    if let Some(other) = entities.iter().find(|other| other.entity() != Some(entity.id)) {
        return Err(Error::invalid(entity.name, format!("can't be populated as one: it is {}", other.describe())));
    }
    flush_chosen(context, entity, entities, &query.populate).await?;
    let stored = entities.iter().any(|entity| !entity.is_new());
    if stored {
        let touched = touched_by_hints(&metadata, entity, &query.populate);
        context.flush_before(query.flush_mode, |name| query.populate_all || touched(name)).await?;
    }
    let loads = Loads::watched(context);
    let mut lease = context.lease().await?;
    let mut loading = Loading::new(&context.shared, &heap, lease.connection()?, &query).noting(loads.as_ref());
    populate(&mut loading, entity, entities, &query.populate, Loaded::Before).await?;
    if query.populate_all {
        Box::pin(all::populate_all(&mut loading, entity.id, entities)).await?;
    }
    drop(lease);
    loaded(context, loads).await
}

/// The database says which items of a collection satisfy a condition, or come first: new owners are stored before it is asked.
async fn flush_chosen(context: &Arc<Context>, entity: &EntityMetadata, owners: &[AnyRef], nodes: &[PopulateNode]) -> Result<()> {
    let selects = |node: &&PopulateNode| {
        entity.property(node.field).kind.is_to_many() && node.options.as_ref().is_some_and(|options| options.selects())
    };
    let Some(node) = nodes.iter().find(selects) else { return Ok(()) };
    if owners.iter().any(|owner| owner.is_new() && owner.is_persisted()) {
        context.flush_pending().await?;
    }
    if owners.iter().all(|owner| !owner.is_new()) {
        return Ok(());
    }
    Err(Error::validation(
        entity.name,
        entity.property(node.field).name,
        format!(
            "is the collection of a new {} that was not persisted: the database has no items of it to choose from by condition, \
             order or limit; persist it first, or read it as it is (`.get()?`)",
            entity.name
        ),
    ))
}

/// Loads what populated relations refer to since rows that were read otherwise have moved them.
pub(crate) async fn load_moved(context: &Arc<Context>, moved: Vec<(AnyRef, u16)>) -> Result<()> {
    if moved.is_empty() {
        return Ok(());
    }
    let heap = context.heap();
    let loads = Loads::watched(context);
    let mut lease = context.lease().await?;
    let mut loading = Loading::new(&context.shared, &heap, lease.connection()?, &FindQuery::default()).noting(loads.as_ref());
    select_in::load_moved(&mut loading, moved).await?;
    drop(lease);
    loaded(context, loads).await
}

/// Counts.
pub(crate) async fn count(
    context: &Arc<Context>,
    entity: EntityId,
    filter: Option<&Expr>,
    flush_mode: Option<FlushMode>,
) -> Result<u64> {
    let metadata = &context.shared.metadata;
    context.flush_before(flush_mode, touches_with(metadata, metadata.entity(entity), filter)).await?;
    context.lease().await?.connection()?.count(entity, filter).await
}

/// Loads the row of a reference, unless it is loaded.
pub(crate) async fn load_reference(context: &Arc<Context>, reference: &AnyRef) -> Result<()> {
    let entity = known(context, reference)?;
    let Some(key) = reference.key() else {
        return Err(Error::NotInitialized { what: reference.describe() });
    };
    let metadata = context.shared.metadata.clone();
    let mut query = FindQuery { alone: true, ..FindQuery::default() };
    query.and(key_is(metadata.entity(entity), &key));
    find(context, entity, query).await?;
    if reference.is_initialized() { Ok(()) } else { Err(not_found(reference)) }
}

/// Loads an entity with what the query populates. One that is loaded is not read again, unless the query says so.
pub(crate) async fn load_entity(context: &Arc<Context>, reference: &AnyRef, mut query: FindQuery) -> Result<()> {
    let entity = known(context, reference)?;
    if reference.is_new() || (reference.is_initialized() && !query.refresh) {
        return populate_loaded(context, entity, std::slice::from_ref(reference), query, false).await;
    }
    let Some(key) = reference.key() else {
        return Err(Error::NotInitialized { what: reference.describe() });
    };
    let metadata = context.shared.metadata.clone();
    query.alone = query.populate.is_empty();
    query.and(key_is(metadata.entity(entity), &key));
    let found = !find(context, entity, query).await?.is_empty();
    if found && reference.is_initialized() { Ok(()) } else { Err(not_found(reference)) }
}

/// Loads what sides of one-to-one relations without a column refer to, for rows that were read without that.
pub(crate) async fn load_inverse_keys(context: &Arc<Context>, entity: EntityId, entities: &[AnyRef]) -> Result<()> {
    let metadata = context.shared.metadata.clone();
    let entity = metadata.entity(entity);
    if entities.is_empty() || entity.inverse_one_to_ones().next().is_none() {
        return Ok(());
    }
    let heap = context.heap();
    let mut lease = context.lease().await?;
    let mut loading = Loading::new(&context.shared, &heap, lease.connection()?, &FindQuery::default());
    inverse::load_keys(&mut loading, entity, entities).await
}

/// Loads the rows of references. Those that are gone stay what they are.
pub(crate) async fn load_references(context: &Arc<Context>, entity: EntityId, references: &[AnyRef]) -> Result<()> {
    let metadata = context.shared.metadata.clone();
    let entity = metadata.entity(entity);
    let keys: Vec<_> = references.iter().filter_map(AnyRef::key).collect();
    for keys in keys.chunks(context.shared.driver.capabilities().max_keys.max(1)) {
        let values = keys.iter().map(|key| key.to_value().into_owned()).collect();
        let mut query = FindQuery { alone: true, ..FindQuery::default() };
        query.and(Expr::In { field: entity.key, values, negated: false });
        find(context, entity.id, query).await?;
    }
    Ok(())
}

/// Loads a relation or lazy scalar of an entity.
pub(crate) async fn load_field(
    context: &Arc<Context>,
    owner: &AnyRef,
    node: PopulateNode,
    strategy: Option<Strategy>,
) -> Result<()> {
    let entity = known(context, owner)?;
    let query = FindQuery { populate: vec![node], strategy, quiet: true, ..FindQuery::default() };
    populate_loaded(context, entity, std::slice::from_ref(owner), query, false).await
}

/// Reads an entity's row again and overwrites what is loaded, edits included.
pub(crate) async fn refresh(context: &Arc<Context>, reference: &AnyRef) -> Result<()> {
    let entity = known(context, reference)?;
    let Some(key) = reference.key() else { return Err(not_found(reference)) };
    let metadata = context.shared.metadata.clone();
    let entity = metadata.entity(entity);
    let mut query = FindQuery { refresh: true, alone: true, no_eager: true, ..FindQuery::default() };
    query.and(key_is(entity, &key));
    {
        // (the view is not for other threads, on which the query may go on)
        let view = reference.view();
        let lazies =
            entity.properties.iter().filter(|property| property.kind == PropertyKind::Lazy).map(|property| property.index);
        let loaded = lazies.filter(|field| view.is_some_and(|view| view.is_lazy_loaded(*field)));
        query.populate = loaded.map(PopulateNode::new).collect();
    }
    if find(context, entity.id, query).await?.is_empty() { Err(not_found(reference)) } else { Ok(()) }
}

fn known(context: &Context, reference: &AnyRef) -> Result<EntityId> {
    let entity = reference
        .entity()
        .ok_or_else(|| Error::invalid(reference.name(), "is not known to this ORM: add it to `entities![..]`".to_owned()))?;
    if reference.is_of(&context.heap()) {
        Ok(entity)
    } else {
        // a handle from before `clear`: its heap still knows the context, but its rows are no longer this one's
        Err(Error::Detached { what: reference.describe() })
    }
}

fn not_found(reference: &AnyRef) -> Error {
    Error::NotFound {
        entity: reference.name().to_owned(),
        criteria: reference.key().map_or_else(|| "not flushed yet".to_owned(), |key| key.to_string()),
    }
}

/// Whether a condition asks for one key: what is found so has no order.
fn is_key(entity: &EntityMetadata, filter: Option<&Expr>) -> bool {
    matches!(filter, Some(Expr::Compare { field, op: CompareOp::Eq, .. }) if *field == entity.key)
}

fn key_is(entity: &EntityMetadata, key: &crate::key::Key) -> Expr {
    Expr::Compare { field: entity.key, op: CompareOp::Eq, value: key.to_value().into_owned() }
}
