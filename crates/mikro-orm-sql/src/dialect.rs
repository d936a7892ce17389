//! What differs between databases, as far as the text of statements goes.

mod mysql;
mod postgres;
mod sqlite;

pub use mysql::MySql;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

use crate::writer::Writer;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::{JsonKind, JsonPlace, JsonStep, Nulls};
use mikro_orm_core::schema::SchemaScript;
use mikro_orm_core::value::Value;
use std::fmt;

/// How a list of values becomes part of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// `in (?, ?, ?)`. The number of placeholders is rounded up to one of few sizes, the last value repeated.
    Placeholders,
    /// The same, with rows as `in ((?, ?), (?, ?))`, however long it is.
    Tuples,
    /// `= any($1)` with the whole list as one parameter: one text for any length.
    Array,
}

/// What becomes of an index over a part of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialIndexes {
    /// It has a condition.
    Native,
    /// It is over expressions that are null for the other rows.
    Cases,
    /// It is over all rows, which a unique one can't be.
    Whole,
}

/// What a database's indexes can have besides columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexOptions {
    /// Methods: `using gin`.
    pub methods: bool,
    /// Methods that are kinds of indexes: `fulltext`, `spatial`.
    pub kinds: &'static [&'static str],
    /// Where nulls go, and operator classes.
    pub operators: bool,
    /// Collations.
    pub collations: bool,
    /// The beginnings of texts.
    pub prefixes: bool,
    /// Columns that it has besides, and how it is stored.
    pub include: bool,
    /// What says that queries don't use it.
    pub invisible: Option<&'static str>,
    /// Whether it can be built while rows are written.
    pub concurrently: bool,
    /// Constraints that wait for the end of a transaction, and such as exclude each other.
    pub constraints: bool,
    /// What is in JSON documents.
    pub documents: bool,
    /// Dates, times and lists in them: reading these must not depend on settings of a connection.
    pub dates_in_documents: bool,
}

impl IndexOptions {
    /// Columns, and nothing besides.
    pub const NONE: IndexOptions = IndexOptions {
        methods: false,
        kinds: &[],
        operators: false,
        collations: false,
        prefixes: false,
        include: false,
        invisible: None,
        concurrently: false,
        constraints: false,
        documents: false,
        dates_in_documents: false,
    };
}

/// How triggers are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerStyle {
    /// With a function that they call, for several events.
    Functions,
    /// With what they do, for one event, and a condition before it.
    When,
    /// The same, with the condition in it.
    If,
}

/// A database's SQL.
///
/// Identifiers are always quoted, so that every name works: reserved words, spaces, quotes.
pub trait Dialect: Send + Sync + fmt::Debug {
    /// The database's name: `sqlite`, `postgres`.
    fn name(&self) -> &'static str;

    /// The character around identifiers.
    fn quote(&self) -> char;

    /// Appends the quoted identifier. The quote inside it is doubled; NUL, which no database takes, is left out.
    fn push_identifier(&self, out: &mut String, name: &str) {
        let quote = self.quote();
        out.push(quote);
        for c in name.chars().filter(|c| *c != '\0') {
            if c == quote {
                out.push(quote);
            }
            out.push(c);
        }
        out.push(quote);
    }

    /// Whether tables are in schemas. Where they are not, a schema's name is a part of the table's: `shop.book`.
    fn has_schemas(&self) -> bool {
        true
    }

    /// Appends an entity's table.
    fn push_table(&self, out: &mut String, entity: &EntityMetadata) {
        match entity.schema {
            Some(schema) if self.has_schemas() => {
                self.push_identifier(out, schema);
                out.push('.');
                self.push_identifier(out, &entity.table);
            }
            _ => self.push_identifier(out, &entity.qualified_table()),
        }
    }

    /// Appends what is at a place of a JSON column (which is given in SQL), as a value of the property's type; null when there is
    /// nothing.
    fn push_json(&self, out: &mut String, column: &str, keys: &[JsonStep], property: &PropertyMetadata);

    /// Appends what is at a place of a JSON column (which is given in SQL) as a value of the place's kind; null when there is
    /// nothing or something of another kind. When only `equal` values are asked for, that may be left to the comparison.
    fn push_json_place(&self, out: &mut String, column: &str, place: &JsonPlace, equal: bool);

    /// Appends what tells the type of a placeholder, or of one for a list, that is compared with a place of a JSON column.
    fn push_json_type(&self, out: &mut String, kind: JsonKind, list: bool) {
        let _ = (out, kind, list);
    }

    /// Appends whether a list has all, or any, of the items of a parameter, which is a list too.
    fn push_has_items(&self, w: &mut Writer<'_>, all: bool, column: &str);

    /// Drops a schema, if nothing is in it; nothing, where that can't be said.
    fn drop_empty_schema(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// Appends the placeholder of parameter `number` (from 1).
    fn push_placeholder(&self, out: &mut String, number: usize);

    /// How lists are bound.
    fn lists(&self) -> Lists;

    /// The most parameters that one statement takes.
    fn max_params(&self) -> usize;

    /// `like`, or what stands for it.
    fn like(&self) -> &'static str {
        "like"
    }

    /// Appends what follows an order term so that nulls go where they should.
    fn push_nulls(&self, out: &mut String, nulls: Nulls) {
        out.push_str(match nulls {
            Nulls::First => " nulls first",
            Nulls::Last => " nulls last",
        });
    }

    /// Appends what precedes an order term so that nulls go where they should, where nothing can follow it.
    fn push_nulls_before(&self, w: &mut Writer<'_>, nulls: Nulls, column: &str) {
        let _ = (w, nulls, column);
    }

    /// How two values are compared that may be null.
    fn equals_null(&self) -> &'static str {
        " is not distinct from "
    }

