//! Statements that create and drop.

use super::model::{Column, Counter, DatabaseSchema, ForeignKey, Index, NativeEnum, Table, TableName};
use super::{partitions, triggers, views};
use crate::dialect::{Dialect, push_text_literal};
use crate::writer::Writer;
use mikro_orm_core::entity::{Deferral, ReferentialAction};
use mikro_orm_core::schema::SchemaScript;

/// The statements that create everything: tables in order, their indexes, and foreign keys.
pub fn create_all(schema: &DatabaseSchema, dialect: &dyn Dialect) -> Vec<String> {
    let mut statements: Vec<String> = schema.schemas.iter().map(|name| create_schema(dialect, name)).collect();
    statements.extend(schema.enums.iter().map(|kind| create_enum(dialect, kind)));
    for table in &schema.tables {
        statements.push(create_table(dialect, table));
        statements.extend(partitions::create(dialect, table));
        statements.extend(table.indexes.iter().map(|index| create_index(dialect, &table.name, index)));
        statements.extend(comments(dialect, table));
    }
    if !dialect.inline_foreign_keys() {
        for table in &schema.tables {
            statements.extend(table.foreign_keys.iter().map(|key| add_foreign_key(dialect, &table.name, key)));
        }
    }
    statements.extend(schema.views.iter().map(|view| views::create(dialect, view)));
    let triggers = schema.tables.iter().flat_map(|table| &table.triggers);
    statements.extend(triggers.flat_map(|trigger| trigger.statements.iter().cloned()));
    statements
}

/// The statements that drop everything that there is.
pub fn drop_all(schema: &DatabaseSchema, dialect: &dyn Dialect) -> SchemaScript {
    let views = schema.views.iter().rev().map(|view| views::drop(dialect, view, true));
    let drops = schema.tables.iter().rev().map(|table| {
        let mut w = Writer::new(dialect);
        push_name(w.push("drop table if exists "), &table.name).push(dialect.drop_suffix());
        w.sql
    });
    let called = schema.tables.iter().flat_map(|table| &table.triggers).filter_map(|trigger| trigger.function.as_ref());
    let functions = called.map(|function| triggers::drop_function(dialect, function, true));
    let enums = schema.enums.iter().map(|kind| {
        let mut w = Writer::new(dialect);
        push_name(w.push("drop type if exists "), &kind.name);
        w.sql
    });
    let schemas = schema.schemas.iter().filter_map(|name| dialect.drop_empty_schema(name));
    dialect.unreferenced(views.chain(drops).chain(functions).chain(enums).chain(schemas).collect())
}

/// `create type "genre" as enum ('novel', ..)`
pub(super) fn create_enum(dialect: &dyn Dialect, kind: &NativeEnum) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push("create type "), &kind.name).push(" as enum (");
    for (i, item) in kind.items.iter().enumerate() {
        w.push(if i == 0 { "" } else { ", " });
        push_text_literal(&mut w.sql, item);
    }
    w.push(")");
    w.sql
}

/// `create schema if not exists "shop"`
pub(super) fn create_schema(dialect: &dyn Dialect, name: &str) -> String {
    let mut w = Writer::new(dialect);
    w.push("create schema if not exists ").identifier(name);
    w.sql
}

/// Appends a table's name.
pub(super) fn push_name<'w, 'd>(w: &'w mut Writer<'d>, name: &TableName) -> &'w mut Writer<'d> {
    if let Some(schema) = &name.schema {
        w.identifier(schema).push(".");
    }
    w.identifier(&name.name)
}

/// Appends names in parentheses.
pub(super) fn push_list<'w, 'd>(w: &'w mut Writer<'d>, names: &[String]) -> &'w mut Writer<'d> {
    w.push("(");
    for (i, name) in names.iter().enumerate() {
        w.push(if i == 0 { "" } else { ", " }).identifier(name);
    }
    w.push(")")
}

/// ``create table `book` (..)``
pub(super) fn create_table(dialect: &dyn Dialect, table: &Table) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push("create table "), &table.name).push(" (");
    let single = table.primary_key.len() == 1 && table.primary_key_name.is_none();
    for (i, column) in table.columns.iter().enumerate() {
        w.push(if i == 0 { "" } else { ", " });
        push_column(&mut w, column, single && table.primary_key[0] == column.name);
    }
    if !single && !table.primary_key.is_empty() {
        push_key(w.push(", "), table);
    }
    for check in &table.checks {
        w.push(", constraint ").identifier(&check.name).push(" check (").push(&check.expression).push(")");
    }
    if dialect.inline_foreign_keys() {
        for key in &table.foreign_keys {
            push_foreign_key(w.push(", "), key);
        }
    }
    w.push(")").push(dialect.table_suffix());
    if let Some(by) = &table.partition_by {
        w.push(" partition by ").push(by);
    }
    if let Some(comment) = table.comment.as_ref().filter(|_| dialect.has_inline_comments()) {
        push_table_comment(w.push(" "), comment);
    }
    w.sql
}

