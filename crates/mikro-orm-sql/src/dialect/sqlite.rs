//! SQLite.

use super::{Dialect, IndexOptions, Lists, push_hex, push_text_literal};
use crate::format;
use crate::list;
use crate::writer::Writer;
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::{JsonKind, JsonPlace, JsonStep};
use mikro_orm_core::schema::SchemaScript;
use mikro_orm_core::value::Value;
use std::fmt::Write;

/// SQLite's SQL: backticks, `?`, lists as placeholders.
///
/// Column types are chosen for their affinity. Decimals, JSON and dates are `text`: the numeric affinity that
/// names like `decimal` or `json` imply would turn `12.50` into `12.5`, and the document `1` into an integer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }
    fn quote(&self) -> char {
        '`'
    }
    fn push_json(&self, out: &mut String, column: &str, keys: &[JsonStep], property: &PropertyMetadata) {
        let path = json_path(keys);
        let _ = match property.column_type {
            // (in JSON they are text)
            Some(ColumnType::Uuid) => write!(out, "unhex(replace(json_extract({column}, {path}), '-', ''))"),
            Some(ColumnType::Bytes) => write!(out, "unhex(json_extract({column}, {path}))"),
            _ => write!(out, "json_extract({column}, {path})"),
        };
    }
    fn push_json_place(&self, out: &mut String, column: &str, place: &JsonPlace, equal: bool) {
        let path = json_path(&place.steps);
        let kinds = match place.kind {
            JsonKind::Text if !equal => "'text'",
            JsonKind::Integer | JsonKind::Number if !equal => "'integer', 'real'",
            // (these are numbers then)
            JsonKind::Bool => "'true', 'false'",
            _ => {
                let _ = write!(out, "json_extract({column}, {path})");
                return;
            }
        };
        let _ = write!(out, "case when json_type({column}, {path}) in ({kinds}) then json_extract({column}, {path}) end");
    }
    fn push_has_items(&self, w: &mut Writer<'_>, all: bool, column: &str) {
        // (of no list nothing is known, neither that it has them nor that it has not)
        w.push("case when ").push(column);
        w.push(if all { " is not null then not exists" } else { " is not null then exists" });
        w.push(" (select 1 from json_each(").placeholder().push(") as asked where asked.value ");
        w.push(if all { "not in" } else { "in" }).push(" (select own.value from json_each(").push(column);
        w.push(") as own)) end");
    }
    fn push_placeholder(&self, out: &mut String, _: usize) {
        out.push('?');
    }
    fn lists(&self) -> Lists {
        Lists::Placeholders
    }
    fn max_params(&self) -> usize {
        32_766
    }
    fn no_limit(&self) -> Option<&'static str> {
        Some("-1")
    }

    fn push_type(&self, out: &mut String, property: &PropertyMetadata) {
        if let Some(custom) = property.custom_type_on(self.name()) {
            out.push_str(custom);
            return;
        }
        out.push_str(match property.column_type {
            Some(ColumnType::F32 | ColumnType::F64) => "real",
            Some(ColumnType::Bytes | ColumnType::Uuid) => "blob",
            Some(
                ColumnType::String
                | ColumnType::DateTime
                | ColumnType::LocalDateTime
                | ColumnType::Date
                | ColumnType::Time
                | ColumnType::Decimal
                | ColumnType::Json
                | ColumnType::Array(_),
            ) => "text",
            Some(ColumnType::Bool) => "integer",
            Some(column_type) if column_type.is_integer() => "integer",
            // no declared type is no affinity: values are kept as they come
            _ => "blob",
        });
    }

    /// `autoincrement` keeps the keys of one insert consecutive and never gives a deleted row's key again,
    /// which is what allows drivers to compute keys instead of reading them.
    fn push_counted(&self, out: &mut String, _: &str, _: bool) {
        out.push_str("integer not null primary key autoincrement");
    }

    /// The present, as [`mod@format`] writes it: times are texts, which compare rightly in one form only.
    fn default_expression<'a>(&self, expression: &'a str, property: &PropertyMetadata) -> &'a str {
        let is_any_of = |names: &[&str]| names.iter().any(|name| expression.trim().eq_ignore_ascii_case(name));
        let now = is_any_of(&["current_timestamp", "now()"]);
        match property.column_type {
            Some(ColumnType::DateTime) if now => "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')",
            Some(ColumnType::LocalDateTime) if now => "strftime('%Y-%m-%dT%H:%M:%f000', 'now')",
            Some(ColumnType::Date) if now => "strftime('%Y-%m-%d', 'now')",
            Some(ColumnType::Time) if now || is_any_of(&["current_time"]) => "strftime('%H:%M:%f000', 'now')",
            _ => expression,
        }
    }

    fn push_literal(&self, out: &mut String, value: &Value<'_>, property: &PropertyMetadata) {
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(v) => out.push(if *v { '1' } else { '0' }),
            Value::Int(v) => push(out, v),
            Value::UInt(v) => push(out, v),
            Value::Float(v) => push_float(out, f64::from(*v)),
            Value::Double(v) => push_float(out, *v),
            Value::Bytes(v) => push_blob(out, v),
            Value::Uuid(v) => push_blob(out, v),
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => push_text_literal(out, v),
            Value::DateTime(v) => {
                let utc = property.column_type != Some(ColumnType::LocalDateTime);
                push_text_literal(out, &format::date_time(*v, utc));
            }
            // (a list that JSON can't have was an error when it was bound)
            Value::Array(items) => {
                push_text_literal(out, &list::array(items, list::item_of(property.column_type)).unwrap_or_default());
            }
            Value::Date(v) => push_text_literal(out, &format::date(*v)),
            Value::Time(v) => push_text_literal(out, &format::time(*v)),
            _ => out.push_str("null"),
        }
    }

    fn parenthesized_defaults(&self) -> bool {
        true
    }
    fn has_schemas(&self) -> bool {
        false
    }
    fn index_options(&self) -> IndexOptions {
        IndexOptions { collations: true, documents: true, dates_in_documents: true, ..IndexOptions::NONE }
    }
    fn inline_foreign_keys(&self) -> bool {
        true
    }
    fn unreferenced(&self, statements: Vec<String>) -> SchemaScript {
        let mut script = SchemaScript::of(statements);
        script.before.push("pragma foreign_keys = off".to_owned());
        script.after.push("pragma foreign_keys = on".to_owned());
        script
    }
    fn empty_tables(&self, tables: &[&EntityMetadata]) -> SchemaScript {
        let mut statements = Vec::with_capacity(tables.len() + 1);
        let mut names = String::new();
        for table in tables {
            let mut statement = "delete from ".to_owned();
            self.push_table(&mut statement, table);
            statements.push(statement);
            names.push_str(if names.is_empty() { "" } else { ", " });
            push_text_literal(&mut names, &table.qualified_table());
        }
        statements.push(format!("delete from `sqlite_sequence` where `name` in ({names})"));
        self.unreferenced(statements)
    }
}

fn push(out: &mut String, value: impl std::fmt::Display) {
    // writing to a String does not fail
    let _ = write!(out, "{value}");
}

/// Infinities have no literal; a number that overflows to them does.
fn push_float(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("null");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "9e999" } else { "-9e999" });
    } else {
        let _ = write!(out, "{value:?}");
    }
}

fn push_blob(out: &mut String, bytes: &[u8]) {
    out.push_str("x'");
    push_hex(out, bytes);
    out.push('\'');
}

/// The way to a place in JSON.
fn json_path(steps: &[JsonStep]) -> String {
    let mut path = String::from("'$");
    for step in steps {
        let _ = match step {
            JsonStep::Key(key) => write!(path, ".\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "''")),
            JsonStep::Item(item) => write!(path, "[{item}]"),
        };
    }
    path.push('\'');
    path
}
