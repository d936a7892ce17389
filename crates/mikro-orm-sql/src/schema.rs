//! Creating and dropping the tables of all entities.

use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::entity::{Deferral, ReferentialAction};
use mikro_orm_core::metadata::{EntityMetadata, Metadata, PropertyMetadata};

/// The statements that create everything: tables in commit order, their indexes, and foreign keys.
pub fn create(metadata: &Metadata, dialect: &dyn Dialect) -> Vec<String> {
    let mut statements = Vec::new();
    for id in metadata.commit_order() {
        let entity = metadata.entity(*id);
        statements.push(create_table(metadata, dialect, entity));
        statements.extend(create_indexes(dialect, entity));
    }
    if !dialect.inline_foreign_keys() {
        for id in metadata.commit_order() {
            statements.extend(add_foreign_keys(metadata, dialect, metadata.entity(*id)));
        }
    }
    statements
}

/// The statements that drop everything that there is.
pub fn drop(metadata: &Metadata, dialect: &dyn Dialect) -> Vec<String> {
    let mut statements = Vec::new();
    let around = dialect.around_drop();
    statements.extend(around.map(|(before, _)| before.to_owned()));
    for id in metadata.commit_order().iter().rev() {
        let mut w = Writer::new(dialect);
        w.push("drop table if exists ").table(metadata.entity(*id)).push(dialect.drop_suffix());
        statements.push(w.sql);
    }
    statements.extend(around.map(|(_, after)| after.to_owned()));
    statements
}

/// ``create table `book` (..)``
pub fn create_table(metadata: &Metadata, dialect: &dyn Dialect, entity: &EntityMetadata) -> String {
    let mut w = Writer::new(dialect);
    w.push("create table ").table(entity).push(" (");
    for (i, property) in entity.columns().enumerate() {
        w.push(if i == 0 { "" } else { ", " });
        column(&mut w, entity, property);
    }
    if entity.has_composite_key() {
        w.push(", primary key ").tuple(entity.key_columns.iter().map(|column| entity.property(*column)));
    }
    if dialect.inline_foreign_keys() {
        for (property, _) in entity.foreign_keys() {
            foreign_key(&mut w, metadata, entity, property, ", ");
        }
    }
    w.push(")");
    w.sql
}

fn column(w: &mut Writer<'_>, entity: &EntityMetadata, property: &PropertyMetadata) {
    let dialect = w.dialect();
    w.identifier(property.column()).push(" ");
    if property.primary && entity.has_generated_key() && property.custom_type.is_none() {
        dialect.push_generated_key(&mut w.sql, property);
        return;
    }
    dialect.push_type(&mut w.sql, property);
    w.push(if property.nullable { " null" } else { " not null" });
    if let Some(expression) = property.default_raw {
        let parentheses = dialect.parenthesized_defaults();
        let expression = dialect.default_expression(expression, property);
        w.push(if parentheses { " default (" } else { " default " }).push(expression).push(if parentheses { ")" } else { "" });
    } else if let Some(value) = &property.default {
        w.push(" default ");
        dialect.push_literal(&mut w.sql, value, property);
    }
    if property.primary && !entity.has_composite_key() {
        w.push(" primary key");
    }
}

/// Appends a to-one relation's constraint; nothing for other properties.
fn foreign_key(w: &mut Writer<'_>, metadata: &Metadata, entity: &EntityMetadata, property: &PropertyMetadata, before: &str) {
    let Some(relation) = &property.relation else { return };
    let Some(name) = &relation.foreign_key else { return };
    let target = metadata.entity(relation.target);
    w.push(before).push("constraint ").identifier(name);
    let columns = entity.columns_of(property.index).iter().map(|column| entity.property(*column));
    w.push(" foreign key (").columns(columns).push(") references ").table(target);
    w.push(" (").columns(target.key_columns.iter().map(|column| target.property(*column))).push(")");
    w.push(" on update ").push(action(property.on_update()));
    if let Some(rule) = property.on_delete() {
        w.push(" on delete ").push(action(rule));
    }
    w.push(match relation.defer {
        Some(Deferral::Deferred) => " deferrable initially deferred",
        Some(Deferral::Immediate) => " deferrable initially immediate",
        None => "",
    });
}

/// What a foreign key does, in SQL's words.
fn action(rule: ReferentialAction) -> &'static str {
    match rule {
        ReferentialAction::Cascade => "cascade",
        ReferentialAction::SetNull => "set null",
        ReferentialAction::SetDefault => "set default",
        ReferentialAction::Restrict => "restrict",
        ReferentialAction::NoAction => "no action",
    }
}

/// The statements that create an entity's indexes; unique ones are its unique constraints.
pub fn create_indexes(dialect: &dyn Dialect, entity: &EntityMetadata) -> Vec<String> {
    let mut statements = Vec::new();
    if let Some((name, columns)) = entity.unique_pair() {
        statements.push(create_index(dialect, "create unique index ", &name, entity, &columns));
    }
    for property in entity.properties.iter().filter(|property| property.part_of.is_none()) {
        let columns = entity.columns_of(property.index);
        if columns.is_empty() {
            continue;
        }
        if let Some(name) = &property.unique {
            statements.push(create_index(dialect, "create unique index ", name, entity, columns));
        }
        if let Some(name) = &property.index_name {
            statements.push(create_index(dialect, "create index ", name, entity, columns));
        }
    }
    statements
}

fn create_index(dialect: &dyn Dialect, kind: &str, name: &str, entity: &EntityMetadata, columns: &[u16]) -> String {
    let mut w = Writer::new(dialect);
    w.push(kind).identifier(name).push(" on ").table(entity).push(" (");
    w.columns(columns.iter().map(|column| entity.property(*column))).push(")");
    w.sql
}

/// The statements that add an entity's foreign keys to its table.
pub fn add_foreign_keys(metadata: &Metadata, dialect: &dyn Dialect, entity: &EntityMetadata) -> Vec<String> {
    let mut statements = Vec::new();
    for (property, _) in entity.foreign_keys() {
        let mut w = Writer::new(dialect);
        foreign_key(&mut w, metadata, entity, property, "");
        if !w.sql.is_empty() {
            let constraint = std::mem::take(&mut w.sql);
            w.push("alter table ").table(entity).push(" add ").push(&constraint);
            statements.push(w.sql);
        }
    }
    statements
}

#[cfg(test)]
mod tests;
