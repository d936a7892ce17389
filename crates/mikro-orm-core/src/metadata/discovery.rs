//! From descriptors to metadata: follow relations, name columns, wire both sides.

use super::by_type::ByType;
use super::types::{EntityId, EntityMetadata, Metadata, PropertyKind, PropertyMetadata, RelationMetadata};
use super::{EntityList, commit_order, validate};
use crate::entity::{EntityDescriptor, FieldDef};
use crate::error::{Error, Result};
use crate::field::FieldKind;
use crate::naming;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Finds all entities that the listed ones refer to, names what is not named, wires both sides of relations,
/// and checks that it all fits together.
///
/// # Errors
/// [`Error::Metadata`], naming entity, property and remedy.
pub fn discover(entities: &EntityList) -> Result<Metadata> {
    let mut descriptors: Vec<&'static EntityDescriptor> = Vec::new();
    let mut by_type = ByType::default();
    let mut queue: Vec<_> = entities.iter().rev().map(|entity| entity.descriptor()).collect();
    while let Some(descriptor) = queue.pop() {
        let next = EntityId(u32::try_from(descriptors.len()).unwrap_or(u32::MAX));
        if by_type.insert((descriptor.type_id)(), next).is_some() {
            // known already: put its first id back
            let first = descriptors.iter().position(|known| (known.type_id)() == (descriptor.type_id)()).unwrap_or_default();
            by_type.insert((descriptor.type_id)(), EntityId(u32::try_from(first).unwrap_or(u32::MAX)));
            continue;
        }
        descriptors.push(descriptor);
        queue.extend(descriptor.fields.iter().rev().filter_map(|field| Some(field.target?())));
    }
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
        built.push(entity(EntityId(index), descriptor, &by_type)?);
    }
    wire(&mut built, &descriptors)?;
    validate::all(&built)?;
    let commit_order = commit_order::of(&built);
    Ok(Metadata { entities: built, by_type, by_name, commit_order })
}

fn table_of(descriptor: &EntityDescriptor) -> String {
    descriptor.table.map_or_else(|| naming::snake_case(descriptor.name), ToOwned::to_owned)
}

fn column_of(field: &FieldDef) -> String {
    field.attributes.column.map_or_else(|| field.name.trim_start_matches("r#").to_owned(), ToOwned::to_owned)
}

fn entity(id: EntityId, descriptor: &'static EntityDescriptor, by_type: &ByType) -> Result<EntityMetadata> {
    let table = table_of(descriptor);
    let mut properties = Vec::with_capacity(descriptor.fields.len());
    let mut collections = Vec::new();
    for (index, field) in (0_u16..).zip(descriptor.fields) {
        let property = property(index, field, &table, by_type, &mut collections);
        properties.push(property);
    }
    let key =
        properties.iter().find(|property| property.primary).map(|property| property.index).ok_or_else(|| Error::Metadata {
            entity: descriptor.name.to_owned(),
            property: None,
            message: "has no primary key: mark a field with `#[orm(primary)]`".to_owned(),
        })?;
    let mut selected = vec![key];
    selected.extend(
        properties
            .iter()
            .filter(|property| property.column.is_some() && property.kind != PropertyKind::Lazy && property.index != key)
            .map(|property| property.index),
    );
    let version = properties.iter().find(|property| property.version).map(|property| property.index);
    Ok(EntityMetadata {
        id,
        name: descriptor.name,
        table,
        properties,
        key,
        version,
        selected,
        collections,
        descriptor,
        shape: OnceLock::new(),
    })
}

