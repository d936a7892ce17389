//! One query with its joins: planning it, and hydrating its rows.

use super::{FindQuery, Loading};
use crate::driver::{Row, RowSink};
use crate::error::Result;
use crate::heap::{AnyRef, HydratePlan, Part};
use crate::metadata::{EntityId, EntityMetadata, PropertyKind, PropertyMetadata};
use crate::orm::Strategy;
use crate::populate::PopulateNode;
use crate::query::{Join, Select};
use std::collections::{HashMap, HashSet};

/// Whether a relation is joined to its owner's query. A hint's own strategy goes before the relation's, and that before
/// the query's; pages of collections take queries of their own.
pub(super) fn is_joined(query: Strategy, property: &PropertyMetadata, node: &PopulateNode) -> bool {
    let Some(relation) = &property.relation else { return false };
    let options = node.options.as_deref();
    if options.is_some_and(|options| options.references || options.is_page()) {
        return false;
    }
    let asked = options.and_then(|options| options.strategy.or(options.join.map(|_| Strategy::Joined)));
    match asked.or(relation.strategy).unwrap_or(query) {
        Strategy::Balanced => property.kind.is_to_one(),
        Strategy::Joined => true,
        Strategy::SelectIn => false,
    }
}

/// Runs a query with the joins that the strategy says.
pub(super) async fn find(
    loading: &mut Loading<'_>,
    entity: &EntityMetadata,
    query: FindQuery,
    populate: &[PopulateNode],
) -> Result<Vec<AnyRef>> {
    let mut select = Select {
        entity: entity.id,
        columns: columns(entity, populate),
        joins: Vec::new(),
        filter: query.filter,
        order: query.order,
        limit: query.limit,
        offset: query.offset,
        distinct: false,
        per: query.per,
    };
    join(loading, entity.id, None, populate, &mut select.joins);
    let mut sink = Sink::new(loading, entity.id, &select.columns, 0, &select.joins);
    loading.connection.find(&select, &mut sink).await?;
    sink.finish(loading).await
}

/// What is read of an entity: all its columns but lazy ones, and those lazy ones that are asked for.
pub(super) fn columns(entity: &EntityMetadata, populate: &[PopulateNode]) -> Vec<u16> {
    let mut columns = entity.selected.clone();
    columns.extend(populate.iter().map(|node| node.field).filter(|field| entity.property(*field).kind == PropertyKind::Lazy));
    columns
}

/// Adds the joins of the relations that are joined to their owner's query.
pub(super) fn join(
    loading: &Loading<'_>,
    owner: EntityId,
    parent: Option<usize>,
    populate: &[PopulateNode],
    joins: &mut Vec<Join>,
) {
    let owner = loading.metadata.entity(owner);
    for node in populate {
        let property = owner.property(node.field);
        let Some(relation) = property.relation.as_ref().filter(|_| is_joined(loading.strategy, property, node)) else { continue };
        let target = loading.metadata.entity(relation.target);
        let mut join = Join::new(parent, node.field, target.id, columns(target, &node.nested), property.kind.is_to_many());
        if let Some(pivot) = relation.pivot {
            // two joins: to the pivot, and from there to the items
            let mut to_pivot = Join::new(parent, node.field, pivot.entity, Vec::new(), true);
            to_pivot.kind = node.options.as_ref().and_then(|options| options.join);
            if node.options.as_ref().is_none_or(|options| options.order.is_empty()) {
                to_pivot.order.extend(pivot.order.map(super::pivot::by));
            }
            (join.parent, join.field, join.to_many) = (Some(joins.len()), pivot.item, false);
            joins.push(to_pivot);
        }
        let index = joins.len();
        join.filter = relation.narrowed(node.options.as_ref().and_then(|options| options.filter.as_ref()));
        if let Some(options) = &node.options {
            join.order.clone_from(&options.order);
            join.kind = options.join;
        }
        if property.kind.is_to_many() && relation.pivot.is_none_or(|pivot| pivot.order.is_none()) {
            target.order_last(&mut join.order, &[]);
        }
        joins.push(join);
        self::join(loading, target.id, Some(index), &node.nested, joins);
    }
    super::inverse::join_keys(loading.metadata, owner, parent, joins);
}

/// Hydrates rows where they are read.
pub(super) struct Sink {
    root: HydratePlan,
    /// The root's first column.
    first: usize,
    joins: Vec<JoinPlan>,
    roots: Vec<AnyRef>,
    /// To notice a root that repeats, when there are to-many joins.
    seen: Option<HashSet<AnyRef>>,
    /// The entities of the current row, by join.
    row: Vec<Option<AnyRef>>,
    /// By owner and join.
    collections: HashMap<(AnyRef, usize), Vec<AnyRef>>,
    moved: Vec<(AnyRef, u16)>,
}

struct JoinPlan {
    /// None for a pivot: its row stands for the owner.
    plan: Option<HydratePlan>,
    /// Its first column.
    first: usize,
    parent: Option<usize>,
    /// The owner's relation.
    field: u16,
    to_many: bool,
    key_only: bool,
    /// Whether only some of the items are read.
    part: Part,
}

