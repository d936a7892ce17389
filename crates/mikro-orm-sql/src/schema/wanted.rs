//! The schema that entities ask for.

use super::model::{Check, Column, Counter, DatabaseSchema, ForeignKey, Generated, NativeEnum, Table, TableName, View};
use super::{indexes, partitions, triggers, views};
use crate::dialect::Dialect;
use crate::template::push_template;
use crate::writer::Writer;
use mikro_orm_core::entity::{Identity, ReferentialAction, Source};
use mikro_orm_core::field::{EnumItem, EnumValue};
use mikro_orm_core::metadata::{CheckMetadata, EntityMetadata, Metadata, PropertyMetadata};

/// The tables of all entities, in commit order.
pub fn wanted(metadata: &Metadata, dialect: &dyn Dialect) -> DatabaseSchema {
    let entities = || metadata.commit_order().iter().map(|id| metadata.entity(*id));
    let schemas = metadata.schemas().into_iter().filter(|_| dialect.has_schemas());
    DatabaseSchema {
        schemas: schemas.map(str::to_owned).collect(),
        tables: entities().filter(|entity| entity.is_table()).map(|entity| table(metadata, dialect, entity)).collect(),
        enums: enums(metadata, dialect),
        views: views::in_order(entities().filter_map(|entity| view(dialect, entity)).collect()),
    }
}

/// The types of enums, each once.
fn enums(metadata: &Metadata, dialect: &dyn Dialect) -> Vec<NativeEnum> {
    let mut found: Vec<NativeEnum> = Vec::new();
    let entities = metadata.commit_order().iter().map(|id| metadata.entity(*id)).filter(|entity| entity.is_table());
    for property in entities.flat_map(EntityMetadata::columns).filter(|_| dialect.has_enums()) {
        let (Some(native), Some(items)) = (&property.native_enum, property.items) else { continue };
        let name = TableName { schema: None, name: native.name.clone() };
        if found.iter().any(|known| known.name == name) {
            continue;
        }
        let items = items.iter().filter_map(|item| match item.value {
            EnumValue::Text(text) => Some(text.to_owned()),
            EnumValue::Number(_) => None,
        });
        found.push(NativeEnum { name, items: items.collect() });
    }
    found
}

pub(super) fn name_of(dialect: &dyn Dialect, entity: &EntityMetadata) -> TableName {
    match entity.schema {
        Some(schema) if dialect.has_schemas() => TableName { schema: Some(schema.to_owned()), name: entity.table.clone() },
        _ => TableName { schema: None, name: entity.qualified_table().into_owned() },
    }
}

fn view(dialect: &dyn Dialect, entity: &EntityMetadata) -> Option<View> {
    let Source::View { sql, materialized, with_data } = entity.source else { return None };
    let definition = sql.trim().trim_end_matches(';').trim_end().to_owned();
    Some(View {
        name: name_of(dialect, entity),
        definition,
        materialized: materialized && dialect.has_materialized_views(),
        with_data,
    })
}

fn table(metadata: &Metadata, dialect: &dyn Dialect, entity: &EntityMetadata) -> Table {
    Table {
        name: name_of(dialect, entity),
        columns: entity.columns().map(|property| column(dialect, entity, property)).collect(),
        primary_key: names(entity, &entity.key_columns),
        primary_key_name: entity.key_name.clone().filter(|_| dialect.names_primary_keys()),
        indexes: indexes::wanted(dialect, entity),
        foreign_keys: entity
            .foreign_keys()
            .filter_map(|(property, _)| foreign_key(metadata, dialect, entity, property))
            .collect(),
        checks: entity
            .constraints
            .iter()
            .filter(|own| !is_type_s(dialect, entity, own))
            .map(|own| check(dialect, entity, own))
            .collect(),
        comment: entity.comment.filter(|_| dialect.has_comments()).map(str::to_owned),
        partition_by: entity.partition_by.filter(|_| dialect.has_partitions()).map(|by| {
            let mut w = Writer::new(dialect);
            push_template(&mut w, entity, by);
            w.sql
        }),
        partitions: if dialect.has_partitions() { partitions::wanted(entity) } else { Vec::new() },
        triggers: triggers::wanted(dialect, entity),
        attached: Vec::new(),
    }
}

pub(super) fn names(entity: &EntityMetadata, columns: &[u16]) -> Vec<String> {
    columns.iter().map(|column| entity.property(*column).column().to_owned()).collect()
}

fn column(dialect: &dyn Dialect, entity: &EntityMetadata, property: &PropertyMetadata) -> Column {
    let counts = property.primary && entity.has_generated_key() && property.custom_type_on(dialect.name()).is_none();
    let mut type_name = String::new();
    dialect.push_type(&mut type_name, property);
    let default = if let Some(expression) = property.default_raw {
        let expression = dialect.default_expression(expression, property);
        Some(if dialect.parenthesized_defaults() { format!("({expression})") } else { expression.to_owned() })
    } else {
        property.default.as_ref().map(|value| {
            let mut literal = String::new();
            dialect.push_literal(&mut literal, value, property);
            literal
        })
    };
    Column {
        name: property.column().to_owned(),
        type_name,
        nullable: property.nullable,
        default: default.filter(|_| !counts),
        counter: counts.then_some(match property.details.identity.filter(|_| dialect.has_identity()) {
            Some(Identity::Always) => Counter::IdentityAlways,
            Some(Identity::ByDefault) => Counter::IdentityByDefault,
            None => Counter::Sequence,
        }),
        generated: property.generated.map(|generated| {
            let mut w = Writer::new(dialect);
            push_template(&mut w, entity, generated.expression);
            Generated { expression: w.sql, stored: generated.stored || !dialect.has_virtual_columns() }
        }),
        collation: property.details.collation.map(str::to_owned),
        comment: property.comment.filter(|_| dialect.has_comments()).map(str::to_owned),
    }
}

fn foreign_key(
    metadata: &Metadata,
    dialect: &dyn Dialect,
    entity: &EntityMetadata,
    property: &PropertyMetadata,
) -> Option<ForeignKey> {
    let relation = property.relation.as_ref()?;
    let target = metadata.entity(relation.target);
    Some(ForeignKey {
        name: relation.foreign_key.clone()?,
        columns: names(entity, entity.columns_of(property.index)),
        target: name_of(dialect, target),
        target_columns: names(target, &target.key_columns),
        on_update: property.on_update(),
        on_delete: property.on_delete().unwrap_or(ReferentialAction::NoAction),
        deferral: relation.defer.filter(|_| dialect.has_deferral()),
    })
}

/// Whether the column's type has what the check says.
fn is_type_s(dialect: &dyn Dialect, entity: &EntityMetadata, check: &CheckMetadata) -> bool {
    let Some(property) = check.property.map(|property| entity.property(property)).filter(|_| check.of_items) else {
        return false;
    };
    let is_text = |item: &EnumItem| matches!(item.value, EnumValue::Text(_));
    let texts = || property.items.is_some_and(|items| items.iter().all(is_text));
    (dialect.has_enums() && property.native_enum.is_some()) || (dialect.has_enum_columns() && texts())
}

fn check(dialect: &dyn Dialect, entity: &EntityMetadata, check: &CheckMetadata) -> Check {
    let mut w = Writer::new(dialect);
    push_template(&mut w, entity, &check.expression);
    Check { name: check.name.clone(), expression: w.sql }
}
