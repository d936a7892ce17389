//! Sides of one-to-one relations without a column: whose row says what they refer to.

use super::Loading;
use super::pivot::key;
use super::select_in::{distinct_keys, find_by};
use crate::driver::Row;
use crate::error::Result;
use crate::heap::AnyRef;
use crate::key::Key;
use crate::metadata::{EntityMetadata, Metadata};
use crate::populate::PopulateNode;
use crate::query::{Expr, Join, Select};
use std::collections::{HashMap, HashSet};

/// Joins what the sides without a column refer to, unless it is joined already: they are references, or null, in every
/// row of their entity.
pub(super) fn join_keys(metadata: &Metadata, owner: &EntityMetadata, parent: Option<usize>, joins: &mut Vec<Join>) {
    for property in owner.inverse_one_to_ones() {
        let Some(relation) = &property.relation else { continue };
        // (a join with a condition does not say whether there is one)
        let joined = |join: &Join| join.parent == parent && join.field == property.index && join.filter.is_none();
        if !joins.iter().any(joined) {
            let target = metadata.entity(relation.target);
            let join = Join::new(parent, property.index, target.id, target.key_columns.clone(), false);
            joins.push(Join { key_only: true, ..join });
        }
    }
}

/// Loads which entities sides without a column refer to, and not their rows.
pub(super) async fn load_keys(loading: &mut Loading<'_>, entity: &EntityMetadata, owners: &[AnyRef]) -> Result<()> {
    for property in entity.inverse_one_to_ones() {
        let Some((relation, back)) = property.relation.as_ref().and_then(|relation| Some((relation, relation.other_side?)))
        else {
            continue;
        };
        let target = loading.metadata.entity(relation.target);
        let mut read: HashMap<Key, AnyRef> = HashMap::new();
        let (own, other) = (target.key_columns.len(), target.columns_of(back));
        let columns: Vec<u16> = target.key_columns.iter().chain(other).copied().collect();
        for keys in distinct_keys(owners.iter()).chunks(loading.max_keys) {
            let mut select = Select::new(target.id, columns.clone());
            let values = keys.iter().map(|key| key.to_value().into_owned()).collect();
            select.filter = Some(Expr::In { field: back, values, negated: false });
            let heap = loading.heap;
            let mut sink = |row: &dyn Row| {
                let item = key(row, 0, target, &target.key_columns, target.descriptor)?;
                let owner = key(row, own, target, other, entity.descriptor)?;
                if let Some((item, owner)) = item.zip(owner) {
                    read.insert(owner, heap.reference(target.descriptor, item));
                }
                Ok(())
            };
            loading.connection.find(&select, &mut sink).await?;
        }
        for owner in owners.iter().filter(|owner| !owner.is_new()) {
            owner.set_counterpart_read(property.index, back, owner.key().and_then(|key| read.get(&key)));
        }
    }
    Ok(())
}

/// Loads what sides without a column refer to, by the other sides' foreign keys. Gives all targets, each once.
pub(super) async fn load(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    owners: &[AnyRef],
    node: &PopulateNode,
    joined: bool,
) -> Result<Vec<AnyRef>> {
    let counterpart = |owner: &AnyRef| owner.view().and_then(|view| view.to_one(node.field)).cloned();
    let again = loading.refresh && !joined;
    owners.iter().for_each(|owner| owner.mark_populated(node.field));
    // (what a join did not find is not asked for again)
    let unread = |owner: &&AnyRef| {
        counterpart(owner).is_some_and(|known| match known.is_initialized() {
            false => !(joined && known.is_absent()),
            true => again && !known.is_new() && !owner.is_new(),
        })
    };
    let missing: Vec<AnyRef> = owners.iter().filter(unread).cloned().collect();
    let back = missing.first().and_then(|owner| owner.inverse_fields().find(|(field, _)| *field == node.field));
    if let Some((_, back)) = back {
        let options = node.options.as_deref();
        find_by(loading, target, back, distinct_keys(missing.iter()), &node.nested, options).await?;
        // what an edit points here, its row does not yet
        let edited: Vec<AnyRef> = missing.iter().filter_map(counterpart).filter(|known| !known.is_initialized()).collect();
        find_by(loading, target, target.key, distinct_keys(edited.iter()), &node.nested, options).await?;
        for owner in &missing {
            match counterpart(owner).filter(|known| !known.is_initialized()) {
                Some(left_out) if options.is_some() => left_out.set_absent(),
                // somebody else has deleted it since
                Some(gone) => owner.forget_counterpart(node.field, &gone),
                None => {}
            }
        }
    }
    let mut seen = HashSet::new();
    let targets = owners.iter().filter_map(counterpart).filter(AnyRef::is_initialized);
    Ok(targets.filter(|target| seen.insert(target.clone())).collect())
}
