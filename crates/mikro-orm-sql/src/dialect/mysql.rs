//! MySQL and MariaDB.

use super::{Dialect, IndexOptions, Lists, PartialIndexes, TriggerStyle, push_hex};
use crate::format;
use crate::list;
use crate::writer::Writer;
use mikro_orm_core::field::{ColumnType, EnumValue};
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::{JsonKind, JsonPlace, JsonStep, Nulls};
use mikro_orm_core::schema::SchemaScript;
use mikro_orm_core::value::Value;
use std::fmt::Write as _;

/// MySQL's SQL (8.0.19 and up), and MariaDB's (10.6 and up), which differ in few places: backticks, `?`, lists as placeholders.
///
/// Text that is not limited is `longtext`, moments are `datetime(6)`, which an application takes for UTC, decimals without a
/// precision are as wide as they can be, and enums are `enum(..)`.
#[derive(Debug, Clone, Copy)]
pub struct MySql {
    is_mariadb: bool,
}

impl MySql {
    /// MySQL.
    pub const MYSQL: MySql = MySql { is_mariadb: false };
    /// MariaDB.
    pub const MARIADB: MySql = MySql { is_mariadb: true };

    /// What is written in a text literal: the backslash escapes what follows.
    fn push_escaped(&self, out: &mut String, text: &str) {
        out.push('\'');
        for c in text.chars().filter(|c| *c != '\0') {
            if matches!(c, '\'' | '\\') {
                out.push(c);
            }
            out.push(c);
        }
        out.push('\'');
    }

    /// A path within JSON, as a literal.
    fn json_path(&self, steps: &[JsonStep]) -> String {
        let mut path = String::from("$");
        for step in steps {
            // (within JSON's string, which is within one of SQL)
            let _ = match step {
                JsonStep::Key(key) => write!(path, ".\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")),
                JsonStep::Item(item) => write!(path, "[{item}]"),
            };
        }
        let mut literal = String::new();
        self.push_escaped(&mut literal, &path);
        literal
    }

    /// Whether a column's default can't be a literal: those without a limit take expressions alone.
    fn is_unlimited(property: &PropertyMetadata) -> bool {
        match property.column_type {
            Some(ColumnType::Json) => true,
            Some(ColumnType::Array(_)) => true,
            Some(ColumnType::String) => varchar(property).is_none() && text_items(property).is_none(),
            Some(ColumnType::Bytes) => property.length.is_none() && !property.is_reference(),
            _ => false,
        }
    }
}

/// How long a text may be, where there is a limit that the database can have.
fn varchar(property: &PropertyMetadata) -> Option<u32> {
    let length = property.length.unwrap_or(255);
    ((!property.text || property.is_reference()) && length <= 16_383).then_some(length)
}

/// The values of an enum that is stored as text.
fn text_items(property: &PropertyMetadata) -> Option<Vec<&'static str>> {
    if matches!(property.column_type, Some(ColumnType::Array(_))) {
        return None;
    }
    let text = |value: &EnumValue| match value {
        EnumValue::Text(text) => Some(*text),
        EnumValue::Number(_) => None,
    };
    property.items?.iter().map(|item| text(&item.value)).collect()
}

