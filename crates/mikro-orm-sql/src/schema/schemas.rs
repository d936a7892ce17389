//! Several schemas of one database.

use super::create::create_all;
use super::model::{DatabaseSchema, TableName};
use super::read::{self, records};
use crate::dialect::Dialect;
use mikro_orm_core::driver::{Connection, Row};
use mikro_orm_core::error::Result;

/// Where what entities ask for is created to be read back; nobody else ever sees it.
const SCRATCH: &str = "mikro_orm_scratch";

/// What entities ask for, in PostgreSQL's words: created in schemas of a transaction that is rolled back, and read back. The
/// transaction is the caller's.
///
/// # Errors
/// When the server refuses a statement.
pub async fn expected(connection: &mut dyn Connection, said: &DatabaseSchema, dialect: &dyn Dialect) -> Result<DatabaseSchema> {
    let scratch = |at: usize| format!("{SCRATCH}_{}", at + 1);
    let there: Vec<_> = said.schemas.iter().enumerate().map(|(at, name)| (name.clone(), scratch(at))).collect();
    let begin = [
        format!("create schema {SCRATCH}"),
        format!("select set_config('search_path', '{SCRATCH}, ' || current_setting('search_path'), true)"),
    ];
    let statements = create_all(&moved(said.clone(), &there, dialect), dialect);
    for statement in begin.iter().chain(&statements) {
        connection.execute(statement, &[], &mut |_: &dyn Row| Ok(())).await?;
    }
    let made: Vec<String> = there.iter().map(|(_, scratch)| scratch.clone()).collect();
    let found = read::postgres(connection, &made).await?;
    let back: Vec<_> = there.into_iter().map(|(name, scratch)| (scratch, name)).collect();
    Ok(moved(found, &back, dialect))
}

/// The same with other names for schemas: before, after.
fn moved(mut schema: DatabaseSchema, names: &[(String, String)], dialect: &dyn Dialect) -> DatabaseSchema {
    if names.is_empty() {
        return schema;
    }
    let name = |name: &mut String| {
        if let Some((_, to)) = names.iter().find(|(from, _)| from == name) {
            name.clone_from(to);
        }
    };
    // (types and functions of a schema are within texts)
    let text = |text: &mut String| {
        for (from, to) in names {
            let mut quoted = String::new();
            dialect.push_identifier(&mut quoted, to);
            let is_plain = to.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            let mut before = String::new();
            dialect.push_identifier(&mut before, from);
            *text = text.replace(&format!("{before}."), &format!("{quoted}."));
            *text = text.replace(&format!("{from}."), &format!("{}.", if is_plain { to } else { &quoted }));
        }
    };
    let table = |table: &mut TableName| table.schema.iter_mut().for_each(name);
    schema.schemas.iter_mut().for_each(name);
    schema.enums.iter_mut().for_each(|kind| table(&mut kind.name));
    for view in &mut schema.views {
        table(&mut view.name);
        text(&mut view.definition);
    }
    for own in &mut schema.tables {
        table(&mut own.name);
        own.foreign_keys.iter_mut().for_each(|key| table(&mut key.target));
        own.indexes.iter_mut().for_each(|index| text(&mut index.definition));
        own.checks.iter_mut().for_each(|check| text(&mut check.expression));
        for trigger in &mut own.triggers {
            text(&mut trigger.definition);
            trigger.statements.iter_mut().for_each(text);
            trigger.function.iter_mut().for_each(table);
        }
        for column in &mut own.columns {
            text(&mut column.type_name);
            column.default.iter_mut().for_each(text);
            column.generated.iter_mut().for_each(|generated| text(&mut generated.expression));
        }
    }
    schema
}

/// What entities ask for, without the name of the schema that connections work in: an entity may name that, too.
///
/// # Errors
/// When the server does not say which one it is.
pub async fn unqualified(connection: &mut dyn Connection, mut schema: DatabaseSchema) -> Result<DatabaseSchema> {
    if schema.schemas.is_empty() {
        return Ok(schema);
    }
    let found = records(connection, "select current_schema()::text", &[]).await?;
    let current = found.first().and_then(|record| record.maybe(0));
    schema.schemas.retain(|name| Some(name) != current.as_ref());
    let plain = |table: &mut TableName| {
        if table.schema == current {
            table.schema = None;
        }
    };
    schema.enums.iter_mut().for_each(|kind| plain(&mut kind.name));
    schema.views.iter_mut().for_each(|view| plain(&mut view.name));
    for table in &mut schema.tables {
        plain(&mut table.name);
        table.foreign_keys.iter_mut().for_each(|key| plain(&mut key.target));
    }
    Ok(schema)
}
