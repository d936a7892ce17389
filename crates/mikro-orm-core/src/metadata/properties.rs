//! Properties from fields: kinds, columns and names.

use super::by_type::ByType;
use super::embedded;
use super::generated;
use super::types::{EntityId, EntityMetadata, NativeEnum, PropertyKind, PropertyMetadata, RelationMetadata};
use crate::entity::{Cascade, DefaultValue, EntityDescriptor, FieldDef, Target};
use crate::entity_schema::SchemaParts;
use crate::field::FieldKind;
use crate::naming::{NameKind, Names};
use crate::query::OrderTerm;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The entities that a field leads to, or a field of what is embedded there.
pub(super) fn referred(field: &'static FieldDef) -> Vec<&'static EntityDescriptor> {
    let relation = field.attributes.relation;
    let own = [field.target, relation.pivot_entity, relation.map_to_pk].into_iter().flatten().map(Target::descriptor);
    let embedded = field.vtable.embedded.into_iter().flat_map(|def| def.fields).flat_map(referred);
    own.chain(embedded).collect()
}

fn table_of(descriptor: &EntityDescriptor, names: Names<'_>) -> String {
    descriptor.table.map_or_else(|| names.table(descriptor.name), ToOwned::to_owned)
}

pub(super) fn column_of(field: &FieldDef, names: Names<'_>) -> String {
    field.attributes.column.map_or_else(|| names.column(field.name), ToOwned::to_owned)
}

/// An entity, with its properties named and its relations leading somewhere.
pub(super) fn entity(id: EntityId, descriptor: &'static EntityDescriptor, by_type: &ByType, names: Names<'_>) -> EntityMetadata {
    let table = table_of(descriptor, names);
    let mut properties = Vec::with_capacity(descriptor.fields.len());
    let mut collections = Vec::new();
    for (index, field) in (0_u16..).zip(descriptor.fields) {
        let property = property(index, field, None, (&table, names), by_type, &mut collections);
        properties.push(property);
    }
    embedded::add((&table, names), &mut properties, descriptor.fields, by_type);
    let version = properties.iter().find(|property| property.version).map(|property| property.index);
    let is_eager = |property: &&PropertyMetadata| property.relation.as_ref().is_some_and(|relation| relation.eager);
    let eager = properties.iter().filter(is_eager).map(|property| property.index).collect();
    EntityMetadata {
        id,
        name: descriptor.name,
        alias: names.alias(&table),
        table,
        source: descriptor.options.source,
        schema: descriptor.options.schema,
        properties,
        // (see `keys::resolve`)
        key: 0,
        key_columns: Vec::new(),
        key_name: None,
        version,
        checks: Vec::new(),
        selected: Vec::new(),
        unwritten: Vec::new(),
        read_back: Vec::new(),
        collections,
        eager,
        indexes: Vec::new(),
        constraints: Vec::new(),
        order: order(descriptor),
        triggers: descriptor.options.triggers,
        partition_by: descriptor.options.partition_by,
        partitions: descriptor.options.partitions,
        comment: descriptor.options.comment,
        is_pivot: false,
        pivot_of: Vec::new(),
        levels: Vec::new(),
        discriminator: None,
        level_of: None,
        descriptor,
        shape: OnceLock::new(),
    }
}

/// The order of its rows where a query says no other.
fn order(descriptor: &EntityDescriptor) -> Vec<OrderTerm> {
    let said = descriptor.options.order_by.map(|order| order());
    said.or_else(|| descriptor.parts().map(SchemaParts::order)).unwrap_or_default()
}

/// A field's property. Its column has the name that is given, or that the field says.
pub(super) fn property(
    index: u16,
    field: &'static FieldDef,
    named_column: Option<String>,
    (table, names): (&str, Names<'_>),
    by_type: &ByType,
    collections: &mut Vec<u16>,
) -> PropertyMetadata {
    let column_of = |field, names| named_column.unwrap_or_else(|| column_of(field, names));
    let (attributes, said, details) = (&field.attributes, field.attributes.relation, field.attributes.details);
    let target = field.target.or(said.map_to_pk).map(Target::descriptor);
    let (kind, column_type, column) = match field.vtable.kind {
        // (as for relations, below)
        FieldKind::Scalar(column_type) if said.map_to_pk.is_some() => (PropertyKind::Scalar, Some(column_type), None),
        // (one with a name shows the column of another property, see `generated::unstored`)
        FieldKind::Scalar(column_type) if !attributes.persist && details.formula.is_none() && attributes.column.is_none() => {
            (PropertyKind::Virtual, Some(column_type), None)
        }
        FieldKind::Scalar(column_type) => (PropertyKind::Scalar, Some(column_type), Some(column_of(field, names))),
        FieldKind::Lazy(column_type) => (PropertyKind::Lazy, Some(column_type), Some(column_of(field, names))),
        FieldKind::ToOne if attributes.mapped_by.is_some() => (PropertyKind::OneToOne, None, None),
        FieldKind::ToOne => {
            // (columns of relations are named and typed by the target's key, see `keys::resolve`)
            (if said.one_to_one { PropertyKind::OneToOne } else { PropertyKind::ManyToOne }, None, None)
        }
        FieldKind::ToMany if said.many_to_many => (PropertyKind::ManyToMany, None, None),
        FieldKind::ToMany => (PropertyKind::OneToMany, None, None),
    };
    let relation = target.and_then(|target| by_type.get(&target.key())).map(|target| {
        let slot = kind.is_to_many().then(|| {
            collections.push(index);
            u16::try_from(collections.len() - 1).unwrap_or(u16::MAX)
        });
        let owner = attributes.mapped_by.is_none() && kind != PropertyKind::OneToMany;
        // (a name that is empty is generated when the columns are known)
        let foreign_key = (owner && !kind.is_to_many()).then(|| said.foreign_key_name.unwrap_or_default().to_owned());
        RelationMetadata {
            target: *target,
            other_side: None,
            owner,
            foreign_key: foreign_key.filter(|_| said.constraint && details.formula.is_none()),
            slot,
            pivot: None,
            cascade: match details.formula {
                None => said.cascade.unwrap_or_default(),
                // (nothing is written of it)
                Some(_) => said.cascade.unwrap_or(Cascade { persist: false, remove: false }),
            },
            orphan_removal: said.orphan_removal,
            condition: said.condition.filter(|_| kind.is_to_many()).map(|condition| condition()),
            full: None,
            eager: said.eager,
            strategy: said.strategy,
            fixed_order: said.fixed_order,
            delete_rule: said.delete_rule,
            update_rule: said.update_rule,
            defer: said.defer,
        }
    });
    let named = |name: Option<&str>, kind: NameKind| {
        let name = name?;
        Some(match &column {
            Some(column) if name.is_empty() => names.constraint(table, &[column], kind),
            // (what a base says is in each of its entities)
            _ => name.replace("{table}", table),
        })
    };
    let native_enum = named(details.native_enum, NameKind::EnumType);
    let (custom_type, generated) = generated::of(attributes.column_type, details.generated);
    // a one-to-one relation is one that no two rows share
    let one_to_one = kind == PropertyKind::OneToOne || (said.one_to_one && said.map_to_pk.is_some());
    let unique = attributes.unique.or((one_to_one && attributes.mapped_by.is_none() && details.formula.is_none()).then_some(""));
    let join_columns = if said.join_columns.is_empty() { attributes.column.as_slice() } else { said.join_columns };
    PropertyMetadata {
        index,
        name: field.name,
        kind,
        column_type,
        custom_type,
        custom_types: details.column_types.to_vec(),
        type_on: field.vtable.column_type,
        sql_on: field.vtable.sql,
        items: field.vtable.items,
        native_enum: native_enum
            .map(|name| NativeEnum::new(name, matches!(column_type, Some(crate::field::ColumnType::Array(_))))),
        nullable: field.vtable.nullable,
        primary: attributes.primary,
        unique: named(unique, NameKind::Unique),
        index_name: named(attributes.index, NameKind::Index),
        length: attributes.length,
        // what is read only when asked for is read so because it is large
        text: attributes.text || ((kind == PropertyKind::Lazy || field.vtable.items.is_some()) && attributes.length.is_none()),
        default: attributes.default.map(DefaultValue::get),
        default_raw: attributes.default_raw,
        hidden: attributes.hidden,
        on_create: attributes.on_create,
        version: attributes.version,
        concurrency_check: attributes.concurrency_check,
        persist: attributes.persist && generated.is_none() && details.formula.is_none(),
        generated,
        details,
        serialized_name: attributes.serialized_name.unwrap_or(field.name.trim_start_matches("r#")),
        comment: attributes.comment,
        check: attributes.check.map(Cow::Borrowed),
        groups: attributes.groups,
        relation,
        column,
        parts: Vec::new(),
        part_of: None,
        leaf: false,
        levels: Vec::new(),
        json: None,
        shared: false,
        join_columns: join_columns.iter().map(|column| (*column).to_owned()).collect(),
    }
}
