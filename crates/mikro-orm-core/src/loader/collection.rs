//! Questions to the items of one collection.

use super::{FindQuery, count, find, known, not_found};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::heap::AnyRef;
use crate::metadata::EntityId;
use crate::orm::Strategy;
use crate::populate::PopulateNode;
use crate::query::{CompareOp, Expr};
use std::sync::Arc;

/// Finds items of a collection by what a hint says, and leaves the collection as it is.
pub(crate) async fn matching(
    context: &Arc<Context>,
    owner: &AnyRef,
    node: PopulateNode,
    strategy: Option<Strategy>,
) -> Result<Vec<AnyRef>> {
    let (target, of_owner) = items_of(context, owner, node.field).await?;
    let options = node.options.map(|options| *options).unwrap_or_default();
    let mut query = FindQuery { filter: Some(of_owner), populate: node.nested, strategy, ..FindQuery::default() };
    options.filter.into_iter().for_each(|filter| query.and(filter));
    (query.order, query.limit, query.offset) = (options.order, options.limit, options.offset);
    find(context, target, query).await
}

/// Counts items of a collection.
pub(crate) async fn count_items(context: &Arc<Context>, owner: &AnyRef, field: u16, filter: Option<Expr>) -> Result<u64> {
    let (target, of_owner) = items_of(context, owner, field).await?;
    let mut query = FindQuery { filter: Some(of_owner), ..FindQuery::default() };
    filter.into_iter().for_each(|filter| query.and(filter));
    count(context, target, query.filter.as_ref(), None).await
}

/// The items' entity, and the condition that they are items of this owner.
async fn items_of(context: &Arc<Context>, owner: &AnyRef, field: u16) -> Result<(EntityId, Expr)> {
    let entity = known(context, owner)?;
    if owner.key().is_none() && owner.is_persisted() {
        context.flush_before(None, |_| true).await?;
    }
    let Some(key) = owner.key() else { return Err(not_found(owner)) };
    let property = context.shared.metadata.entity(entity).property(field);
    let relation = property.relation.as_ref();
    match (relation, property.mapped_by()) {
        (Some(relation), Some(back)) => {
            Ok((relation.target, Expr::Compare { field: back, op: CompareOp::Eq, value: key.to_value().into_owned() }))
        }
        _ => Err(Error::validation(owner.name(), property.name, "is no collection that can be asked for items")),
    }
}
