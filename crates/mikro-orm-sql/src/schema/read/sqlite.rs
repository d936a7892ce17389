//! SQLite's schema: what its pragmas say, and what only the text of `create table` has.

use super::{Record, records};
use crate::schema::model::{Check, Column, Counter, DatabaseSchema, ForeignKey, Generated, Index, Table, TableName, View};
use crate::schema::tokens::{Token, mentioned, normalized, tokens};
use crate::schema::triggers;
use crate::schema::views::in_order;
use mikro_orm_core::driver::Connection;
use mikro_orm_core::entity::{Deferral, ReferentialAction};
use mikro_orm_core::error::Result;

/// All tables of the main database but SQLite's own.
///
/// # Errors
/// When the database can't be read.
pub async fn sqlite(connection: &mut dyn Connection) -> Result<DatabaseSchema> {
    let all =
        "select type, name, tbl_name, sql from main.sqlite_master where name not like 'sqlite\\_%' escape '\\' order by rowid";
    let objects = records(connection, all, &[]).await?;
    let columns = "select m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden from main.sqlite_master m, \
                   pragma_table_xinfo(m.name) c where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' \
                   order by m.rowid, c.cid";
    let columns = records(connection, columns, &[]).await?;
    let mut schema = DatabaseSchema::default();
    for object in objects.iter().filter(|object| object.maybe(0).as_deref() == Some("table")) {
        let (name, sql) = (object.text(1)?, object.maybe(3).unwrap_or_default());
        // (virtual tables are made by extensions)
        if sql.len() >= 14 && sql[..14].eq_ignore_ascii_case("create virtual") {
            continue;
        }
        let own: Vec<&Record> = columns.iter().filter(|column| column.maybe(0).as_deref() == Some(&name)).collect();
        let mut table = table(name, &sql, &own)?;
        for index in &objects {
            if index.maybe(2).as_deref() == Some(&table.name.name) {
                match (index.maybe(0).as_deref(), index.maybe(3)) {
                    (Some("index"), Some(sql)) => table.indexes.push(index_of(index.text(1)?, &sql, &table)),
                    (Some("trigger"), Some(sql)) if triggers::is_declared(&sql) => {
                        table.triggers.push(triggers::from_statement(index.text(1)?, sql));
                    }
                    (Some("trigger"), Some(sql)) => table.attached.push(sql),
                    _ => {}
                }
            }
        }
        schema.tables.push(table);
    }
    let views = objects.iter().filter(|object| object.maybe(0).as_deref() == Some("view"));
    let views = views.map(|view| Ok(view_of(view.text(1)?, &view.maybe(3).unwrap_or_default())));
    schema.views = in_order(views.collect::<Result<_>>()?);
    Ok(schema)
}

/// A view, from its statement.
fn view_of(view_name: String, sql: &str) -> View {
    let all = tokens(sql);
    let start = all.iter().find(|(token, ..)| token.is("as")).map_or(sql.len(), |(.., end)| *end);
    View { name: name(view_name), definition: normalized(&sql[start..]), materialized: false, with_data: true }
}

fn name(name: String) -> TableName {
    TableName { schema: None, name }
}

fn table(table_name: String, sql: &str, records: &[&Record]) -> Result<Table> {
    let all: Vec<Token<'_>> = tokens(sql).into_iter().map(|(token, ..)| token).collect();
    let mut table = Table {
        name: name(table_name),
        columns: Vec::new(),
        primary_key: Vec::new(),
        primary_key_name: None,
        indexes: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        comment: None,
        partition_by: None,
        partitions: Vec::new(),
        triggers: Vec::new(),
        attached: Vec::new(),
    };
    let mut key: Vec<(i64, String)> = Vec::new();
    for record in records {
        let column_name = record.text(1)?;
        if record.number(5) > 0 {
            key.push((record.number(5), column_name.clone()));
        }
        table.columns.push(Column {
            name: column_name,
            type_name: record.maybe(2).unwrap_or_default().to_lowercase(),
            nullable: !record.is(3),
            default: record.maybe(4).map(|default| default_of(&default)),
            counter: None,
            generated: None,
            collation: None,
            comment: None,
        });
    }
    key.sort();
    table.primary_key = key.into_iter().map(|(_, name)| name).collect();
    for item in items(&all) {
        read_item(item, &mut table);
    }
    Ok(table)
}

/// A default that is an expression is in parentheses in statements, but not in the catalog.
fn default_of(text: &str) -> String {
    let found = tokens(text);
    let is_constant = match found.as_slice() {
        [(Token::Word(_) | Token::Literal(_), ..)] => true,
        [(Token::Sign('-' | '+'), ..), (Token::Word(_), ..)] => true,
        [(Token::Word(x), ..), (Token::Literal(_), ..)] => x.eq_ignore_ascii_case("x"),
        _ => false,
    };
    if is_constant { text.to_owned() } else { format!("({text})") }
}

