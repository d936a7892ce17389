//! Entities whose rows are those of a view or a query.

use super::types::EntityMetadata;

/// Takes constraints and indexes away where there is no table: a view has none, and no foreign key refers to one.
pub(super) fn release(entities: &mut [EntityMetadata]) {
    let is_table: Vec<bool> = entities.iter().map(EntityMetadata::is_table).collect();
    for (entity, has_table) in entities.iter_mut().zip(&is_table) {
        for property in &mut entity.properties {
            if let Some(relation) = &mut property.relation
                && !(*has_table && is_table[relation.target.0 as usize])
            {
                relation.foreign_key = None;
            }
            if !has_table {
                (property.unique, property.index_name) = (None, None);
            }
        }
    }
}
