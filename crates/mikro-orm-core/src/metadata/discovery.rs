//! From descriptors to metadata: follow relations, name what is not named, wire both sides.

use super::by_type::ByType;
use super::types::{EntityId, EntityMetadata, Metadata};
use super::{EntityList, commit_order, constraints, keys, levels, pivots, properties, validate, views, wiring};
use crate::entity::EntityDescriptor;
use crate::entity_schema::conditions;
use crate::error::{Error, Result};
use crate::naming::{Names, NamingStrategy, Underscore};
use std::collections::{HashMap, HashSet};

/// Finds all entities that the listed ones refer to, names what is not named, wires both sides of relations,
/// and checks that it all fits together.
///
/// # Errors
/// [`Error::Metadata`], naming entity, property and remedy.
pub fn discover(entities: &EntityList) -> Result<Metadata> {
    discover_with(entities, &Underscore)
}

/// The listed entities, and all that they refer to, in the order in which they are found.
pub(crate) fn found(entities: &EntityList) -> Vec<&'static EntityDescriptor> {
    let (mut descriptors, mut known) = (Vec::new(), HashSet::new());
    let mut queue: Vec<_> = entities.iter().rev().map(|entity| entity.descriptor()).collect();
    while let Some(descriptor) = queue.pop() {
        if known.insert(descriptor.key()) {
            descriptors.push(descriptor);
            queue.extend(descriptor.fields.iter().rev().flat_map(properties::referred));
        }
    }
    descriptors
}

/// As [`discover`], with names of another strategy.
///
/// # Errors
/// As there.
pub fn discover_with(entities: &EntityList, naming: &dyn NamingStrategy) -> Result<Metadata> {
    let names = Names(naming);
    let descriptors = found(entities);
    let by_type: ByType = (0_u32..).zip(&descriptors).map(|(index, descriptor)| (descriptor.key(), EntityId(index))).collect();
    let mut by_name = HashMap::new();
    for (index, descriptor) in (0_u32..).zip(&descriptors) {
        if by_name.insert(descriptor.name, EntityId(index)).is_some() {
            return Err(Error::Metadata {
                entity: descriptor.name.to_owned(),
                property: None,
                message: "two entities have this name: rename one of the structs".to_owned(),
            });
        }
    }
    let mut built = Vec::with_capacity(descriptors.len());
    for (index, descriptor) in (0_u32..).zip(&descriptors) {
        built.push(properties::entity(EntityId(index), descriptor, &by_type, names));
    }
    built.iter_mut().for_each(conditions::announce);
    pivots::add(&mut built, &by_type, names)?;
    levels::add(&mut built, names)?;
    views::release(&mut built);
    keys::resolve(&mut built, names)?;
    wiring::wire(&mut built)?;
    built.iter_mut().try_for_each(|entity| constraints::add(entity, names))?;
    constraints::native_enums(&built)?;
    validate::all(&built)?;
    built.iter_mut().for_each(checks);
    let commit_order = commit_order::of(&built);
    let has_eager = built.iter().any(|entity| !entity.eager.is_empty());
    let mut metadata = Metadata { entities: built, by_type, by_name, commit_order, has_eager, waits: Default::default() };
    let found = conditions::resolve(&metadata)?;
    if !found.is_empty() {
        for (entity, field, condition) in found {
            let property = &mut metadata.entities[entity.0 as usize].properties[usize::from(field)];
            property.relation.iter_mut().for_each(|relation| relation.condition = Some(condition.clone()));
        }
        validate::conditions(&metadata.entities)?;
    }
    Ok(metadata)
}

/// Finds what updates check. (That a key is as it was read, they check anyway.)
fn checks(entity: &mut EntityMetadata) {
    let asked = entity.properties.iter().filter(|property| property.concurrency_check && !property.primary);
    let columns = asked.flat_map(|property| entity.columns_of(property.index)).copied();
    let columns = columns.filter(|column| !entity.key_columns.contains(column) && Some(*column) != entity.version);
    entity.checks = columns.chain(entity.version).collect();
}
