//! Triggers that entities declare. What tells them apart from others is a comment in what they do: others are left alone.

use super::compare::{Difference, TableChange};
use super::create::push_name;
use super::model::{TableName, Trigger};
use super::wanted::name_of;
use crate::dialect::{Dialect, TriggerStyle, push_text_literal};
use crate::template::push_template;
use crate::writer::Writer;
use mikro_orm_core::entity::{TriggerDef, TriggerEvent, TriggerTiming};
use mikro_orm_core::metadata::EntityMetadata;

/// What is in the text of each.
const DECLARED: &str = "/* mikro-orm */";

/// Whether a text is of one that an entity declares, or declared.
pub(super) fn is_declared(sql: &str) -> bool {
    sql.contains(DECLARED)
}

/// One that is a single statement.
pub(super) fn from_statement(name: String, sql: String) -> Trigger {
    Trigger { name, function: None, statements: vec![sql.clone()], definition: sql }
}

/// The triggers of an entity's table. One that says nothing for the database is none of its.
pub(super) fn wanted(dialect: &dyn Dialect, entity: &EntityMetadata) -> Vec<Trigger> {
    let mut found = Vec::new();
    for said in entity.triggers {
        let body = |of: &str| said.bodies.iter().find(|(database, _)| *database == of).map(|(_, body)| *body);
        let Some(body) = body(dialect.name()).or_else(|| body("")) else { continue };
        let mut w = Writer::new(dialect);
        push_template(&mut w, entity, body.trim().trim_end_matches(';').trim_end());
        let body = w.sql;
        if dialect.triggers() == TriggerStyle::Functions {
            found.push(with_function(dialect, entity, said, &body));
            continue;
        }
        for event in said.events {
            // (there, a trigger is for one event)
            let name = match said.events {
                [_] => named(entity, said),
                _ => format!("{}_{}", named(entity, said), word(*event)),
            };
            found.push(plain(dialect, entity, said, name, *event, &body));
        }
    }
    found
}

/// (What a base says is in each of its entities' tables.)
fn named(entity: &EntityMetadata, said: &TriggerDef) -> String {
    said.name.replace("{table}", &entity.table)
}

fn word(event: TriggerEvent) -> &'static str {
    match event {
        TriggerEvent::Insert => "insert",
        TriggerEvent::Update => "update",
        TriggerEvent::Delete => "delete",
    }
}

fn timing(said: &TriggerDef) -> &'static str {
    match said.timing {
        TriggerTiming::Before => " before ",
        TriggerTiming::After => " after ",
    }
}

/// ``create trigger `counted` after insert on `book` for each row when .. begin ..; end``
fn plain(
    dialect: &dyn Dialect,
    entity: &EntityMetadata,
    said: &TriggerDef,
    name: String,
    event: TriggerEvent,
    body: &str,
) -> Trigger {
    let mut w = Writer::new(dialect);
    w.push("create trigger ").identifier(&name).push(timing(said)).push(word(event)).push(" on ").table(entity);
    w.push(" for each row ");
    let has_when = dialect.triggers() == TriggerStyle::When;
    if let Some(condition) = said.condition.filter(|_| has_when) {
        push_template(w.push("when "), entity, condition);
        w.push(" ");
    }
    w.push("begin ").push(DECLARED).push(" ");
    match said.condition.filter(|_| !has_when) {
        Some(condition) => {
            push_template(w.push("if "), entity, condition);
            w.push(" then ").push(body).push("; end if; end");
        }
        None => drop(w.push(body).push("; end")),
    }
    from_statement(name, w.sql)
}

/// `create trigger "counted" after insert or update on "book" for each row when (..) execute function "book_counted"()`
fn with_function(dialect: &dyn Dialect, entity: &EntityMetadata, said: &TriggerDef, body: &str) -> Trigger {
    let (table, name) = (name_of(dialect, entity), named(entity, said));
    let function = TableName { name: format!("{}_{name}", table.name), ..table.clone() };
    let mut create = Writer::new(dialect);
    push_name(create.push("create or replace function "), &function).push("() returns trigger language plpgsql as ");
    // (what returns nothing lets the row be as it is)
    let text = format!("{DECLARED} begin {body}; return coalesce(new, old); end");
    push_text_literal(&mut create.sql, &text);
    let mut w = Writer::new(dialect);
    w.push("create trigger ").identifier(&name).push(timing(said));
    for (i, event) in said.events.iter().enumerate() {
        w.push(if i == 0 { "" } else { " or " }).push(word(*event));
    }
    w.push(" on ").table(entity).push(if said.of_statement { " for each statement" } else { " for each row" });
    if let Some(condition) = said.condition {
        push_template(w.push(" when ("), entity, condition);
        w.push(")");
    }
    push_name(w.push(" execute function "), &function).push("()");
    let definition = format!("{}\n{text}", w.sql);
    Trigger { name, function: Some(function), statements: vec![create.sql, w.sql], definition }
}

/// Those of a table that go: for good, or while columns that they may be about change.
pub(super) fn going(change: &TableChange) -> impl Iterator<Item = &Trigger> {
    let moves = !change.altered_columns.is_empty() || !change.dropped_columns.is_empty();
    change.from.triggers.iter().filter(move |trigger| moves || change.dropped_triggers.contains(trigger))
}

/// Those of a table that come, or come again.
pub(super) fn coming(change: &TableChange) -> impl Iterator<Item = &Trigger> {
    let moves = !change.altered_columns.is_empty() || !change.dropped_columns.is_empty();
    change.to.triggers.iter().filter(move |trigger| moves || change.added_triggers.contains(trigger))
}

/// `drop trigger "counted" on "book"`, and the function that it calls.
pub(super) fn drop_statements(dialect: &dyn Dialect, table: &TableName, trigger: &Trigger) -> Vec<String> {
    let mut w = Writer::new(dialect);
    match &trigger.function {
        Some(function) => {
            push_name(w.push("drop trigger ").identifier(&trigger.name).push(" on "), table);
            vec![w.sql, drop_function(dialect, function, false)]
        }
        None => {
            push_name(w.push("drop trigger "), &TableName { name: trigger.name.clone(), ..table.clone() });
            vec![w.sql]
        }
    }
}

/// `drop function "book_counted"()`
pub(super) fn drop_function(dialect: &dyn Dialect, function: &TableName, if_exists: bool) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push(if if_exists { "drop function if exists " } else { "drop function " }), function).push("()");
    w.sql
}

/// The functions of tables that go: the triggers go with these.
pub(super) fn orphans(difference: &Difference) -> impl Iterator<Item = &TableName> {
    difference.dropped.iter().flat_map(|table| &table.triggers).filter_map(|trigger| trigger.function.as_ref())
}
