//! PostgreSQL.

use super::{Dialect, IndexOptions, Lists, TriggerStyle, push_hex, push_text_literal};
use crate::format;
use crate::writer::Writer;
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::key::Key;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::{JsonKind, JsonPlace, JsonStep};
use mikro_orm_core::schema::SchemaScript;
use mikro_orm_core::value::Value;
use std::fmt::Write;

/// PostgreSQL's SQL: double quotes, `$1`, lists as arrays.
///
/// Unsigned integers take the next larger signed type; `u64` takes `numeric(20,0)`, except as a key, where it
/// takes `bigint` and what is above `i64::MAX` is an error.
#[derive(Debug, Clone, Copy, Default)]
pub struct Postgres;

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }
    fn quote(&self) -> char {
        '"'
    }
    fn push_json(&self, out: &mut String, column: &str, keys: &[JsonStep], property: &PropertyMetadata) {
        let path = json_path(keys);
        let _ = match property.column_type {
            Some(ColumnType::Json) => write!(out, "({column} #> {path})"),
            Some(ColumnType::Bytes) => write!(out, "decode({column} #>> {path}, 'hex')"),
            _ => match crate::dml::unnest::element_type(property) {
                "text" => write!(out, "({column} #>> {path})"),
                other => write!(out, "({column} #>> {path})::{other}"),
            },
        };
    }
    fn push_json_place(&self, out: &mut String, column: &str, place: &JsonPlace, _: bool) {
        let path = json_path(&place.steps);
        let (kind, cast) = match place.kind {
            JsonKind::Any => {
                let _ = write!(out, "nullif({column} #> {path}, 'null')");
                return;
            }
            JsonKind::Text => ("string", ""),
            JsonKind::Integer | JsonKind::Number => ("number", "::numeric"),
            JsonKind::Bool => ("boolean", "::boolean"),
        };
        let _ = write!(out, "case when jsonb_typeof({column} #> {path}) = '{kind}' then ({column} #>> {path}){cast} end");
    }
    fn push_json_type(&self, out: &mut String, kind: JsonKind, list: bool) {
        out.push_str(match kind {
            JsonKind::Any | JsonKind::Text => "::text",
            JsonKind::Integer => "::bigint",
            JsonKind::Number => "::double precision",
            JsonKind::Bool => "::boolean",
        });
        out.push_str(if list { "[]" } else { "" });
    }
    fn push_has_items(&self, w: &mut Writer<'_>, all: bool, column: &str) {
        w.push(column);
        w.push(if all { " @> " } else { " && " }).placeholder();
    }
    /// (It may have more in it than entities know of.)
    fn drop_empty_schema(&self, name: &str) -> Option<String> {
        let mut block = "begin drop schema if exists ".to_owned();
        self.push_identifier(&mut block, name);
        block.push_str("; exception when dependent_objects_still_exist then null; end");
        let mut statement = "do ".to_owned();
        push_text_literal(&mut statement, &block);
        Some(statement)
    }
    fn push_placeholder(&self, out: &mut String, number: usize) {
        // writing to a String does not fail
        let _ = write!(out, "${number}");
    }
    fn lists(&self) -> Lists {
        Lists::Array
    }
    fn max_params(&self) -> usize {
        65_535
    }
    fn longest_name(&self) -> Option<usize> {
        Some(63)
    }

    fn push_type(&self, out: &mut String, property: &PropertyMetadata) {
        if let Some(custom) = property.custom_type_on(self.name()) {
            out.push_str(custom);
            return;
        }
        out.push_str(match property.column_type {
            Some(ColumnType::Bool) => "boolean",
            Some(ColumnType::I8 | ColumnType::I16 | ColumnType::U8) => "smallint",
            Some(ColumnType::I32 | ColumnType::U16) => "int",
            Some(ColumnType::I64 | ColumnType::U32) => "bigint",
            // keys are of one type wherever they stand: a foreign key can't refer from numeric to bigint
            Some(ColumnType::U64) if property.is_reference() => "bigint",
            Some(ColumnType::U64) => "numeric(20,0)",
            Some(ColumnType::F32) => "real",
            Some(ColumnType::F64) => "double precision",
            Some(ColumnType::String) if property.text => "text",
            Some(ColumnType::String) => {
                let _ = write!(out, "varchar({})", property.length.unwrap_or(255));
                return;
            }
            Some(ColumnType::Bytes) => "bytea",
            Some(ColumnType::Uuid) => "uuid",
            Some(ColumnType::DateTime) => "timestamptz",
            Some(ColumnType::LocalDateTime) => "timestamp",
            Some(ColumnType::Date) => "date",
            Some(ColumnType::Time) => "time",
            Some(ColumnType::Decimal) => {
                let _ = match (property.details.precision, property.details.scale) {
                    (Some(precision), Some(scale)) => write!(out, "numeric({precision},{scale})"),
                    (Some(precision), None) => write!(out, "numeric({precision})"),
                    (None, _) => out.write_str("numeric"),
                };
                return;
            }
            Some(ColumnType::Json) => "jsonb",
            Some(ColumnType::Array(item)) => {
                let _ = write!(out, "{}[]", item_type(*item));
                return;
            }
            _ => "text",
        });
    }

    fn push_counted(&self, out: &mut String, type_name: &str, is_key: bool) {
        out.push_str(match type_name {
            "smallint" => "smallserial",
            "int" | "integer" => "serial",
            _ => "bigserial",
        });
        out.push_str(if is_key { " primary key" } else { " not null" });
    }

    fn push_literal(&self, out: &mut String, value: &Value<'_>, property: &PropertyMetadata) {
        let _ = match value {
            Value::Bool(v) => write!(out, "{v}"),
            Value::Int(v) => write!(out, "{v}"),
            Value::UInt(v) => write!(out, "{v}"),
            Value::Float(v) => write!(out, "'{v}'"),
            Value::Double(v) => write!(out, "'{v}'"),
            Value::Uuid(v) => write!(out, "'{}'", Key::Uuid(*v)),
            Value::Bytes(v) => {
                out.push_str("'\\x");
                push_hex(out, v);
                out.push('\'');
                Ok(())
            }
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => {
                push_text_literal(out, v);
                Ok(())
            }
            Value::DateTime(v) => {
                let utc = property.column_type != Some(ColumnType::LocalDateTime);
                push_text_literal(out, &format::date_time(*v, utc));
                Ok(())
            }
            Value::Date(v) => {
                push_text_literal(out, &format::date(*v));
                Ok(())
            }
            Value::Time(v) => {
                push_text_literal(out, &format::time(*v));
                Ok(())
            }
            Value::Array(items) => {
                push_text_literal(out, &array_literal(items, property.column_type));
                Ok(())
            }
            _ => out.write_str("null"),
        };
    }

    fn empty_tables(&self, tables: &[&EntityMetadata]) -> SchemaScript {
        let mut statement = "truncate table ".to_owned();
        for (i, table) in tables.iter().enumerate() {
            statement.push_str(if i == 0 { "" } else { ", " });
            self.push_table(&mut statement, table);
        }
        statement.push_str(" restart identity");
        SchemaScript::of(vec![statement])
    }
    fn index_options(&self) -> IndexOptions {
        IndexOptions {
            methods: true,
            operators: true,
            collations: true,
            include: true,
            concurrently: true,
            constraints: true,
            documents: true,
            ..IndexOptions::NONE
        }
    }
    fn has_partitions(&self) -> bool {
        true
    }
    fn triggers(&self) -> TriggerStyle {
        TriggerStyle::Functions
    }
    fn has_enums(&self) -> bool {
        true
    }
    fn names_primary_keys(&self) -> bool {
        true
    }
    fn has_comments(&self) -> bool {
        true
    }
    fn has_identity(&self) -> bool {
        true
    }
    fn has_materialized_views(&self) -> bool {
        true
    }
    // (before PostgreSQL 18)
    fn has_virtual_columns(&self) -> bool {
        false
    }
    fn drop_suffix(&self) -> &'static str {
        " cascade"
    }
}

