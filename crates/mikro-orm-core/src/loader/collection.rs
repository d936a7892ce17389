//! Questions to the items of one collection.

use super::touched::touched_by_hints;
use super::{FindQuery, Loaded, Loading, count, find, known, loaded, not_found, pivot, plan, populate};
use crate::context::Context;
use crate::error::Result;
use crate::events::Loads;
use crate::heap::AnyRef;
use crate::key::Key;
use crate::metadata::{EntityId, Pivot};
use crate::orm::Strategy;
use crate::populate::PopulateNode;
use crate::query::{CompareOp, Expr, Quantifier};
use std::sync::Arc;

/// What tells an owner's items from others.
enum Items {
    /// They refer to it.
    Referring(Expr),
    /// Rows of this table do.
    Linked(Pivot, Expr),
}

/// Finds items of a collection by what a hint says, and leaves the collection as it is.
pub(crate) async fn matching(
    context: &Arc<Context>,
    owner: &AnyRef,
    mut node: PopulateNode,
    strategy: Option<Strategy>,
) -> Result<Vec<AnyRef>> {
    let Some((target, items, condition)) = items_of(context, owner, node.field).await? else { return Err(not_found(owner)) };
    condition.into_iter().for_each(|condition| node.options_mut().and(condition));
    match items {
        Items::Referring(of_owner) => {
            let options = node.options.map(|options| *options).unwrap_or_default();
            let mut query = FindQuery { filter: Some(of_owner), populate: node.nested, strategy, ..FindQuery::default() };
            options.filter.into_iter().for_each(|filter| query.and(filter));
            (query.order, query.limit, query.offset) = (options.order, options.limit, options.offset);
            find(context, target, query).await
        }
        Items::Linked(pivot, _) => linked(context, owner, node, strategy, target, pivot).await,
    }
}

async fn linked(
    context: &Arc<Context>,
    owner: &AnyRef,
    mut node: PopulateNode,
    strategy: Option<Strategy>,
    target: EntityId,
    pivot: Pivot,
) -> Result<Vec<AnyRef>> {
    let metadata = context.shared.metadata.clone();
    let target = metadata.entity(target);
    let mut query = FindQuery { populate: std::mem::take(&mut node.nested), strategy, ..FindQuery::default() };
    plan::expand(&metadata, target, &mut query, true)?;
    node.nested = std::mem::take(&mut query.populate);
    context.flush_before(None, touched_by_hints(&metadata, target, &node.nested)).await?;
    let heap = context.heap();
    let loads = Loads::watched(context);
    let mut lease = context.lease().await?;
    let mut loading = Loading::new(&context.shared, &heap, lease.connection()?, &query).noting(loads.as_ref());
    let found = pivot::find(&mut loading, target, pivot, owner, &node).await?;
    populate(&mut loading, target, &found, &node.nested, Loaded::Just).await?;
    drop(lease);
    loaded(context, loads).await?;
    Ok(found)
}

/// Counts items of a collection.
pub(crate) async fn count_items(context: &Arc<Context>, owner: &AnyRef, field: u16, filter: Option<Expr>) -> Result<u64> {
    let Some((target, items, condition)) = items_of(context, owner, field).await? else { return Err(not_found(owner)) };
    let filters = condition.into_iter().chain(filter);
    let (entity, of_owner, filters) = match items {
        Items::Referring(of_owner) => (target, of_owner, filters.collect::<Vec<_>>()),
        Items::Linked(pivot, of_owner) => {
            let through =
                |condition| Expr::Related { field: pivot.item, quantifier: Quantifier::Is, condition: Box::new(condition) };
            (pivot.entity, of_owner, filters.map(through).collect())
        }
    };
    let mut query = FindQuery { filter: Some(of_owner), ..FindQuery::default() };
    filters.into_iter().for_each(|filter| query.and(filter));
    count(context, entity, query.filter.as_ref(), None).await
}

/// The items' entity, what tells this owner's, and the condition of the relation's own; none when the owner is not stored. What is pending of the
/// collection is stored first.
async fn items_of(context: &Arc<Context>, owner: &AnyRef, field: u16) -> Result<Option<(EntityId, Items, Option<Expr>)>> {
    let entity = known(context, owner)?;
    if (owner.key().is_none() && owner.is_persisted()) || owner.is_collection_dirty(field) {
        context.flush_pending().await?;
    }
    let is = |field, key: Key| Expr::Compare { field, op: CompareOp::Eq, value: key.to_value().into_owned() };
    let property = context.shared.metadata.entity(entity).property(field);
    let found = owner.key().zip(property.relation.as_ref()).and_then(|(key, relation)| {
        let items = match (relation.pivot, property.mapped_by()) {
            (Some(pivot), _) => Items::Linked(pivot, is(pivot.own, key)),
            (None, Some(back)) => Items::Referring(is(back, key)),
            (None, None) => return None,
        };
        Some((relation.target, items, relation.condition.clone()))
    });
    Ok(found)
}
