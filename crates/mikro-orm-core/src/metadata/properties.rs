//! Properties from fields: kinds, columns and names.

use super::by_type::ByType;
use super::types::{EntityId, EntityMetadata, PropertyKind, PropertyMetadata, RelationMetadata};
use crate::entity::{EntityDescriptor, FieldDef};
use crate::error::{Error, Result};
use crate::field::FieldKind;
use crate::naming;
use std::sync::OnceLock;

/// The entities that a field leads to.
pub(super) fn referred(field: &FieldDef) -> impl Iterator<Item = &'static EntityDescriptor> + use<> {
    let relation = field.attributes.relation;
    [field.target, relation.pivot_entity, relation.map_to_pk].into_iter().flatten().map(|target| target())
}

fn table_of(descriptor: &EntityDescriptor) -> String {
    descriptor.table.map_or_else(|| naming::snake_case(descriptor.name), ToOwned::to_owned)
}

fn column_of(field: &FieldDef) -> String {
    field.attributes.column.map_or_else(|| field.name.trim_start_matches("r#").to_owned(), ToOwned::to_owned)
}

/// An entity, with its properties named and its relations leading somewhere.
pub(super) fn entity(id: EntityId, descriptor: &'static EntityDescriptor, by_type: &ByType) -> Result<EntityMetadata> {
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
        is_pivot: false,
        descriptor,
        shape: OnceLock::new(),
    })
}

fn property(index: u16, field: &'static FieldDef, table: &str, by_type: &ByType, collections: &mut Vec<u16>) -> PropertyMetadata {
    let (attributes, said) = (&field.attributes, field.attributes.relation);
    let target = field.target.map(|target| target());
    let (kind, column_type, column) = match field.vtable.kind {
        FieldKind::Scalar(column_type) => (PropertyKind::Scalar, Some(column_type), Some(column_of(field))),
        FieldKind::Lazy(column_type) => (PropertyKind::Lazy, Some(column_type), Some(column_of(field))),
        FieldKind::ToOne if attributes.mapped_by.is_some() => (PropertyKind::OneToOne, None, None),
        FieldKind::ToOne => {
            let key = target.and_then(|target| target.fields.iter().find(|field| field.attributes.primary));
            let column_type = key.and_then(|key| match key.vtable.kind {
                FieldKind::Scalar(column_type) => Some(column_type),
                _ => None,
            });
            let name = field.name.trim_start_matches("r#");
            let column = attributes
                .column
                .or(said.join_columns.first().copied())
                .map_or_else(|| naming::join_column(name, &key.map_or_else(|| "id".to_owned(), column_of)), ToOwned::to_owned);
            let kind = if said.one_to_one { PropertyKind::OneToOne } else { PropertyKind::ManyToOne };
            (kind, column_type, Some(column))
        }
        FieldKind::ToMany if said.many_to_many => (PropertyKind::ManyToMany, None, None),
        FieldKind::ToMany => (PropertyKind::OneToMany, None, None),
    };
    let relation = target.and_then(|target| by_type.get(&(target.type_id)())).map(|target| {
        let slot = kind.is_to_many().then(|| {
            collections.push(index);
            u16::try_from(collections.len() - 1).unwrap_or(u16::MAX)
        });
        let owner = attributes.mapped_by.is_none() && kind != PropertyKind::OneToMany;
        let generated = || column.as_ref().map(|column| naming::foreign_key(table, column));
        let foreign_key = said.foreign_key_name.filter(|_| column.is_some()).map(ToOwned::to_owned).or_else(generated);
        RelationMetadata {
            target: *target,
            other_side: None,
            owner,
            foreign_key: foreign_key.filter(|_| said.constraint),
            slot,
            pivot: None,
            cascade: said.cascade.unwrap_or_default(),
            orphan_removal: said.orphan_removal,
            eager: said.eager,
            strategy: said.strategy,
            fixed_order: said.fixed_order,
            delete_rule: said.delete_rule,
            update_rule: said.update_rule,
            defer: said.defer,
        }
    });
    let named = |name: Option<&str>, generate: fn(&str, &str) -> String| {
        let name = name?;
        Some(if name.is_empty() { generate(table, column.as_deref().unwrap_or_default()) } else { name.to_owned() })
    };
    // a one-to-one relation is one that no two rows share
    let unique = attributes.unique.or((kind == PropertyKind::OneToOne && column.is_some()).then_some(""));
    PropertyMetadata {
        index,
        name: field.name,
        kind,
        column_type,
        custom_type: attributes.column_type,
        nullable: field.vtable.nullable,
        primary: attributes.primary,
        unique: named(unique, naming::unique),
        index_name: named(attributes.index, naming::index),
        length: attributes.length,
        // what is read only when asked for is read so because it is large
        text: attributes.text || (kind == PropertyKind::Lazy && attributes.length.is_none()),
        default: attributes.default.map(|default| default()),
        default_raw: attributes.default_raw,
        hidden: attributes.hidden,
        on_create: attributes.on_create,
        version: attributes.version,
        concurrency_check: attributes.concurrency_check,
        persist: attributes.persist,
        serialized_name: attributes.serialized_name.unwrap_or(field.name.trim_start_matches("r#")),
        groups: attributes.groups,
        relation,
        column,
    }
}