/// The type of a list's items.
fn item_type(item: ColumnType) -> &'static str {
    match item {
        ColumnType::Bool => "boolean",
        ColumnType::I8 | ColumnType::I16 | ColumnType::U8 => "smallint",
        ColumnType::I32 | ColumnType::U16 => "int",
        ColumnType::I64 | ColumnType::U32 => "bigint",
        ColumnType::U64 => "numeric(20,0)",
        ColumnType::F32 => "real",
        ColumnType::F64 => "double precision",
        ColumnType::Uuid => "uuid",
        ColumnType::DateTime => "timestamptz",
        ColumnType::LocalDateTime => "timestamp",
        ColumnType::Date => "date",
        ColumnType::Time => "time",
        ColumnType::Decimal => "numeric",
        _ => "text",
    }
}

/// A list as PostgreSQL writes one, every item in quotes.
fn array_literal(items: &[Value<'_>], column: Option<ColumnType>) -> String {
    let utc = column != Some(ColumnType::Array(&ColumnType::LocalDateTime));
    let mut out = String::from("{");
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i == 0 { "\"" } else { ",\"" });
        let text = match item {
            Value::Bool(v) => v.to_string(),
            Value::Int(v) => v.to_string(),
            Value::UInt(v) => v.to_string(),
            Value::Float(v) => v.to_string(),
            Value::Double(v) => v.to_string(),
            Value::Uuid(v) => Key::Uuid(*v).to_string(),
            Value::DateTime(v) => format::date_time(*v, utc).to_string(),
            Value::Date(v) => format::date(*v).to_string(),
            Value::Time(v) => format::time(*v).to_string(),
            Value::Text(v) | Value::Decimal(v) => v.replace('\\', "\\\\").replace('"', "\\\""),
            _ => String::new(),
        };
        out.push_str(&text);
        out.push('"');
    }
    out.push('}');
    out
}

/// The way to a place in JSON, as an array of text.
fn json_path(steps: &[JsonStep]) -> String {
    let steps: Vec<String> = steps
        .iter()
        .map(|step| match step {
            JsonStep::Key(key) => format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\"")),
            JsonStep::Item(item) => item.to_string(),
        })
        .collect();
    format!("'{{{}}}'", steps.join(",").replace('\'', "''"))
}
