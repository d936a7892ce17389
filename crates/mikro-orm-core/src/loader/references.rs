//! Collections without the rows of their items: which entities are in, by key.

use super::Loading;
use super::pivot::key;
use super::select_in::distinct_keys;
use crate::driver::Row;
use crate::error::Result;
use crate::heap::{AnyRef, Part};
use crate::metadata::{EntityMetadata, RelationMetadata};
use crate::populate::PopulateNode;
use crate::query::{Expr, Select};
use std::collections::HashMap;

/// Loads which items collections have. To-one relations know what they refer to.
pub(super) async fn load(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    relation: &RelationMetadata,
    owners: &[AnyRef],
    node: &PopulateNode,
) -> Result<()> {
    let unloaded =
        owners.iter().filter(|owner| !owner.is_new() && (loading.refresh || !owner.is_collection_complete(node.field)));
    let unloaded: Vec<&AnyRef> = unloaded.collect();
    if let Some(pivot) = relation.pivot {
        let node = PopulateNode::new(node.field);
        let node = &super::select_in::narrowed(relation, &node);
        return super::pivot::load_references(loading, target, pivot, &unloaded, node).await;
    }
    let Some(back) = target_field(owners, node) else { return Ok(()) };
    let by_key: HashMap<_, _> = unloaded.iter().filter_map(|owner| Some((owner.key()?, *owner))).collect();
    let mut items: HashMap<&AnyRef, Vec<AnyRef>> = HashMap::new();
    for keys in distinct_keys(unloaded.iter().copied()).chunks(loading.max_keys) {
        let mut select = Select::new(target.id, [&target.key_columns[..], target.columns_of(back)].concat());
        let values = keys.iter().map(|key| key.to_value().into_owned()).collect();
        select.filter = relation.narrowed(Some(&Expr::In { field: back, values, negated: false }));
        target.order_last(&mut select.order, &[]);
        let own = target.key_columns.len();
        let (heap, descriptor) = (loading.heap, target.descriptor);
        let mut sink = |row: &dyn Row| {
            let Some(item) = key(row, 0, target, &target.key_columns, descriptor)? else {
                return Err(target.null_key(target.key_columns[0]));
            };
            let item = heap.reference(descriptor, item);
            // where it is now: an item that was moved meanwhile is in the collection it was moved to
            let moved = item.view().map(|view| view.to_one(back).and_then(AnyRef::key));
            let Some(of_owner) = unloaded.first().map(|owner| owner.descriptor()) else { return Ok(()) };
            let stored = key(row, own, target, target.columns_of(back), of_owner)?;
            if let Some(owner) = moved.unwrap_or(stored).and_then(|key| by_key.get(&key)) {
                items.entry(*owner).or_default().push(item);
            }
            Ok(())
        };
        loading.connection.find(&select, &mut sink).await?;
    }
    for owner in unloaded {
        let items = items.remove(owner).unwrap_or_default();
        owner.set_collection(node.field, &items, Part::References);
    }
    Ok(())
}

/// The items' relation to the owner; none when the field is no collection with one.
fn target_field(owners: &[AnyRef], node: &PopulateNode) -> Option<u16> {
    let owner = owners.first()?;
    owner.collection_fields().contains(&node.field).then(|| owner.mapped_by(node.field)).flatten()
}