impl Sink {
    /// For rows with an entity's columns from `first` on, and then the joins'.
    pub(super) fn new(loading: &Loading<'_>, entity: EntityId, columns: &[u16], first: usize, joins: &[Join]) -> Self {
        let plan = |entity, columns: &[u16]| {
            HydratePlan::new(loading.heap, loading.metadata, entity, columns, loading.refresh).noting(loading.loads)
        };
        let mut at = first + columns.len();
        let mut plans: Vec<JoinPlan> = Vec::with_capacity(joins.len());
        for join in joins {
            let through = join.parent.map(|parent| &plans[parent]).filter(|parent| parent.plan.is_none());
            // (a condition of the relation's own leaves nothing out)
            let owner = match (through, join.parent) {
                (Some(pivot), _) => pivot.parent,
                (None, parent) => parent,
            };
            let owner = loading.metadata.entity(owner.map_or(entity, |owner| joins[owner].entity));
            let relation = owner.property(through.map_or(join.field, |pivot| pivot.field)).relation.as_ref();
            let is_whole = join.filter.as_ref() == relation.and_then(|relation| relation.condition.as_ref());
            let is_pivot = join.to_many && join.columns.is_empty();
            plans.push(JoinPlan {
                plan: (!is_pivot && !join.key_only).then(|| plan(join.entity, &join.columns)),
                first: at,
                parent: join.parent,
                // what is behind a pivot are items of the pivot's owner
                field: through.map_or(join.field, |pivot| pivot.field),
                to_many: join.to_many || through.is_some(),
                key_only: join.key_only,
                part: if is_whole { Part::All } else { Part::Matching },
            });
            at += join.columns.len();
        }
        let mut root = plan(entity, columns);
        // a side without a column: its owner's rows say by the key of what is joined what it refers to
        for (index, join) in joins.iter().enumerate().filter(|(_, join)| join.filter.is_none()) {
            let at = plans[index].first;
            let owner = match join.parent {
                None => Some(&mut root),
                Some(parent) => plans[parent].plan.as_mut(),
            };
            owner.into_iter().for_each(|owner| owner.set_inverse(join.field, at));
        }
        Sink {
            root,
            first,
            seen: plans.iter().any(|join| join.to_many).then(HashSet::new),
            joins: plans,
            roots: Vec::new(),
            row: Vec::new(),
            collections: HashMap::new(),
            moved: Vec::new(),
        }
    }

    /// Fills the collections that were joined, and loads what rows have moved. Gives the roots, each once.
    pub(super) async fn finish(self, loading: &mut Loading<'_>) -> Result<Vec<AnyRef>> {
        let Sink { roots, joins, collections, moved, .. } = self;
        for ((owner, join), mut items) in collections {
            let JoinPlan { field, part, .. } = joins[join];
            if let Some(back) = owner.mapped_by(field) {
                // an item that was moved since, in memory, is in the collection that it was moved to
                items.retain(|item| item.view().and_then(|view| view.to_one(back)) == Some(&owner));
            }
            owner.set_collection(field, &items, part);
        }
        if !moved.is_empty() {
            super::select_in::load_moved(loading, moved).await?;
        }
        Ok(roots)
    }

    /// The root's entity of a row, once what is joined to it is read, too.
    pub(super) fn read(&mut self, row: &dyn Row) -> Result<Option<AnyRef>> {
        let Some(root) = self.root.row(row, self.first)? else { return Ok(None) };
        let entity = root.entity;
        self.moved.extend(root.moved.into_iter().map(|field| (entity.clone(), field)));
        self.row.clear();
        for (index, join) in self.joins.iter_mut().enumerate() {
            let owner = match join.parent {
                None => Some(&entity),
                Some(parent) => self.row[parent].as_ref(),
            };
            let joined = match (owner, &mut join.plan) {
                (None, _) => None,
                _ if join.key_only => None,
                (Some(owner), None) => Some(owner.clone()),
                (Some(owner), Some(plan)) => {
                    let joined = plan.row(row, join.first)?;
                    if join.to_many {
                        let items = self.collections.entry((owner.clone(), index)).or_default();
                        items.extend(joined.as_ref().map(|joined| joined.entity.clone()));
                    } else {
                        owner.mark_populated(join.field);
                        if joined.is_none() {
                            owner.mark_absent(join.field);
                        }
                    }
                    joined.map(|joined| {
                        self.moved.extend(joined.moved.into_iter().map(|field| (joined.entity.clone(), field)));
                        joined.entity
                    })
                }
            };
            self.row.push(joined);
        }
        Ok(Some(entity))
    }
}

impl RowSink for Sink {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let Some(entity) = self.read(row)? else { return Err(self.root.null_key()) };
        if self.seen.as_mut().is_none_or(|seen| seen.insert(entity.clone())) {
            self.roots.push(entity);
        }
        Ok(())
    }
}