/// Appends `primary key (..)`.
pub(super) fn push_key(w: &mut Writer<'_>, table: &Table) {
    if let Some(name) = &table.primary_key_name {
        w.push("constraint ").identifier(name).push(" ");
    }
    push_list(w.push("primary key "), &table.primary_key);
}

/// Appends a column's name and what it is.
pub(super) fn push_column(w: &mut Writer<'_>, column: &Column, is_key: bool) {
    let dialect = w.dialect();
    w.identifier(&column.name).push(" ");
    if column.counter == Some(Counter::Sequence) {
        dialect.push_counted(&mut w.sql, &column.type_name, is_key);
        return push_inline_comment(w, column);
    }
    w.push(&column.type_name);
    if let Some(collation) = &column.collation {
        w.push(" collate ").identifier(collation);
    }
    if let Some(generated) = &column.generated {
        w.push(" generated always as (").push(&generated.expression).push(if generated.stored {
            ") stored"
        } else {
            ") virtual"
        });
    }
    w.push(match column.counter {
        Some(Counter::IdentityAlways) => " generated always as identity",
        Some(Counter::IdentityByDefault) => " generated by default as identity",
        _ => "",
    });
    if column.generated.is_none() || dialect.has_mandatory_generated_columns() {
        w.push(if column.nullable { " null" } else { " not null" });
    }
    if let Some(default) = &column.default {
        w.push(" default ").push(default);
    }
    if is_key {
        w.push(" primary key");
    }
    push_inline_comment(w, column);
}

fn push_inline_comment(w: &mut Writer<'_>, column: &Column) {
    let dialect = w.dialect();
    if let Some(comment) = column.comment.as_ref().filter(|_| dialect.has_inline_comments()) {
        dialect.push_text(&mut w.push(" comment ").sql, comment);
    }
}

/// Appends `comment = '..'`.
pub(super) fn push_table_comment(w: &mut Writer<'_>, comment: &str) {
    let dialect = w.dialect();
    dialect.push_text(&mut w.push("comment = ").sql, comment);
}

/// Appends `constraint .. foreign key ..`.
fn push_foreign_key(w: &mut Writer<'_>, key: &ForeignKey) {
    push_list(w.push("constraint ").identifier(&key.name).push(" foreign key "), &key.columns);
    push_list(push_name(w.push(" references "), &key.target).push(" "), &key.target_columns);
    w.push(" on update ").push(action(key.on_update));
    if key.on_delete != ReferentialAction::NoAction {
        w.push(" on delete ").push(action(key.on_delete));
    }
    w.push(match key.deferral {
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

/// ``create index `..` on `book` (..)``; for a constraint, what adds it.
pub(super) fn create_index(dialect: &dyn Dialect, table: &TableName, index: &Index) -> String {
    let mut w = Writer::new(dialect);
    if index.constraint {
        push_name(w.push("alter table "), table).push(" add constraint ").identifier(&index.name);
        w.push(if index.unique { " unique " } else { " " }).push(&index.definition);
        return w.sql;
    }
    w.push(if index.unique { "create unique " } else { "create " });
    if let Some(kind) = index.kind {
        w.push(kind).push(" ");
    }
    w.push("index ").identifier(&index.name).push(" on ");
    push_name(&mut w, table).push(" ").push(&index.definition);
    w.sql
}

/// `alter table "book" add constraint .. foreign key ..`
pub(super) fn add_foreign_key(dialect: &dyn Dialect, table: &TableName, key: &ForeignKey) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push("alter table "), table).push(" add ");
    push_foreign_key(&mut w, key);
    w.sql
}

/// The statements that say what there is to be said about a new table.
pub(super) fn comments(dialect: &dyn Dialect, table: &Table) -> Vec<String> {
    if dialect.has_inline_comments() {
        return Vec::new();
    }
    let of_table = table.comment.as_deref().map(|comment| comment_on(dialect, &table.name, None, Some(comment)));
    let of_columns = table.columns.iter().filter_map(|column| {
        column.comment.as_deref().map(|comment| comment_on(dialect, &table.name, Some(&column.name), Some(comment)))
    });
    of_table.into_iter().chain(of_columns).collect()
}

/// `comment on column "book"."title" is '..'`
pub(super) fn comment_on(dialect: &dyn Dialect, table: &TableName, column: Option<&str>, comment: Option<&str>) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push(if column.is_some() { "comment on column " } else { "comment on table " }), table);
    if let Some(column) = column {
        w.push(".").identifier(column);
    }
    w.push(" is ");
    match comment {
        Some(comment) => push_text_literal(&mut w.sql, comment),
        None => drop(w.push("null")),
    }
    w.sql
}
