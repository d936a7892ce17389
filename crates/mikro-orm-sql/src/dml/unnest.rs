//! Inserts and updates of many rows from one array per column: one text for any number of rows.
//!
//! PostgreSQL parses and plans these once, and reads an array faster than a list of placeholders.

use super::{Insert, Update, computed, equals, properties, push_counted, push_returning, push_skip_existing};
use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::error::Result;
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};

/// `insert into "book" ("title") select v.c0 from unnest($1::text[]) with ordinality as v(c0, ord) order by
/// v.ord returning "id"`: rows are inserted, and come back, in the order of the arrays.
///
/// What expressions bind comes first. Without columns the last parameter is the number of rows, which are all defaults.
///
/// # Errors
/// When an expression names a column: there is no row yet.
pub fn insert(dialect: &dyn Dialect, entity: &EntityMetadata, insert: Insert<'_>) -> Result<String> {
    let Insert { columns, computed, returning, skip_existing } = insert;
    let mut w = Writer::new(dialect);
    w.push("insert into ").table(entity);
    if columns.is_empty() {
        if !computed.is_empty() {
            insert.push_columns(&mut w, entity);
        }
        w.push(" select ");
        computed::push_values(&mut w, entity, computed, true)?;
        w.push(if computed.is_empty() { "" } else { " " });
        w.push("from generate_series(1, ").placeholder().push("::bigint)");
    } else {
        insert.push_columns(&mut w, entity);
        w.push(" select ");
        for (i, property) in properties(entity, columns).enumerate() {
            w.push(if i == 0 { "" } else { ", " });
            push_element(&mut w, &format!("c{i}"), property);
        }
        computed::push_values(&mut w, entity, computed, false)?;
        let names = (0..columns.len()).map(|i| format!("c{i}"));
        push_unnest(&mut w, properties(entity, columns).zip(names));
        w.push(" order by v.ord");
    }
    push_skip_existing(&mut w, entity, skip_existing);
    push_returning(&mut w, entity, returning);
    Ok(w.sql)
}

/// `update "book" as t set "title" = v.c0 from unnest($1::text[], $2::bigint[]) with ordinality as v(c0, k, ord)
/// where t."id" = v.k returning v.ord`: gives the places, from 1, of the rows that were there.
///
/// The parameters are what expressions bind, then arrays: the values, the keys (an array per column), and what is expected in the columns that are checked.
///
/// What is read back comes before the place.
///
/// # Errors
/// When an expression names what the entity does not have.
pub fn update(dialect: &dyn Dialect, entity: &EntityMetadata, update: Update<'_>) -> Result<String> {
    let Update { columns, checks, counted, computed, returning } = update;
    let mut w = Writer::new(dialect);
    w.push("update ").table(entity).push(" as t set ");
    for (i, property) in properties(entity, columns).enumerate() {
        w.push(if i == 0 { "" } else { ", " }).identifier(property.column()).push(" = ");
        push_element(&mut w, &format!("c{i}"), property);
    }
    computed::push(&mut w, entity, computed, columns.is_empty())?;
    push_counted(&mut w, entity, counted, columns.is_empty() && computed.is_empty(), "t.");
    let keys: Vec<String> = match entity.key_columns.len() {
        1 => vec!["k".to_owned()],
        several => (0..several).map(|i| format!("k{i}")).collect(),
    };
    let checked: Vec<String> = (0..checks.len()).map(|i| format!("e{i}")).collect();
    let names = (0..columns.len()).map(|i| format!("c{i}")).chain(keys.iter().chain(&checked).cloned());
    let guards = properties(entity, &entity.key_columns).chain(properties(entity, checks));
    push_unnest(&mut w, properties(entity, columns).chain(guards).zip(names));
    for (i, (property, name)) in properties(entity, &entity.key_columns).zip(&keys).enumerate() {
        w.push(if i == 0 { " where t." } else { " and t." }).identifier(property.column()).push(" = ");
        push_element(&mut w, name, property);
    }
    for (property, name) in properties(entity, checks).zip(&checked) {
        w.push(" and t.").identifier(property.column()).push(equals(dialect, property));
        push_element(&mut w, name, property);
    }
    computed::push_returning(&mut w, entity, returning);
    w.push(if returning.is_empty() { " returning v.ord" } else { ", v.ord" });
    Ok(w.sql)
}

