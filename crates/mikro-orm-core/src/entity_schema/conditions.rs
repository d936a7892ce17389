//! Conditions of collections, which are by names: what they name is known once all entities are.

use crate::dynamic::IntoDynamicFilter;
use crate::error::{Error, Result};
use crate::metadata::{EntityId, EntityMetadata, Metadata};
use crate::query::Expr;

/// Gives collections that have a condition by names one that is always true, until it is found.
pub(crate) fn announce(entity: &mut EntityMetadata) {
    let Some(parts) = entity.descriptor.parts() else { return };
    for property in &mut entity.properties {
        if let (Some(_), Some(relation)) = (parts.condition(property.index), &mut property.relation) {
            relation.condition = Some(Expr::And(Vec::new()));
        }
    }
}

/// Finds what the conditions name. Says whether there are some.
///
/// # Errors
/// [`Error::Metadata`] when one names what is not there.
pub(crate) fn resolve(metadata: &Metadata) -> Result<Vec<(EntityId, u16, Expr)>> {
    let mut found = Vec::new();
    for entity in metadata.entities() {
        let Some(parts) = entity.descriptor.parts() else { continue };
        for property in &entity.properties {
            let (Some(condition), Some(relation)) = (parts.condition(property.index), &property.relation) else { continue };
            let target = metadata.entity(relation.target);
            let expr = condition.clone().into_dynamic_filter(metadata, target).map_err(|error| Error::Metadata {
                entity: entity.name.to_owned(),
                property: Some(property.name.to_owned()),
                message: format!("has a condition that can't be: {error}"),
            })?;
            found.push((entity.id, property.index, expr));
        }
    }
    Ok(found)
}
