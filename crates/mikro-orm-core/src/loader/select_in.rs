//! Relations by queries of their own: `where key in (..)`, per relation and level.

use super::joined::is_joined;
use super::{FindQuery, Loaded, Loading, joined};
use crate::driver::BoxFuture;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, CellMap, Part};
use crate::key::Key;
use crate::metadata::{EntityMetadata, PropertyKind};
use crate::populate::PopulateNode;
use crate::query::Expr;
use std::collections::HashSet;

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
            let joined = loaded == Loaded::Just && is_joined(loading.strategy, property.kind);
            let related = match property.kind {
                PropertyKind::ManyToOne | PropertyKind::OneToOne => to_one(&mut loading, target, owners, node, joined).await?,
                PropertyKind::OneToMany | PropertyKind::ManyToMany => to_many(&mut loading, target, owners, node, joined).await?,
                PropertyKind::Scalar | PropertyKind::Lazy => continue,
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
        find_by(loading, entity, entity.key, keys, &lazies).await?;
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
    let mut seen = HashSet::new();
    let mut targets = Vec::new();
    for owner in owners {
        owner.mark_populated(node.field);
        if let Some(reference) = owner.view().and_then(|view| view.to_one(node.field))
            && seen.insert(reference.clone())
        {
            targets.push(reference.clone());
        }
    }
    let missing = |reference: &&AnyRef| !reference.is_initialized() || (loading.refresh && !joined && !reference.is_new());
    let keys = distinct_keys(targets.iter().filter(missing));
    find_by(loading, target, target.key, keys, &node.nested).await?;
    if let Some(missing) = targets.iter().find(|reference| !reference.is_initialized()) {
        let owner = owners.iter().find(|owner| owner.view().and_then(|view| view.to_one(node.field)) == Some(missing));
        return Err(Error::NotFound {
            entity: missing.name().to_owned(),
            criteria: format!(
                "{}, which {}.{} refers to",
                missing.key().map_or_else(|| "without a key".to_owned(), |key| key.to_string()),
                owner.map_or_else(String::new, AnyRef::describe),
                owner.map_or("", |owner| owner.descriptor().fields[usize::from(node.field)].name),
            ),
        });
    }
    Ok(targets)
}

/// Loads collections. Gives all items, each once, when something is to be loaded of them.
async fn to_many(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    owners: &[AnyRef],
    node: &PopulateNode,
    joined: bool,
) -> Result<Vec<AnyRef>> {
    let unloaded: Vec<&AnyRef> = owners
        .iter()
        .filter(|owner| (loading.refresh && !joined && !owner.is_new()) || !owner.is_collection_initialized(node.field))
        .collect();
    if let Some(back) = unloaded.first().and_then(|owner| owner.mapped_by(node.field)) {
        let keys = distinct_keys(unloaded.iter().copied());
        let found = find_by(loading, target, back, keys, &node.nested).await?;
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
            owner.set_collection(node.field, items.iter().copied(), Part::All);
        }
    }
    if node.nested.is_empty() {
        // nobody asks for the items
        return Ok(Vec::new());
    }
    let mut seen = HashSet::new();
    let items = owners.iter().flat_map(|owner| owner.collection_items(node.field));
    Ok(items.filter(|item| item.is_initialized() && seen.insert((*item).clone())).cloned().collect())
}

fn distinct_keys<'a>(references: impl Iterator<Item = &'a AnyRef>) -> Vec<Key> {
    let mut seen = HashSet::new();
    references.filter_map(AnyRef::key).filter(|key| seen.insert(key.clone())).collect()
}

/// Finds the rows whose field is one of the keys, in as many queries as the keys need.
async fn find_by(
    loading: &mut Loading<'_>,
    entity: &EntityMetadata,
    field: u16,
    keys: Vec<Key>,
    populate: &[PopulateNode],
) -> Result<Vec<AnyRef>> {
    let mut found = Vec::new();
    for keys in keys.chunks(loading.max_keys) {
        let values = keys.iter().map(|key| key.to_value().into_owned()).collect();
        let filter = Some(Expr::In { field, values, negated: false });
        let rows = joined::find(loading, entity, FindQuery { filter, ..FindQuery::default() }, populate).await?;
        if found.is_empty() { found = rows } else { found.extend(rows) }
    }
    Ok(found)
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
            let node = PopulateNode { field, nested: Vec::new() };
            populate(&mut loading, entity, std::slice::from_ref(&owner), std::slice::from_ref(&node), Loaded::Before).await?;
        }
        Ok(())
    })
}