/// ` from unnest($1::text[], ..) with ordinality as v(c0, .., ord)`
fn push_unnest<'p>(w: &mut Writer<'_>, arrays: impl Iterator<Item = (&'p PropertyMetadata, String)>) {
    w.push(" from unnest(");
    let mut aliases = String::new();
    for (i, (property, name)) in arrays.enumerate() {
        w.push(if i == 0 { "" } else { ", " }).placeholder().push("::").push(element_type(property)).push("[]");
        aliases.push_str(&name);
        aliases.push_str(", ");
    }
    w.push(") with ordinality as v(").push(&aliases).push("ord)");
}

/// `select * from unnest($1::bigint[], $2::text[])`: the rows of arrays, for a comparison with their columns.
pub(crate) fn rows(w: &mut Writer<'_>, entity: &EntityMetadata, columns: &[u16]) {
    w.push("select ");
    for (i, property) in properties(entity, columns).enumerate() {
        w.push(if i == 0 { "" } else { ", " });
        push_element(w, &format!("c{i}"), property);
    }
    w.push(" from unnest(");
    let mut aliases = String::new();
    for (i, property) in properties(entity, columns).enumerate() {
        w.push(if i == 0 { "" } else { ", " }).placeholder().push("::").push(element_type(property)).push("[]");
        aliases.push_str(&format!("{}c{i}", if i == 0 { "" } else { ", " }));
    }
    w.push(") as v(").push(&aliases).push(")");
}

/// Appends an array's element, as the column's type.
fn push_element(w: &mut Writer<'_>, name: &str, property: &PropertyMetadata) {
    if let Some(written) = property.sql_on("postgres").written {
        w.around(Some(written), |w| {
            w.push("v.").push(name);
        });
        return;
    }
    match property.custom_type_on("postgres") {
        // nothing casts itself to an enum, or to a type of an extension
        // (and lists of lists would lose their form on the way)
        None if matches!(property.column_type, Some(ColumnType::Array(_))) => {
            w.push("cast(v.").push(name).push(" as ");
            let dialect = w.dialect();
            dialect.push_type(&mut w.sql, property);
            w.push(")")
        }
        Some(custom) => w.push("cast(v.").push(name).push(" as ").push(custom).push(")"),
        None => w.push("v.").push(name),
    };
}

/// The type in which a column's values travel. Types in the user's words travel as text, which every type can
/// be cast from, and without a detour over the session's time zone.
pub(crate) fn element_type(property: &PropertyMetadata) -> &'static str {
    match property.column_type {
        Some(ColumnType::Bytes) => "bytea",
        // (what takes a value in SQL takes it as what it is)
        _ if property.custom_type_on("postgres").is_some() && property.sql_on("postgres").written.is_none() => "text",
        Some(ColumnType::Bool) => "boolean",
        Some(ColumnType::I8 | ColumnType::I16 | ColumnType::U8) => "smallint",
        Some(ColumnType::I32 | ColumnType::U16) => "int",
        Some(ColumnType::I64 | ColumnType::U32) => "bigint",
        // as in the table: compared with a numeric, a key's index would be of no use
        Some(ColumnType::U64) if property.is_reference() => "bigint",
        Some(ColumnType::U64 | ColumnType::Decimal) => "numeric",
        Some(ColumnType::F32) => "real",
        Some(ColumnType::F64) => "double precision",
        Some(ColumnType::Uuid) => "uuid",
        Some(ColumnType::DateTime) => "timestamptz",
        Some(ColumnType::LocalDateTime) => "timestamp",
        Some(ColumnType::Date) => "date",
        Some(ColumnType::Time) => "time",
        Some(ColumnType::Json) => "jsonb",
        _ => "text",
    }
}
