//! The schema that entities ask for.

use super::model::{Column, Counter, DatabaseSchema, ForeignKey, Index, Table, TableName};
use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::entity::ReferentialAction;
use mikro_orm_core::metadata::{EntityMetadata, Metadata, PropertyMetadata};

/// The tables of all entities, in commit order.
pub fn wanted(metadata: &Metadata, dialect: &dyn Dialect) -> DatabaseSchema {
    let entities = metadata.commit_order().iter().map(|id| metadata.entity(*id));
    DatabaseSchema { tables: entities.map(|entity| table(metadata, dialect, entity)).collect(), enums: Vec::new() }
}

fn name_of(entity: &EntityMetadata) -> TableName {
    TableName { schema: None, name: entity.table.clone() }
}

fn table(metadata: &Metadata, dialect: &dyn Dialect, entity: &EntityMetadata) -> Table {
    Table {
        name: name_of(entity),
        columns: entity.columns().map(|property| column(dialect, entity, property)).collect(),
        primary_key: names(entity, &entity.key_columns),
        primary_key_name: None,
        indexes: indexes(dialect, entity),
        foreign_keys: entity.foreign_keys().filter_map(|(property, _)| foreign_key(metadata, entity, property)).collect(),
        checks: Vec::new(),
        comment: None,
        attached: Vec::new(),
    }
}

fn names(entity: &EntityMetadata, columns: &[u16]) -> Vec<String> {
    columns.iter().map(|column| entity.property(*column).column().to_owned()).collect()
}

fn column(dialect: &dyn Dialect, entity: &EntityMetadata, property: &PropertyMetadata) -> Column {
    let counts = property.primary && entity.has_generated_key() && property.custom_type.is_none();
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
        counter: counts.then_some(Counter::Sequence),
        generated: None,
        collation: None,
        comment: None,
    }
}

fn foreign_key(metadata: &Metadata, entity: &EntityMetadata, property: &PropertyMetadata) -> Option<ForeignKey> {
    let relation = property.relation.as_ref()?;
    let target = metadata.entity(relation.target);
    Some(ForeignKey {
        name: relation.foreign_key.clone()?,
        columns: names(entity, entity.columns_of(property.index)),
        target: name_of(target),
        target_columns: names(target, &target.key_columns),
        on_update: property.on_update(),
        on_delete: property.on_delete().unwrap_or(ReferentialAction::NoAction),
        deferral: relation.defer,
    })
}

/// Indexes, of which unique ones are the unique constraints.
fn indexes(dialect: &dyn Dialect, entity: &EntityMetadata) -> Vec<Index> {
    let mut indexes = Vec::new();
    if let Some((name, columns)) = entity.unique_pair() {
        indexes.push(index(dialect, name, true, entity, &columns));
    }
    for property in entity.properties.iter().filter(|property| property.part_of.is_none()) {
        let columns = entity.columns_of(property.index);
        if columns.is_empty() {
            continue;
        }
        if let Some(name) = &property.unique {
            indexes.push(index(dialect, name.clone(), true, entity, columns));
        }
        if let Some(name) = &property.index_name {
            indexes.push(index(dialect, name.clone(), false, entity, columns));
        }
    }
    indexes
}

fn index(dialect: &dyn Dialect, name: String, unique: bool, entity: &EntityMetadata, columns: &[u16]) -> Index {
    let mut w = Writer::new(dialect);
    w.push("(").columns(columns.iter().map(|column| entity.property(*column))).push(")");
    Index { name, unique, constraint: false, definition: w.sql, columns: names(entity, columns) }
}