/// What is between the commas of the outermost parentheses.
fn items<'t, 'a>(all: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let Some(open) = all.iter().position(|token| *token == Token::Sign('(')) else { return Vec::new() };
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, open + 1);
    for (at, token) in all.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => {
                depth -= 1;
                if depth == 0 {
                    found.push(&all[start..at]);
                    break;
                }
            }
            Token::Sign(',') if depth == 1 => {
                found.push(&all[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// Reads a column or a constraint, as far as the pragmas don't say it.
fn read_item(item: &[Token<'_>], table: &mut Table) {
    let is_constraint = item
        .first()
        .is_some_and(|first| ["constraint", "primary", "unique", "check", "foreign"].iter().any(|word| first.is(word)));
    let column = if is_constraint { None } else { item.first().and_then(Token::name) };
    let mut named: Option<String> = None;
    let mut at = usize::from(!is_constraint);
    while let Some(token) = item.get(at) {
        if token.is("constraint") {
            named = item.get(at + 1).and_then(Token::name);
            at += 2;
            continue;
        }
        if token.is("check") || (token.is("as") && item.get(at + 1) == Some(&Token::Sign('('))) {
            let (inner, end) = parentheses(item, at + 1);
            if token.is("check") {
                let name = named.take().unwrap_or_default();
                table.checks.push(Check { name, expression: written(inner) });
            } else if let Some(column) = column_mut(table, column.as_deref()) {
                let stored = item.get(end).is_some_and(|token| token.is("stored"));
                column.generated = Some(Generated { expression: written(inner), stored });
            }
            at = end;
            continue;
        }
        if token.is("autoincrement") {
            column_mut(table, column.as_deref()).into_iter().for_each(|column| column.counter = Some(Counter::Sequence));
        } else if token.is("collate") {
            let collation = item.get(at + 1).and_then(Token::name);
            column_mut(table, column.as_deref()).into_iter().for_each(|column| column.collation = collation.clone());
        } else if token.is("unique") {
            let columns = match (&column, item.get(at + 1)) {
                (None, Some(Token::Sign('('))) => list(parentheses(item, at + 1).0),
                (Some(column), _) => vec![column.clone()],
                _ => Vec::new(),
            };
            let name = named.take().unwrap_or_default();
            table.indexes.push(Index {
                name,
                unique: true,
                constraint: true,
                definition: format!("({})", columns.join(",")),
                columns,
                ..Index::default()
            });
        } else if token.is("references") {
            at = read_foreign_key(item, at, column.as_deref(), named.take(), table);
            continue;
        } else if token.is("primary") {
            named = None;
        }
        at += 1;
    }
}

fn column_mut<'t>(table: &'t mut Table, name: Option<&str>) -> Option<&'t mut Column> {
    table.columns.iter_mut().find(|column| Some(column.name.as_str()) == name)
}

/// What is within the parentheses that begin here, and where it goes on behind them.
fn parentheses<'t, 'a>(item: &'t [Token<'a>], open: usize) -> (&'t [Token<'a>], usize) {
    let mut depth = 0_usize;
    for (at, token) in item.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return (item.get(open + 1..at).unwrap_or_default(), at + 1);
                }
            }
            _ if depth == 0 => return (&[], at),
            _ => {}
        }
    }
    (&[], item.len())
}

fn list(inner: &[Token<'_>]) -> Vec<String> {
    inner.split(|token| *token == Token::Sign(',')).filter_map(|part| part.first().and_then(Token::name)).collect()
}

/// Words as text again.
fn written(inner: &[Token<'_>]) -> String {
    let mut text = String::new();
    for token in inner {
        let word = match token {
            Token::Word(word) => (*word).to_owned(),
            Token::Quoted(name) => format!("`{}`", name.replace('`', "``")),
            Token::Literal(literal) => (*literal).to_owned(),
            Token::Sign(sign) => sign.to_string(),
        };
        let tight = matches!(token, Token::Sign(')' | ',')) || text.ends_with('(') || text.is_empty();
        if !tight {
            text.push(' ');
        }
        text.push_str(&word);
    }
    normalized(&text)
}

/// Reads `references ..`. Gives where it goes on.
fn read_foreign_key(item: &[Token<'_>], at: usize, column: Option<&str>, named: Option<String>, table: &mut Table) -> usize {
    let before = &item[..at];
    let columns = match column {
        Some(column) => vec![column.to_owned()],
        None => before.iter().position(|token| token.is("key")).map(|key| list(parentheses(item, key + 1).0)).unwrap_or_default(),
    };
    let Some(target) = item.get(at + 1).and_then(Token::name) else { return at + 1 };
    let (inner, mut next) = parentheses(item, at + 2);
    let mut key = ForeignKey {
        name: named.unwrap_or_default(),
        columns,
        target: name(target),
        target_columns: list(inner),
        on_update: ReferentialAction::NoAction,
        on_delete: ReferentialAction::NoAction,
        deferral: None,
    };
    while let Some(token) = item.get(next) {
        if token.is("on") {
            let action = action(item.get(next + 2..).unwrap_or_default());
            match item.get(next + 1) {
                Some(event) if event.is("delete") => key.on_delete = action,
                Some(event) if event.is("update") => key.on_update = action,
                _ => {}
            }
            next += 3;
        } else if token.is("deferrable") {
            key.deferral = Some(Deferral::Immediate);
            next += 1;
        } else if token.is("deferred") {
            key.deferral = Some(Deferral::Deferred);
            next += 1;
        } else if token.is("constraint") || token.is("check") || token.is("unique") {
            break;
        } else {
            next += 1;
        }
    }
    table.foreign_keys.push(key);
    next
}

fn action(words: &[Token<'_>]) -> ReferentialAction {
    match words {
        [first, ..] if first.is("cascade") => ReferentialAction::Cascade,
        [first, ..] if first.is("restrict") => ReferentialAction::Restrict,
        [first, second, ..] if first.is("set") && second.is("null") => ReferentialAction::SetNull,
        [first, second, ..] if first.is("set") && second.is("default") => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// An index, from its statement.
fn index_of(name: String, sql: &str, table: &Table) -> Index {
    let all = tokens(sql);
    let unique = all.iter().take(2).any(|(token, ..)| token.is("unique"));
    let open = all.iter().find(|(token, ..)| *token == Token::Sign('(')).map_or(sql.len(), |(_, start, _)| *start);
    let definition = normalized(&sql[open..]);
    let columns = mentioned(&definition, table.columns.iter().map(|column| column.name.as_str()));
    Index { name, unique, definition, columns, ..Index::default() }
}
