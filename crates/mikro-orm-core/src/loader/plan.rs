//! What is populated in the end: hints that were given, named at run time or inferred, and eager relations.

use super::{FindQuery, resolve_paths};
use crate::error::{Error, Result};
use crate::metadata::{EntityId, EntityMetadata, Metadata};
use crate::populate::{PopulateNode, merge_node};
use crate::query::{Expr, Quantifier};

/// Completes the hints of a query for an entity's rows; of one that is loaded already, `own` eager relations are not
/// asked for.
pub(super) fn expand(metadata: &Metadata, entity: &EntityMetadata, query: &mut FindQuery, own: bool) -> Result<()> {
    for path in std::mem::take(&mut query.paths) {
        match &*path {
            "*" => query.populate_all = true,
            "$infer" => query.populate_inferred = true,
            _ => resolve_paths(metadata, entity, std::slice::from_ref(&path), &mut query.populate)?,
        }
    }
    if query.populate_inferred {
        if let Some(filter) = &query.filter {
            infer(filter, &mut query.populate);
        }
        for term in &query.order {
            let through = term.path.iter().rev().fold(None, |nested: Option<PopulateNode>, field| {
                Some(PopulateNode { nested: nested.into_iter().collect(), ..PopulateNode::new(*field) })
            });
            through.into_iter().for_each(|node| merge_node(&mut query.populate, node));
        }
    }
    if !query.no_eager && metadata.has_eager {
        eager(metadata, entity, &mut query.populate, own, &mut Vec::new());
    }
    if let Some(filter) = query.filter.as_ref().filter(|_| query.infer_where) {
        narrow(metadata, entity, filter, &mut query.populate);
    }
    check(metadata, entity, &query.populate)
}

/// A condition can't leave out what only the other side knows: the entity would then say that there is nothing.
fn check(metadata: &Metadata, entity: &EntityMetadata, level: &[PopulateNode]) -> Result<()> {
    for node in level {
        let property = entity.property(node.field);
        let Some(relation) = &property.relation else { continue };
        let is_filtered = node.options.as_ref().is_some_and(|options| options.filter.is_some());
        if is_filtered && property.kind.is_to_one() && !relation.owner {
            return Err(Error::validation(
                entity.name,
                property.name,
                "is the side of a one-to-one relation without the foreign key, which a hint's condition can't leave out: \
                 populate all of it, or restrict the queried entities by the filter",
            ));
        }
        check(metadata, metadata.entity(relation.target), &node.nested)?;
    }
    Ok(())
}

/// Adds eager relations on all levels. No path has the same relation twice, so circles end.
fn eager(
    metadata: &Metadata,
    entity: &EntityMetadata,
    level: &mut Vec<PopulateNode>,
    own: bool,
    path: &mut Vec<(EntityId, u16)>,
) {
    for field in entity.eager.iter().filter(|_| own) {
        if !path.contains(&(entity.id, *field)) && level.iter().all(|node| node.field != *field) {
            level.push(PopulateNode::new(*field));
        }
    }
    for node in level.iter_mut().filter(|node| !node.is_references()) {
        if let Some(relation) = &entity.property(node.field).relation {
            path.push((entity.id, node.field));
            eager(metadata, metadata.entity(relation.target), &mut node.nested, true, path);
            path.pop();
        }
    }
}

/// Adds the relations that a condition goes through.
fn infer(filter: &Expr, level: &mut Vec<PopulateNode>) {
    match filter {
        Expr::And(list) | Expr::Or(list) => list.iter().for_each(|expr| infer(expr, level)),
        Expr::Not(inner) => infer(inner, level),
        Expr::Related { field, condition, .. } => {
            let mut nested = Vec::new();
            infer(condition, &mut nested);
            merge_node(level, PopulateNode { nested, ..PopulateNode::new(*field) });
        }
        _ => {}
    }
}

/// Restricts populated collections to the items for which the queried entities were found.
fn narrow(metadata: &Metadata, entity: &EntityMetadata, filter: &Expr, level: &mut [PopulateNode]) {
    for node in level {
        let property = entity.property(node.field);
        let Some(relation) = &property.relation else { continue };
        let Some(condition) = condition_on(filter, node.field) else { continue };
        if property.kind.is_to_many() && condition != Expr::And(Vec::new()) {
            node.options_mut().and(condition.clone());
        }
        narrow(metadata, metadata.entity(relation.target), &condition, &mut node.nested);
    }
}

/// What a condition asks of the entities behind a relation, one of which has satisfied it for each owner that was
/// found. (A condition that can hold without the relation asks nothing of it.)
fn condition_on(filter: &Expr, relation: u16) -> Option<Expr> {
    match filter {
        Expr::Related { field, quantifier: Quantifier::Some | Quantifier::Is, condition } if *field == relation => {
            Some((**condition).clone())
        }
        Expr::And(list) => {
            let mut found: Vec<_> = list.iter().filter_map(|expr| condition_on(expr, relation)).collect();
            // (different items may be what satisfied each of them)
            if found.len() > 1 { Some(Expr::Or(found)) } else { found.pop() }
        }
        Expr::Or(list) if !list.is_empty() => {
            list.iter().map(|expr| condition_on(expr, relation)).collect::<Option<_>>().map(Expr::Or)
        }
        _ => None,
    }
}