impl Dialect for MySql {
    fn name(&self) -> &'static str {
        "mysql"
    }
    fn quote(&self) -> char {
        '`'
    }
    fn push_json(&self, out: &mut String, column: &str, keys: &[JsonStep], property: &PropertyMetadata) {
        let literal = self.json_path(keys);
        // (a null of JSON's is none of SQL's until it is asked)
        let text = format!("nullif(json_unquote(json_extract({column}, {literal})), 'null')");
        let _ = match property.column_type {
            Some(ColumnType::Json | ColumnType::Array(_)) => write!(out, "json_extract({column}, {literal})"),
            Some(ColumnType::Uuid) => write!(out, "unhex(replace({text}, '-', ''))"),
            Some(ColumnType::Bytes) => write!(out, "unhex({text})"),
            Some(ColumnType::Bool) => write!(out, "({text} = 'true')"),
            Some(ColumnType::F32 | ColumnType::F64) => write!(out, "({text} + 0e0)"),
            Some(ColumnType::Decimal) => write!(out, "cast({text} as decimal(65,30))"),
            Some(ColumnType::U64) => write!(out, "cast({text} as unsigned)"),
            Some(column_type) if column_type.is_integer() => write!(out, "cast({text} as signed)"),
            Some(ColumnType::String) => {
                let place = format!("json_extract({column}, {literal})");
                write!(out, "case when json_type({place}) <> 'NULL' then json_unquote({place}) end")
            }
            _ => write!(out, "{text}"),
        };
    }
    fn push_json_place(&self, out: &mut String, column: &str, place: &JsonPlace, _: bool) {
        let path = self.json_path(&place.steps);
        let found = format!("json_extract({column}, {path})");
        let (kinds, value) = match place.kind {
            JsonKind::Any => {
                let _ = write!(out, "case when json_type({found}) <> 'NULL' then {found} end");
                return;
            }
            JsonKind::Text => ("'STRING'", format!("json_unquote({found})")),
            JsonKind::Integer | JsonKind::Number => {
                ("'INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL'", format!("(json_unquote({found}) + 0)"))
            }
            JsonKind::Bool => ("'BOOLEAN'", format!("(json_unquote({found}) = 'true')")),
        };
        let _ = write!(out, "case when json_type({found}) in ({kinds}) then {value} end");
    }
    fn push_has_items(&self, w: &mut Writer<'_>, all: bool, column: &str) {
        w.push(if all { "json_contains(" } else { "json_overlaps(" });
        w.push(column);
        w.push(", ").placeholder().push(")");
    }
    fn push_placeholder(&self, out: &mut String, _: usize) {
        out.push('?');
    }
    fn lists(&self) -> Lists {
        Lists::Tuples
    }
    fn max_params(&self) -> usize {
        65_535
    }
    fn longest_name(&self) -> Option<usize> {
        Some(64)
    }
    /// Nulls come first, unless the order is descending: what comes before the term decides.
    fn push_nulls_before(&self, w: &mut Writer<'_>, nulls: Nulls, column: &str) {
        w.push(column);
        w.push(match nulls {
            Nulls::First => " is null desc, ",
            Nulls::Last => " is null asc, ",
        });
    }
    fn push_nulls(&self, _: &mut String, _: Nulls) {}
    fn no_limit(&self) -> Option<&'static str> {
        Some("18446744073709551615")
    }
    fn equals_null(&self) -> &'static str {
        " <=> "
    }
    fn default_values(&self) -> &'static str {
        " () values ()"
    }
    fn push_skip_existing(&self, w: &mut Writer<'_>, entity: &EntityMetadata) {
        // (`insert ignore` would let other mistakes pass, too)
        let key = entity.key().column();
        w.push(" on duplicate key update ").identifier(key).push(" = ").table(entity).push(".").identifier(key);
    }
    fn returns_rows(&self) -> bool {
        self.is_mariadb
    }

    fn push_type(&self, out: &mut String, property: &PropertyMetadata) {
        if let Some(custom) = property.custom_type_on(self.name()) {
            out.push_str(custom);
            return;
        }
        if let Some(items) = text_items(property) {
            out.push_str("enum(");
            for (i, item) in items.into_iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                self.push_escaped(out, item);
            }
            out.push(')');
            return;
        }
        let length = property.length.unwrap_or(255);
        out.push_str(match property.column_type {
            Some(ColumnType::Bool) => "tinyint(1)",
            Some(ColumnType::I8) => "tinyint",
            Some(ColumnType::U8) => "tinyint unsigned",
            Some(ColumnType::I16) => "smallint",
            Some(ColumnType::U16) => "smallint unsigned",
            Some(ColumnType::I32) => "int",
            Some(ColumnType::U32) => "int unsigned",
            Some(ColumnType::I64) => "bigint",
            Some(ColumnType::U64) => "bigint unsigned",
            Some(ColumnType::F32) => "float",
            Some(ColumnType::F64) => "double",
            Some(ColumnType::String) => match varchar(property) {
                Some(length) => {
                    let _ = write!(out, "varchar({length})");
                    return;
                }
                None => "longtext",
            },
            Some(ColumnType::Bytes) if property.length.is_some() || property.is_reference() => {
                let _ = write!(out, "varbinary({length})");
                return;
            }
            Some(ColumnType::Bytes) => "longblob",
            Some(ColumnType::Uuid) => "binary(16)",
            Some(ColumnType::DateTime | ColumnType::LocalDateTime) => "datetime(6)",
            Some(ColumnType::Date) => "date",
            Some(ColumnType::Time) => "time(6)",
            Some(ColumnType::Decimal) => {
                // (as many digits as there can be on both sides, when nobody says: less would cut what is stored)
                let precision = property.details.precision.unwrap_or(65);
                let scale = property.details.scale.unwrap_or(if property.details.precision.is_none() { 30 } else { 0 });
                let _ = write!(out, "decimal({precision},{scale})");
                return;
            }
            Some(ColumnType::Json | ColumnType::Array(_)) => "json",
            _ => "longtext",
        });
    }

    fn push_counted(&self, out: &mut String, type_name: &str, is_key: bool) {
        out.push_str(type_name);
        out.push_str(if is_key { " not null auto_increment primary key" } else { " not null auto_increment" });
    }

    fn push_literal(&self, out: &mut String, value: &Value<'_>, property: &PropertyMetadata) {
        let needs_parentheses = Self::is_unlimited(property);
        out.push_str(if needs_parentheses { "(" } else { "" });
        let _ = match value {
            Value::Bool(v) => write!(out, "{}", u8::from(*v)),
            Value::Int(v) => write!(out, "{v}"),
            Value::UInt(v) => write!(out, "{v}"),
            Value::Float(v) => write!(out, "{v:?}"),
            Value::Double(v) => write!(out, "{v:?}"),
            Value::Bytes(v) => push_bytes(out, v),
            Value::Uuid(v) => push_bytes(out, v),
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => {
                self.push_escaped(out, v);
                Ok(())
            }
            // (no `T` and no zone: MySQL would complain of them)
            Value::DateTime(v) => write!(out, "'{}'", format::date_time(*v, false).replace('T', " ")),
            Value::Array(items) => {
                let document = list::array(items, list::item_of(property.column_type)).unwrap_or_default();
                self.push_escaped(out, &document);
                Ok(())
            }
            Value::Date(v) => write!(out, "'{}'", format::date(*v)),
            Value::Time(v) => write!(out, "'{}'", format::time(*v)),
            _ => out.write_str("null"),
        };
        out.push_str(if needs_parentheses { ")" } else { "" });
    }
    fn push_text(&self, out: &mut String, text: &str) {
        self.push_escaped(out, text);
    }

    /// The present as precisely as the column has it: MySQL takes no other as a default.
    fn default_expression<'a>(&self, expression: &'a str, property: &PropertyMetadata) -> &'a str {
        let is_any_of = |names: &[&str]| names.iter().any(|name| expression.trim().eq_ignore_ascii_case(name));
        let now = is_any_of(&["current_timestamp", "now()"]);
        match property.column_type {
            Some(ColumnType::DateTime | ColumnType::LocalDateTime) if now => "current_timestamp(6)",
            Some(ColumnType::Date) if now => "current_date",
            Some(ColumnType::Time) if now || is_any_of(&["current_time"]) => "current_time(6)",
            _ => expression,
        }
    }
    fn parenthesized_defaults(&self) -> bool {
        true
    }

    fn unreferenced(&self, statements: Vec<String>) -> SchemaScript {
        let mut script = SchemaScript::of(statements);
        script.before.push("set foreign_key_checks = 0".to_owned());
        script.after.push("set foreign_key_checks = 1".to_owned());
        script
    }
    fn empty_tables(&self, tables: &[&EntityMetadata]) -> SchemaScript {
        let truncate = |table: &&EntityMetadata| {
            let mut w = Writer::new(self);
            w.push("truncate table ").table(table);
            w.sql
        };
        self.unreferenced(tables.iter().map(truncate).collect())
    }
    fn has_comments(&self) -> bool {
        true
    }
    fn has_inline_comments(&self) -> bool {
        true
    }
    fn has_enum_columns(&self) -> bool {
        true
    }
    fn table_suffix(&self) -> &'static str {
        " default character set utf8mb4 engine = InnoDB"
    }
    fn partial_indexes(&self) -> PartialIndexes {
        if self.is_mariadb { PartialIndexes::Whole } else { PartialIndexes::Cases }
    }
    fn index_options(&self) -> IndexOptions {
        let invisible = if self.is_mariadb { " ignored" } else { " invisible" };
        IndexOptions { kinds: &["fulltext", "spatial"], prefixes: true, invisible: Some(invisible), ..IndexOptions::NONE }
    }
    fn triggers(&self) -> TriggerStyle {
        TriggerStyle::If
    }
    fn has_expression_indexes(&self) -> bool {
        !self.is_mariadb
    }
    fn parenthesized_index_expressions(&self) -> bool {
        true
    }
    fn index_prefix(&self, property: &PropertyMetadata) -> Option<u32> {
        (Self::is_unlimited(property) && property.column_type != Some(ColumnType::Json)).then_some(255)
    }
    fn has_virtual_columns(&self) -> bool {
        true
    }
    fn has_mandatory_generated_columns(&self) -> bool {
        !self.is_mariadb
    }
    fn has_deferral(&self) -> bool {
        false
    }
}

fn push_bytes(out: &mut String, bytes: &[u8]) -> std::fmt::Result {
    out.push_str("x'");
    push_hex(out, bytes);
    out.push('\'');
    Ok(())
}

#[cfg(test)]
mod tests;
