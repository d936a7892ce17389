//! Relations by queries of their own: `where key in (..)`, per relation and level.

use super::joined::is_joined;
use super::{FindQuery, Loaded, Loading, inverse, joined, references};
use crate::driver::BoxFuture;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, CellMap, CellSet, Part};
use crate::key::{Key, KeySet};
use crate::metadata::{EntityMetadata, KEY, PropertyKind, RelationMetadata};
use crate::populate::{PopulateNode, PopulateOptions};
use crate::query::{Expr, OrderTerm};
use std::borrow::Cow;

/// Loads relations and lazy scalars of entities, to any depth. What is loaded already is not read again.
pub(crate) fn populate<'a>(
    loading: &'a mut Loading<'_>,
    entity: &'a EntityMetadata,
    owners: &'a [AnyRef],
    nodes: &'a [PopulateNode],
    loaded: Loaded,
) -> BoxFuture<'a, Result<()>> {
    // (boxed once per level: it calls itself)
    if nodes.is_empty() || owners.is_empty() {
        return Box::pin(std::future::ready(Ok(())));
    }
    // reborrowed, so that the future borrows for one lifetime
    let mut loading = loading.reborrow();
    Box::pin(async move {
        load_lazies(&mut loading, entity, owners, nodes, loaded).await?;
        for node in nodes {
            let property = entity.property(node.field);
            let Some(relation) = &property.relation else { continue };
            let target = loading.metadata.entity(relation.target);
            let joined = loaded == Loaded::Just && is_joined(loading.strategy, property, node);
            if node.is_references() {
                if !property.kind.is_to_many() {
                    continue;
                }
                references::load(&mut loading, target, relation, owners, node).await?;
                continue;
            }
            if relation.slot.is_some() && !loading.quiet {
                owners.iter().for_each(|owner| owner.mark_populated(node.field));
            }
            let related = match property.kind {
                PropertyKind::OneToOne if !relation.owner => inverse::load(&mut loading, target, owners, node, joined).await?,
                PropertyKind::ManyToOne | PropertyKind::OneToOne => to_one(&mut loading, target, owners, node, joined).await?,
                PropertyKind::OneToMany | PropertyKind::ManyToMany => {
                    to_many(&mut loading, target, relation, owners, node, joined).await?
                }
                PropertyKind::Scalar | PropertyKind::Lazy | PropertyKind::Virtual | PropertyKind::Embedded => continue,
            };
            let loaded = if joined { Loaded::Just } else { Loaded::Before };
            populate(&mut loading, target, &related, &node.nested, loaded).await?;
        }
        Ok(())
    })
}

async fn load_lazies(
    loading: &mut Loading<'_>,
    entity: &EntityMetadata,
    owners: &[AnyRef],
    nodes: &[PopulateNode],
    loaded: Loaded,
) -> Result<()> {
    if loaded == Loaded::Just {
        return Ok(());
    }
    let lazies: Vec<_> = nodes.iter().filter(|node| entity.property(node.field).kind == PropertyKind::Lazy).cloned().collect();
    let missing = |owner: &&AnyRef| {
        let view = owner.view();
        !owner.is_new() && lazies.iter().any(|node| !view.is_some_and(|view| view.is_lazy_loaded(node.field)))
    };
    let keys = distinct_keys(owners.iter().filter(|owner| loading.refresh || missing(owner)));
    if !lazies.is_empty() {
        find_by(loading, entity, entity.key, keys, &lazies, None).await?;
    }
    Ok(())
}

