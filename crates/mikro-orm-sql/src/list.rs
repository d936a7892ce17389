//! Long lists as one parameter, where a database has no arrays: as a JSON document.

use crate::dialect::{Lists, push_hex};
use crate::format;
use crate::param::part_of;
use crate::writer::Writer;
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::key::Key;
use mikro_orm_core::metadata::EntityMetadata;
use mikro_orm_core::value::Value;
use std::fmt::Write;

/// The most placeholders of a list. The longest statement takes not many times more, in all.
const MOST: usize = 4096;

/// Whether a list is too long for placeholders.
pub(crate) fn is_long(lists: Lists, rows: usize, columns: usize) -> bool {
    lists == Lists::Placeholders && rows.saturating_mul(columns) > MOST
}

/// Whether a list for a column is one of lists, where an array of arrays would be an array of more dimensions.
pub(crate) fn are_lists(lists: Lists, entity: &EntityMetadata, columns: &[u16]) -> bool {
    let is_list = |column: u16| matches!(entity.property(column).column_type, Some(ColumnType::Array(_)));
    lists == Lists::Array && matches!(columns, [column] if is_list(*column))
}

/// How a document has the values for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As they are.
    Plain,
    /// Bytes, which JSON has only as digits.
    Bytes,
    /// Texts of which one has the character NUL, where SQLite's JSON ends a text: the digits of their bytes.
    Texts,
}

/// How a document has the values for a column.
pub(crate) fn form(values: &[Value<'_>], columns: usize, part: usize) -> Form {
    let of = |value: &Value<'_>| match value {
        Value::Bytes(_) | Value::Uuid(_) => Some(Form::Bytes),
        Value::Text(text) | Value::Json(text) if text.as_bytes().contains(&0) => Some(Form::Texts),
        _ => None,
    };
    let found = values.iter().find_map(|value| if columns == 1 { of(value) } else { of(&part_of(value, part)?) });
    found.unwrap_or(Form::Plain)
}

/// Appends `select value from json_each(?)`; of rows `select value ->> 0, value ->> 1 from json_each(?)`.
pub(crate) fn push(w: &mut Writer<'_>, values: &[Value<'_>], columns: usize, written: Option<&str>) {
    for part in 0..columns {
        w.push(if part == 0 { "select " } else { ", " });
        let value = if columns == 1 { "value".to_owned() } else { format!("value ->> {part}") };
        w.around(written, |w| {
            match form(values, columns, part) {
                Form::Plain => w.push(&value),
                Form::Bytes => w.push("unhex(").push(&value).push(")"),
                Form::Texts => w.push("cast(unhex(").push(&value).push(") as text)"),
            };
        });
    }
    w.push(" from json_each(").placeholder().push(")");
}

