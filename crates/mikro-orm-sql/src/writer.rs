//! Text in the making.

use crate::dialect::{Dialect, Lists};
use mikro_orm_core::entity::Source;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::{JsonPlace, JsonStep};

/// A statement's text, and how many placeholders it has so far.
#[derive(Debug)]
pub struct Writer<'d> {
    /// The text.
    pub sql: String,
    dialect: &'d dyn Dialect,
    placeholders: usize,
}

impl<'d> Writer<'d> {
    /// No text yet.
    pub fn new(dialect: &'d dyn Dialect) -> Self {
        Writer { sql: String::with_capacity(128), dialect, placeholders: 0 }
    }
    /// The dialect that is written.
    pub fn dialect(&self) -> &'d dyn Dialect {
        self.dialect
    }
    /// Appends text as it is.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }
    /// Appends a quoted identifier.
    pub fn identifier(&mut self, name: &str) -> &mut Self {
        self.dialect.push_identifier(&mut self.sql, name);
        self
    }
    /// Appends an entity's table.
    pub fn table(&mut self, entity: &EntityMetadata) -> &mut Self {
        self.dialect.push_table(&mut self.sql, entity);
        self
    }
    /// Appends what an entity's rows are read from: its table, or in parentheses the query that it is.
    pub fn source(&mut self, entity: &EntityMetadata) -> &mut Self {
        match entity.source {
            Source::Query(sql) => self.push("(").push(sql.trim().trim_end_matches(';')).push(")"),
            _ => self.table(entity),
        }
    }
    /// Appends the next placeholder.
    pub fn placeholder(&mut self) -> &mut Self {
        self.placeholders += 1;
        self.dialect.push_placeholder(&mut self.sql, self.placeholders);
        self
    }
    /// Appends what `{}` stands for in SQL around it, where there is some.
    pub fn around(&mut self, sql: Option<&str>, inner: impl FnOnce(&mut Self)) -> &mut Self {
        let (before, after) = sql.map_or(("", ""), |sql| sql.split_once("{}").unwrap_or((sql, "")));
        self.push(before);
        inner(self);
        self.push(after)
    }
    /// Appends the next placeholder, as a value of the property is written.
    pub fn value(&mut self, property: &PropertyMetadata) -> &mut Self {
        let written = property.sql_on(self.dialect.name()).written;
        self.around(written, |w| {
            w.placeholder();
        })
    }
    /// Appends placeholders, with commas between them.
    pub fn placeholders(&mut self, count: usize) -> &mut Self {
        for i in 0..count {
            if i > 0 {
                self.push(", ");
            }
            self.placeholder();
        }
        self
    }
    /// Appends the columns of an entity's key, compared with placeholders: `"a" = $1 and "b" = $2`.
    pub fn key_is(&mut self, entity: &EntityMetadata) -> &mut Self {
        for (i, column) in entity.key_columns.iter().enumerate() {
            self.push(if i == 0 { "" } else { " and " }).identifier(entity.property(*column).column()).push(" = ").placeholder();
        }
        self
    }
    /// Appends what is at a place of a source's JSON column.
    pub fn json(&mut self, alias: &str, column: &str, keys: &[JsonStep], property: &PropertyMetadata) -> &mut Self {
        let qualified = self.qualified(alias, column);
        self.dialect.push_json(&mut self.sql, &qualified, keys, property);
        self
    }
    /// Appends what is asked for at a place of a source's JSON column.
    pub fn json_place(&mut self, alias: &str, column: &str, place: &JsonPlace, equal: bool) -> &mut Self {
        let qualified = self.qualified(alias, column);
        self.dialect.push_json_place(&mut self.sql, &qualified, place, equal);
        self
    }
    fn qualified(&self, alias: &str, column: &str) -> String {
        let mut qualified = String::new();
        self.dialect.push_identifier(&mut qualified, alias);
        qualified.push('.');
        self.dialect.push_identifier(&mut qualified, column);
        qualified
    }
    /// Appends the properties' columns to be compared: in parentheses when there are several.
    pub fn tuple<'p>(&mut self, properties: impl ExactSizeIterator<Item = &'p PropertyMetadata>) -> &mut Self {
        let several = properties.len() > 1;
        self.push(if several { "(" } else { "" }).columns(properties).push(if several { ")" } else { "" })
    }
    /// Appends a list of rows of placeholders: `values (?, ?), (?, ?)`, or `(?, ?), (?, ?)`.
    pub fn rows(&mut self, rows: usize, columns: usize) -> &mut Self {
        self.push(if self.dialect.lists() == Lists::Tuples { "" } else { "values " });
        for row in 0..rows {
            self.push(if row == 0 { "(" } else { ", (" }).placeholders(columns).push(")");
        }
        self
    }
    /// Appends the properties' columns, quoted, with commas between them.
    pub fn columns<'p>(&mut self, properties: impl IntoIterator<Item = &'p PropertyMetadata>) -> &mut Self {
        for (i, property) in properties.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.identifier(property.column());
        }
        self
    }
}