    /// What follows the table of an insert without columns.
    fn default_values(&self) -> &'static str {
        " default values"
    }

    /// Appends what an insert says so that what is there already is left as it is.
    fn push_skip_existing(&self, w: &mut Writer<'_>, entity: &EntityMetadata) {
        let _ = entity;
        w.push(" on conflict do nothing");
    }

    /// Whether inserts give rows back: `returning`.
    fn returns_rows(&self) -> bool {
        true
    }

    /// The longest name, in bytes.
    fn longest_name(&self) -> Option<usize> {
        None
    }

    /// What must stand for the limit of a query that has an offset and no limit.
    fn no_limit(&self) -> Option<&'static str> {
        None
    }

    /// Appends a column's type (the user's `column_type`, when there is one).
    fn push_type(&self, out: &mut String, property: &PropertyMetadata);

    /// Appends type and constraints of a column whose numbers the database counts, which is of this type; and whether it
    /// is the primary key.
    fn push_counted(&self, out: &mut String, type_name: &str, is_key: bool);

    /// Appends a value as a literal, for defaults.
    fn push_literal(&self, out: &mut String, value: &Value<'_>, property: &PropertyMetadata);

    /// Appends a text as a literal, for comments.
    fn push_text(&self, out: &mut String, text: &str) {
        push_text_literal(out, text);
    }

    /// A column's default, as the database is to be given it: `expression` itself, unless the database's own spelling
    /// of the present differs from how values of the column are written.
    fn default_expression<'a>(&self, expression: &'a str, property: &PropertyMetadata) -> &'a str {
        let _ = property;
        expression
    }

    /// Whether a default that is an expression needs parentheses.
    fn parenthesized_defaults(&self) -> bool {
        false
    }

    /// Whether foreign keys are part of `create table`; else they are added when all tables exist.
    fn inline_foreign_keys(&self) -> bool {
        false
    }

    /// Statements during which rows may refer to what is not there for a moment.
    fn unreferenced(&self, statements: Vec<String>) -> SchemaScript {
        SchemaScript::of(statements)
    }

    /// The statements that delete all rows of these tables, and let generated keys begin anew.
    fn empty_tables(&self, tables: &[&EntityMetadata]) -> SchemaScript;

    /// What indexes can have besides columns.
    fn index_options(&self) -> IndexOptions {
        IndexOptions::NONE
    }

    /// Whether tables have partitions.
    fn has_partitions(&self) -> bool {
        false
    }

    /// How triggers are said.
    fn triggers(&self) -> TriggerStyle {
        TriggerStyle::When
    }

    /// Whether enums can be types.
    fn has_enums(&self) -> bool {
        false
    }

    /// Whether the constraint of a primary key has a name.
    fn names_primary_keys(&self) -> bool {
        false
    }

    /// Whether it can be said of a generated column that it is never null.
    fn has_mandatory_generated_columns(&self) -> bool {
        true
    }

    /// Whether tables and columns have comments.
    fn has_comments(&self) -> bool {
        false
    }

    /// Whether keys can be `generated .. as identity`; else they are numbered as keys are.
    fn has_identity(&self) -> bool {
        false
    }

    /// Whether views can be stored.
    fn has_materialized_views(&self) -> bool {
        false
    }

    /// Whether generated columns can be computed by each query; else their values are stored.
    fn has_virtual_columns(&self) -> bool {
        true
    }

    /// Whether comments are part of columns and tables; else they are statements of their own.
    fn has_inline_comments(&self) -> bool {
        false
    }

    /// Whether an enum's values are part of its column's type; else they are a check.
    fn has_enum_columns(&self) -> bool {
        false
    }

    /// What becomes of indexes over a part of the rows.
    fn partial_indexes(&self) -> PartialIndexes {
        PartialIndexes::Native
    }

    /// Whether there are indexes over expressions.
    fn has_expression_indexes(&self) -> bool {
        true
    }

    /// Whether an expression in an index is in parentheses of its own.
    fn parenthesized_index_expressions(&self) -> bool {
        false
    }

    /// How much of a column is in an index, where all of it can't be.
    fn index_prefix(&self, property: &PropertyMetadata) -> Option<u32> {
        let _ = property;
        None
    }

    /// Whether the check of a foreign key can wait for the end of the transaction.
    fn has_deferral(&self) -> bool {
        true
    }

    /// What follows the columns of `create table`.
    fn table_suffix(&self) -> &'static str {
        ""
    }

    /// What follows `drop table if exists ..`.
    fn drop_suffix(&self) -> &'static str {
        ""
    }
}

/// Appends a text literal: in single quotes, which are doubled inside.
pub fn push_text_literal(out: &mut String, text: &str) {
    out.push('\'');
    for c in text.chars().filter(|c| *c != '\0') {
        if c == '\'' {
            out.push('\'');
        }
        out.push(c);
    }
    out.push('\'');
}

/// Appends bytes as hexadecimal digits.
pub fn push_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

#[cfg(test)]
mod tests;
