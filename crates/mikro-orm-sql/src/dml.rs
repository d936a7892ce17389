//! The texts that insert, update and delete.
//!
//! Values are always parameters. Statements that only one database has are files of their own here.

pub mod unnest;

use crate::dialect::{Dialect, Lists};
use crate::writer::Writer;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};

fn properties<'e>(entity: &'e EntityMetadata, fields: &'e [u16]) -> impl ExactSizeIterator<Item = &'e PropertyMetadata> {
    fields.iter().map(|field| entity.property(*field))
}

/// Appends ` returning ..` unless nothing is to be returned.
pub fn push_returning(w: &mut Writer<'_>, entity: &EntityMetadata, returning: &[u16]) {
    if !returning.is_empty() {
        w.push(" returning ").columns(properties(entity, returning));
    }
}

/// Appends ` on conflict do nothing`, or nothing.
pub(crate) fn push_skip_existing(w: &mut Writer<'_>, skip_existing: bool) {
    w.push(if skip_existing { " on conflict do nothing" } else { "" });
}

/// ``insert into `book` (`title`, `author_id`) values (?, ?), (?, ?) returning `id` ``; without columns
/// ``insert into `book` default values``, which is one row whatever `rows` is.
pub fn insert(
    dialect: &dyn Dialect,
    entity: &EntityMetadata,
    columns: &[u16],
    rows: usize,
    returning: &[u16],
    skip_existing: bool,
) -> String {
    let mut w = Writer::new(dialect);
    w.push("insert into ").table(entity);
    if columns.is_empty() {
        w.push(" default values");
    } else {
        w.push(" (").columns(properties(entity, columns)).push(") ").rows(rows, columns.len());
    }
    push_skip_existing(&mut w, skip_existing);
    push_returning(&mut w, entity, returning);
    w.sql
}

/// The columns of an update.
#[derive(Debug, Clone, Copy)]
pub struct Update<'a> {
    /// Those that get values.
    pub columns: &'a [u16],
    /// Those that must still be as they are expected to be.
    pub checks: &'a [u16],
    /// The one that is counted by one.
    pub counted: Option<u16>,
}

/// ``update `book` set `title` = ? where `id` = ? and `version` = ?``
pub fn update(dialect: &dyn Dialect, entity: &EntityMetadata, update: Update<'_>) -> String {
    let Update { columns, checks, counted } = update;
    let mut w = Writer::new(dialect);
    w.push("update ").table(entity).push(" set ");
    for (i, property) in properties(entity, columns).enumerate() {
        w.push(if i == 0 { "" } else { ", " }).identifier(property.column()).push(" = ").placeholder();
    }
    push_counted(&mut w, entity, counted, columns.is_empty(), "");
    w.push(" where ").key_is(entity);
    for check in properties(entity, checks) {
        w.push(" and ").identifier(check.column()).push(equals(check)).placeholder();
    }
    w.sql
}

/// Appends the column that is counted by one.
fn push_counted(w: &mut Writer<'_>, entity: &EntityMetadata, counted: Option<u16>, first: bool, table: &str) {
    if let Some(counted) = counted.map(|field| entity.property(field)) {
        w.push(if first { "" } else { ", " }).identifier(counted.column()).push(" = ");
        w.push(table).identifier(counted.column()).push(" + 1");
    }
}

/// How a column is compared with what is expected, which may be null where the column may be.
fn equals(property: &PropertyMetadata) -> &'static str {
    if property.nullable { " is not distinct from " } else { " = " }
}

/// ``delete from `book` where `id` in (?, ?)``, or `= any($1)`. By several columns
/// ``(`a`, `b`) in (values (?, ?), (?, ?))``, or `in (select * from unnest($1::bigint[], $2::bigint[]))`.
pub fn delete(dialect: &dyn Dialect, entity: &EntityMetadata, by: &[u16], rows: usize) -> String {
    let mut w = Writer::new(dialect);
    w.push("delete from ").table(entity).push(" where ").tuple(properties(entity, by));
    match dialect.lists() {
        Lists::Placeholders if by.len() > 1 => {
            w.push(" in (").rows(rows, by.len()).push(")");
        }
        Lists::Array if by.len() > 1 => {
            w.push(" in (");
            unnest::rows(&mut w, entity, by);
            w.push(")");
        }
        Lists::Placeholders => drop(w.push(" in (").placeholders(rows).push(")")),
        Lists::Array => drop(w.push(" = any(").placeholder().push(")")),
    }
    w.sql
}

#[cfg(test)]
mod tests;
