//! The texts that insert, update and delete.
//!
//! Values are always parameters. Statements that only one database has are files of their own here.

pub mod computed;
pub mod unnest;

use crate::dialect::{Dialect, Lists};
use crate::writer::Writer;
use computed::Computed;
use mikro_orm_core::error::Result;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};

fn properties<'e>(entity: &'e EntityMetadata, fields: &'e [u16]) -> impl ExactSizeIterator<Item = &'e PropertyMetadata> {
    fields.iter().map(|field| entity.property(*field))
}

/// Appends ` returning ..` unless nothing is to be returned.
pub fn push_returning(w: &mut Writer<'_>, entity: &EntityMetadata, returning: &[u16]) {
    if !returning.is_empty() && w.dialect().returns_rows() {
        for (i, property) in properties(entity, returning).enumerate() {
            w.push(if i == 0 { " returning " } else { ", " });
            push_read(w, property, |w| {
                w.identifier(property.column());
            });
        }
    }
}

/// Appends a column that is read.
pub(crate) fn push_read(w: &mut Writer<'_>, property: &PropertyMetadata, column: impl FnOnce(&mut Writer<'_>)) {
    let read = property.sql_on(w.dialect().name()).read;
    w.around(read, column);
    if read.is_some() {
        w.push(" as ").identifier(property.column());
    }
}

/// Appends ` on conflict do nothing`, or nothing.
pub(crate) fn push_skip_existing(w: &mut Writer<'_>, entity: &EntityMetadata, skip_existing: bool) {
    if skip_existing {
        w.dialect().push_skip_existing(w, entity);
    }
}

/// The columns of an insert.
#[derive(Debug, Clone, Copy)]
pub struct Insert<'a> {
    /// Those that get values.
    pub columns: &'a [u16],
    /// Those that the database computes.
    pub computed: Computed<'a>,
    /// Those that are read back.
    pub returning: &'a [u16],
    /// Whether what is there already is left as it is.
    pub skip_existing: bool,
}

impl Insert<'_> {
    /// What tells the texts of inserts into one table apart.
    pub fn push_shape(&self, key: &mut Vec<u8>) {
        crate::compiler::fields(key, self.columns);
        crate::compiler::fields(key, self.returning);
        key.push(u8::from(self.skip_existing));
        if !self.computed.is_empty() {
            computed::push_shape(key, self.computed, &[]);
        }
    }
    /// Appends ` ("title", "pages")`.
    fn push_columns(&self, w: &mut Writer<'_>, entity: &EntityMetadata) {
        let computed = self.computed.iter().map(|(field, _)| entity.property(*field));
        w.push(" (").columns(properties(entity, self.columns).chain(computed)).push(")");
    }
}

/// ``insert into `book` (`title`, `author_id`) values (?, ?), (?, ?) returning `id` ``; without columns
/// ``insert into `book` default values``, which is one row whatever `rows` is. Computed columns come last in each row.
///
/// # Errors
/// When an expression names a column: there is no row yet.
pub fn insert(dialect: &dyn Dialect, entity: &EntityMetadata, insert: Insert<'_>, rows: usize) -> Result<String> {
    let Insert { columns, computed, returning, skip_existing } = insert;
    let mut w = Writer::new(dialect);
    w.push("insert into ").table(entity);
    if columns.is_empty() && computed.is_empty() {
        w.push(dialect.default_values());
    } else {
        insert.push_columns(&mut w, entity);
        for row in 0..rows {
            w.push(if row == 0 { " values (" } else { ", (" });
            for (i, property) in properties(entity, columns).enumerate() {
                w.push(if i == 0 { "" } else { ", " }).value(property);
            }
            computed::push_values(&mut w, entity, computed, columns.is_empty())?;
            w.push(")");
        }
    }
    push_skip_existing(&mut w, entity, skip_existing);
    push_returning(&mut w, entity, returning);
    Ok(w.sql)
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
    /// Those that the database computes.
    pub computed: Computed<'a>,
    /// Those that are read back.
    pub returning: &'a [u16],
}

impl Update<'_> {
    /// What tells the texts of updates of one entity apart.
    pub fn push_shape(&self, key: &mut Vec<u8>) {
        crate::compiler::fields(key, self.columns);
        crate::compiler::fields(key, self.checks);
        key.extend(self.counted.map_or(u32::MAX, u32::from).to_le_bytes());
        if !self.computed.is_empty() || !self.returning.is_empty() {
            computed::push_shape(key, self.computed, self.returning);
        }
    }
}

/// ``update `book` set `title` = ? where `id` = ? and `version` = ?``; with what the database computes
/// ``update `book` as t set `title` = ?, `pages` = (t.`pages` + ?) where `id` = ? returning `pages` ``
///
/// # Errors
/// When an expression names what the entity does not have.
pub fn update(dialect: &dyn Dialect, entity: &EntityMetadata, update: Update<'_>) -> Result<String> {
    let Update { columns, checks, counted, computed, returning } = update;
    let mut w = Writer::new(dialect);
    w.push("update ").table(entity);
    if !computed.is_empty() {
        w.push(" as ").push(computed::ROW);
    }
    w.push(" set ");
    for (i, property) in properties(entity, columns).enumerate() {
        w.push(if i == 0 { "" } else { ", " }).identifier(property.column()).push(" = ").value(property);
    }
    computed::push(&mut w, entity, computed, columns.is_empty())?;
    push_counted(&mut w, entity, counted, columns.is_empty() && computed.is_empty(), "");
    w.push(" where ").key_is(entity);
    for check in properties(entity, checks) {
        w.push(" and ").identifier(check.column()).push(equals(dialect, check)).value(check);
    }
    push_returning(&mut w, entity, returning);
    Ok(w.sql)
}

/// Appends the column that is counted by one.
fn push_counted(w: &mut Writer<'_>, entity: &EntityMetadata, counted: Option<u16>, first: bool, table: &str) {
    if let Some(counted) = counted.map(|field| entity.property(field)) {
        w.push(if first { "" } else { ", " }).identifier(counted.column()).push(" = ");
        w.push(table).identifier(counted.column()).push(" + 1");
    }
}

/// How a column is compared with what is expected, which may be null where the column may be.
fn equals(dialect: &dyn Dialect, property: &PropertyMetadata) -> &'static str {
    if property.nullable { dialect.equals_null() } else { " = " }
}

/// ``delete from `book` where `id` in (?, ?)``, or `= any($1)`. By several columns
/// ``(`a`, `b`) in (values (?, ?), (?, ?))``, or `in (select * from unnest($1::bigint[], $2::bigint[]))`.
pub fn delete(dialect: &dyn Dialect, entity: &EntityMetadata, by: &[u16], rows: usize) -> String {
    let mut w = Writer::new(dialect);
    w.push("delete from ").table(entity).push(" where ").tuple(properties(entity, by));
    match dialect.lists() {
        Lists::Placeholders | Lists::Tuples if by.len() > 1 => {
            w.push(" in (").rows(rows, by.len()).push(")");
        }
        Lists::Array if by.len() > 1 => {
            w.push(" in (");
            unnest::rows(&mut w, entity, by);
            w.push(")");
        }
        Lists::Placeholders | Lists::Tuples => drop(w.push(" in (").placeholders(rows).push(")")),
        Lists::Array => drop(w.push(" = any(").placeholder().push(")")),
    }
    w.sql
}

#[cfg(test)]
mod tests;