/// Loads what to-one relations refer to. Gives all targets, each once.
async fn to_one(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    owners: &[AnyRef],
    node: &PopulateNode,
    joined: bool,
) -> Result<Vec<AnyRef>> {
    let mut seen = CellSet::default();
    let mut targets = Vec::new();
    for owner in owners {
        owner.mark_populated(node.field);
        if let Some(reference) = owner.view().and_then(|view| view.to_one(node.field))
            && seen.insert(reference.clone())
        {
            targets.push(reference.clone());
        }
    }
    // (a row that a join did not find is not asked for again)
    let missing = |reference: &&AnyRef| match reference.is_initialized() {
        false => !(joined && reference.is_absent()),
        true => loading.refresh && !joined && !reference.is_new(),
    };
    let keys = distinct_keys(targets.iter().filter(missing));
    find_by(loading, target, target.key, keys, &node.nested, node.options.as_deref()).await?;
    for missing in targets.iter().filter(|reference| !reference.is_initialized()) {
        let owner = owners.iter().find(|owner| owner.view().and_then(|view| view.to_one(node.field)) == Some(missing));
        let def = owner.map(|owner| &owner.descriptor().fields[usize::from(node.field)]);
        if def.is_some_and(|def| def.vtable.nullable) {
            missing.set_absent();
            continue;
        }
        return Err(Error::NotFound {
            entity: missing.name().to_owned(),
            criteria: format!(
                "{}, which {}.{} refers to",
                missing.key().map_or_else(|| "without a key".to_owned(), |key| key.to_string()),
                owner.map_or_else(String::new, AnyRef::describe),
                def.map_or("", |def| def.name),
            ),
        });
    }
    targets.retain(AnyRef::is_initialized);
    Ok(targets)
}

/// Loads collections. Gives all items, each once, when something is to be loaded of them.
async fn to_many(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    relation: &RelationMetadata,
    owners: &[AnyRef],
    node: &PopulateNode,
    joined: bool,
) -> Result<Vec<AnyRef>> {
    let options = node.options.as_deref();
    // what a hint asks for in particular is read again
    let again = loading.refresh || options.is_some_and(|options| options.chooses());
    let unloaded: Vec<&AnyRef> = owners
        .iter()
        .filter(|owner| match joined {
            true => !owner.is_collection_initialized(node.field),
            false => (again || !owner.is_collection_complete(node.field)) && !owner.is_new(),
        })
        .collect();
    let part = options.map_or(Part::All, PopulateOptions::part);
    let node = &narrowed(relation, node);
    let options = node.options.as_deref();
    if let (Some(pivot), false) = (relation.pivot, unloaded.is_empty()) {
        super::pivot::load(loading, target, pivot, &unloaded, node, part).await?;
    } else if let Some(back) = unloaded.first().and_then(|owner| owner.mapped_by(node.field)) {
        let keys = distinct_keys(unloaded.iter().copied());
        let found = find_by(loading, target, back, keys, &node.nested, options).await?;
        // by owner: of each, the places of its items in what was found, chained (no list of its own for each)
        let mut last: CellMap<usize> = CellMap::with_capacity_and_hasher(unloaded.len(), Default::default());
        let mut before = vec![usize::MAX; found.len()];
        for (place, item) in found.iter().enumerate() {
            // where it is now: an item that was moved meanwhile is in the collection it was moved to
            if let Some(owner) = item.view().and_then(|view| view.to_one(back)) {
                match last.get_mut(owner) {
                    Some(known) => before[place] = std::mem::replace(known, place),
                    None => drop(last.insert(owner.clone(), place)),
                }
            }
        }
        let mut items = Vec::new();
        for owner in unloaded {
            let mut next = last.get(owner).copied().unwrap_or(usize::MAX);
            items.clear();
            while let Some(item) = found.get(next) {
                items.push(item);
                next = before[next];
            }
            items.reverse();
            owner.set_collection(node.field, items.iter().copied(), part);
        }
    }
    // items that were added by key, or loaded as references
    let unread = owners.iter().filter(|owner| owner.has_unloaded_items(node.field));
    let unread = unread.flat_map(|owner| owner.collection_items(node.field)).filter(|item| !item.is_initialized());
    let keys = distinct_keys(unread);
    find_by(loading, target, target.key, keys, &node.nested, None).await?;
    if node.nested.is_empty() {
        // nobody asks for the items
        return Ok(Vec::new());
    }
    let mut seen = CellSet::default();
    let items = owners.iter().flat_map(|owner| owner.collection_items(node.field));
    Ok(items.filter(|item| item.is_initialized() && seen.insert((*item).clone())).cloned().collect())
}