fn property(index: u16, field: &'static FieldDef, table: &str, by_type: &ByType, collections: &mut Vec<u16>) -> PropertyMetadata {
    let attributes = &field.attributes;
    let target = field.target.map(|target| target());
    let (kind, column_type, column) = match field.vtable.kind {
        FieldKind::Scalar(column_type) => (PropertyKind::Scalar, Some(column_type), Some(column_of(field))),
        FieldKind::Lazy(column_type) => (PropertyKind::Lazy, Some(column_type), Some(column_of(field))),
        FieldKind::ToOne => {
            let key = target.and_then(|target| target.fields.iter().find(|field| field.attributes.primary));
            let column_type = key.and_then(|key| match key.vtable.kind {
                FieldKind::Scalar(column_type) => Some(column_type),
                _ => None,
            });
            let name = field.name.trim_start_matches("r#");
            let column = attributes
                .column
                .map_or_else(|| naming::join_column(name, &key.map_or_else(|| "id".to_owned(), column_of)), ToOwned::to_owned);
            (PropertyKind::ManyToOne, column_type, Some(column))
        }
        FieldKind::ToMany => (PropertyKind::OneToMany, None, None),
    };
    let relation = target.and_then(|target| by_type.get(&(target.type_id)())).map(|target| {
        let slot = (kind == PropertyKind::OneToMany).then(|| {
            collections.push(index);
            u16::try_from(collections.len() - 1).unwrap_or(u16::MAX)
        });
        let foreign_key = column.as_ref().map(|column| naming::foreign_key(table, column));
        RelationMetadata { target: *target, other_side: None, foreign_key, slot }
    });
    let named = |name: Option<&str>, generate: fn(&str, &str) -> String| {
        let name = name?;
        Some(if name.is_empty() { generate(table, column.as_deref().unwrap_or_default()) } else { name.to_owned() })
    };
    PropertyMetadata {
        index,
        name: field.name,
        kind,
        column_type,
        custom_type: attributes.column_type,
        nullable: field.vtable.nullable,
        primary: attributes.primary,
        unique: named(attributes.unique, naming::unique),
        index_name: named(attributes.index, naming::index),
        length: attributes.length,
        // what is read only when asked for is read so because it is large
        text: attributes.text || (kind == PropertyKind::Lazy && attributes.length.is_none()),
        default: attributes.default.map(|default| default()),
        default_raw: attributes.default_raw,
        hidden: attributes.hidden,
        on_create: attributes.on_create,
        version: attributes.version,
        relation,
        column,
    }
}

/// Connects each inverse side with its owning side.
fn wire(entities: &mut [EntityMetadata], descriptors: &[&'static EntityDescriptor]) -> Result<()> {
    for (index, descriptor) in descriptors.iter().enumerate() {
        for (place, field) in (0_u16..).zip(descriptor.fields) {
            let Some(mapped_by) = field.attributes.mapped_by else { continue };
            let fail = |message: String| Error::Metadata {
                entity: descriptor.name.to_owned(),
                property: Some(field.name.to_owned()),
                message,
            };
            let Some(target) = entities[index].property(place).relation.as_ref().map(|relation| relation.target) else {
                continue;
            };
            let target_entity = &entities[target.0 as usize];
            let owning = target_entity.by_name(mapped_by).ok_or_else(|| {
                fail(format!(
                    "is mapped by {}.{mapped_by}, which does not exist: name {}'s field that refers back",
                    target_entity.name, target_entity.name
                ))
            })?;
            let back = owning.relation.as_ref().filter(|_| owning.kind == PropertyKind::ManyToOne);
            if back.is_none_or(|back| back.target.0 as usize != index) {
                return Err(fail(format!(
                    "is mapped by {}.{mapped_by}, which does not refer to {}: name the field with `Ref<{}>`",
                    target_entity.name, descriptor.name, descriptor.name
                )));
            }
            let owning = owning.index;
            if let Some(relation) = &mut entities[target.0 as usize].properties[usize::from(owning)].relation {
                if relation.other_side.is_some() {
                    return Err(fail(format!(
                        "is the second collection that {}.{mapped_by} maps: keep one of them",
                        descriptors[target.0 as usize].name
                    )));
                }
                relation.other_side = Some(place);
            }
            if let Some(relation) = &mut entities[index].properties[usize::from(place)].relation {
                relation.other_side = Some(owning);
            }
        }
    }
    Ok(())
}