/// The document.
///
/// # Errors
/// When a value can't be in it: then no placeholder would take it, either.
pub fn document(values: &[Value<'_>], columns: &[Option<ColumnType>]) -> Result<String, &'static str> {
    let mut out = String::from("[");
    let forms: Vec<Form> = (0..columns.len()).map(|part| form(values, columns.len(), part)).collect();
    for (i, value) in values.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        if let [column] = columns {
            push_value(&mut out, value, *column, forms[0])?;
            continue;
        }
        for (part, column) in columns.iter().enumerate() {
            out.push(if part == 0 { '[' } else { ',' });
            push_value(&mut out, &part_of(value, part).unwrap_or_default(), *column, forms[part])?;
        }
        out.push(']');
    }
    out.push(']');
    Ok(out)
}

/// A list that is one column's value, as a JSON document.
///
/// # Errors
/// When an item can't be in it.
pub fn array(items: &[Value<'_>], item: Option<ColumnType>) -> Result<String, &'static str> {
    let mut out = String::from("[");
    for (i, value) in items.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        // (what only JSON reads again is as people write it)
        match value {
            Value::Bool(v) => out.push_str(if *v { "true" } else { "false" }),
            Value::UInt(v) => out.push_str(&v.to_string()),
            Value::Uuid(v) => push_text(&mut out, &Key::Uuid(*v).to_string()),
            Value::Float(v) if !v.is_finite() => return Err("a list can't have numbers that are infinite, or none"),
            Value::Double(v) if !v.is_finite() => return Err("a list can't have numbers that are infinite, or none"),
            Value::Float(v) => out.push_str(&format!("{v:?}")),
            value => push_value(&mut out, value, item, Form::Plain)?,
        }
    }
    out.push(']');
    Ok(out)
}

/// The type of a list's items.
pub fn item_of(column: Option<ColumnType>) -> Option<ColumnType> {
    match column {
        Some(ColumnType::Array(item)) => Some(*item),
        _ => None,
    }
}

fn push_value(out: &mut String, value: &Value<'_>, column: Option<ColumnType>, form: Form) -> Result<(), &'static str> {
    let mut integer = |value: i64| out.push_str(&value.to_string());
    match value {
        Value::Null => out.push_str("null"),
        Value::Text(v) | Value::Decimal(v) | Value::Json(v) if form == Form::Texts => push_bytes(out, v.as_bytes()),
        Value::Bool(v) => integer(i64::from(*v)),
        Value::Int(v) => integer(*v),
        Value::UInt(v) => integer(i64::try_from(*v).map_err(|_| "the integer is above i64::MAX: use a smaller one")?),
        Value::Float(v) => push_real(out, f64::from(*v))?,
        Value::Double(v) => push_real(out, *v)?,
        Value::Text(v) | Value::Decimal(v) | Value::Json(v) => push_text(out, v),
        Value::Bytes(v) => push_bytes(out, v),
        Value::Uuid(v) => push_bytes(out, v),
        Value::DateTime(v) => push_text(out, &format::date_time(*v, column != Some(ColumnType::LocalDateTime))),
        Value::Date(v) => push_text(out, &format::date(*v)),
        Value::Time(v) => push_text(out, &format::time(*v)),
        Value::Array(items) => push_text(out, &array(items, item_of(column))?),
        _ => return Err("a value of this kind can't be part of a list"),
    }
    Ok(())
}

fn push_real(out: &mut String, value: f64) -> Result<(), &'static str> {
    if value.is_nan() {
        return Err("NaN can't be stored, so nothing equals it");
    }
    // (what is larger than any number is infinite; writing to a String does not fail)
    let _ = match value.is_finite() {
        true => write!(out, "{value:?}"),
        false => write!(out, "{}9e999", if value < 0.0 { "-" } else { "" }),
    };
    Ok(())
}

fn push_bytes(out: &mut String, bytes: &[u8]) {
    out.push('"');
    push_hex(out, bytes);
    out.push('"');
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // (writing to a String does not fail)
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_hold_what_placeholders_would() {
        let values = [
            Value::Int(i64::MIN),
            Value::Text("a\"\\\n".into()),
            Value::Double(0.1),
            Value::Bytes(vec![0, 255].into()),
            Value::Bool(true),
        ];
        assert_eq!(document(&values, &[None]).unwrap(), r#"[-9223372036854775808,"a\"\\\u000a",0.1,"00ff",1]"#);
        assert_eq!(document(&[Value::Text("a\0".into()), Value::Text("b".into())], &[None]).unwrap(), r#"["6100","62"]"#);
        let rows = [Value::Row(vec![Value::Int(1), Value::Text("x".into())]), Value::Row(vec![Value::Int(2), Value::Null])];
        assert_eq!(document(&rows, &[None, None]).unwrap(), r#"[[1,"x"],[2,null]]"#);
        assert!(document(&[Value::Double(f64::NAN)], &[None]).is_err());
        assert!(document(&[Value::UInt(u64::MAX)], &[None]).is_err());
    }
}