/// A hint for a collection, with the condition that the relation has of its own.
pub(super) fn narrowed<'n>(relation: &RelationMetadata, node: &'n PopulateNode) -> Cow<'n, PopulateNode> {
    let mut node = Cow::Borrowed(node);
    if let Some(condition) = &relation.condition {
        node.to_mut().options_mut().and(condition.clone());
    }
    node
}

pub(super) fn distinct_keys<'a>(references: impl Iterator<Item = &'a AnyRef>) -> Vec<Key> {
    let count = references.size_hint().0;
    let mut seen = KeySet::with_capacity_and_hasher(count, Default::default());
    let mut keys = Vec::with_capacity(count);
    keys.extend(references.filter_map(AnyRef::key).filter(|key| seen.insert(key.clone())));
    keys
}

/// Finds the rows whose field is one of the keys, in as many queries as the keys need.
pub(super) async fn find_by(
    loading: &mut Loading<'_>,
    entity: &EntityMetadata,
    field: u16,
    keys: Vec<Key>,
    populate: &[PopulateNode],
    options: Option<&PopulateOptions>,
) -> Result<Vec<AnyRef>> {
    let mut found = Vec::new();
    let most = (loading.max_keys / entity.columns_of(field).len()).max(1);
    for keys in keys.chunks(most) {
        let values = keys.iter().map(|key| key.to_value().into_owned()).collect();
        let filter = Some(Expr::In { field, values, negated: false });
        let mut query = FindQuery { filter, ..FindQuery::default() };
        if let Some(options) = options {
            restrict(&mut query, entity, field, options);
        }
        if query.per.is_none() && is_of_collection(entity, field) {
            entity.order_last(&mut query.order, &[]);
        }
        let rows = joined::find(loading, entity, query, populate).await?;
        if found.is_empty() { found = rows } else { found.extend(rows) }
    }
    Ok(found)
}

/// Whether rows that are found by this field are items of collections.
fn is_of_collection(entity: &EntityMetadata, field: u16) -> bool {
    field != KEY && entity.property(field).kind == PropertyKind::ManyToOne
}

/// Adds to a query by keys what a hint says. Keys are split by owner, so pages and orders hold within each query.
fn restrict(query: &mut FindQuery, entity: &EntityMetadata, field: u16, options: &PopulateOptions) {
    if let Some(filter) = &options.filter {
        query.and(filter.clone());
    }
    query.order.clone_from(&options.order);
    if options.is_page() {
        (query.limit, query.offset, query.per) = (options.limit, options.offset, Some(field));
        entity.order_last(&mut query.order, &[]);
        if query.order.is_empty() {
            let key = |field: &u16| OrderTerm::by(*field);
            query.order.extend(entity.key_columns.iter().map(key));
        }
    }
}

/// Loads what populated relations refer to since a row has moved them, so that what handles promise stays true.
pub(super) fn load_moved<'a>(loading: &'a mut Loading<'_>, moved: Vec<(AnyRef, u16)>) -> BoxFuture<'a, Result<()>> {
    if moved.is_empty() {
        return Box::pin(std::future::ready(Ok(())));
    }
    let mut loading = loading.reborrow();
    Box::pin(async move {
        for (owner, field) in moved {
            let Some(entity) = owner.entity() else { continue };
            let entity = loading.metadata.entity(entity);
            let node = PopulateNode::new(field);
            populate(&mut loading, entity, std::slice::from_ref(&owner), std::slice::from_ref(&node), Loaded::Before).await?;
        }
        Ok(())
    })
}
