//! Everything that entities lead to.

use super::select_in::populate;
use super::{Loaded, Loading};
use crate::error::Result;
use crate::heap::AnyRef;
use crate::metadata::EntityId;
use crate::populate::PopulateNode;
use std::collections::{BTreeMap, HashSet};

/// Loads all relations of entities, of what these refer to, and so on until nothing new is met: a query per relation
/// and step, for what is not loaded yet.
pub(super) async fn populate_all(loading: &mut Loading<'_>, entity: EntityId, roots: &[AnyRef]) -> Result<()> {
    let mut seen: HashSet<AnyRef> = roots.iter().cloned().collect();
    let mut next = BTreeMap::from([(entity, roots.to_vec())]);
    while let Some((entity, owners)) = next.pop_first() {
        let entity = loading.metadata.entity(entity);
        for property in &entity.properties {
            let Some(relation) = &property.relation else { continue };
            let node = PopulateNode::new(property.index);
            populate(loading, entity, &owners, std::slice::from_ref(&node), Loaded::Before).await?;
            let to_many = property.kind.is_to_many();
            for owner in &owners {
                let one = owner.view().filter(|_| !to_many).and_then(|view| view.to_one(property.index));
                let many = if to_many { owner.collection_items(property.index) } else { &[] };
                for related in one.into_iter().chain(many).filter(|related| related.is_initialized()) {
                    if seen.insert(related.clone()) {
                        next.entry(relation.target).or_default().push(related.clone());
                    }
                }
            }
        }
    }
    Ok(())
}
