//! SQLite, which alters little in place: where it can't, the table is made anew, and its rows are moved.

use super::Words;
use crate::dialect::{Dialect, push_text_literal};
use crate::schema::compare::{Difference, TableChange};
use crate::schema::create::{create_index, create_table, push_column, push_name};
use crate::schema::model::{Column, Counter, Index, Table, TableName};
use crate::schema::{triggers, views};
use crate::writer::Writer;
use mikro_orm_core::schema::SchemaScript;

pub(super) fn write(difference: &Difference, words: Words<'_>, dialect: &dyn Dialect) -> SchemaScript {
    let mut script = SchemaScript::default();
    let mut rebuilds = false;
    script.statements.extend(difference.dropped_views.iter().rev().map(|view| views::drop(dialect, view, false)));
    let drop_tables = |script: &mut SchemaScript, in_the_way: bool| {
        for table in difference.dropped.iter().rev().filter(|table| difference.is_in_the_way(table) == in_the_way) {
            let mut w = Writer::new(dialect);
            push_name(w.push("drop table "), &table.name);
            script.statements.push(w.sql);
        }
    };
    drop_tables(&mut script, true);
    for table in &difference.created {
        let table = words.table(table);
        script.statements.push(create_table(dialect, table));
        script.statements.extend(table.indexes.iter().map(|index| create_index(dialect, &table.name, index)));
    }
    for change in &difference.changed {
        let dropped = change.dropped_triggers.iter();
        script.statements.extend(dropped.flat_map(|trigger| triggers::drop_statements(dialect, &change.from.name, trigger)));
    }
    for change in &difference.changed {
        if in_place(change) {
            alter(&mut script.statements, change, words, dialect);
        } else {
            rebuild(&mut script.statements, change, words, dialect);
            rebuilds = true;
        }
    }
    drop_tables(&mut script, false);
    let created = difference.created.iter().flat_map(|table| table.triggers.iter().map(move |trigger| (&table.name, trigger)));
    let added = difference.changed.iter().flat_map(|change| {
        // (what is made anew has none)
        let (all, only) =
            if in_place(change) { (&[][..], &change.added_triggers[..]) } else { (&change.to.triggers[..], &[][..]) };
        all.iter().chain(only).map(move |trigger| (&change.to.name, trigger))
    });
    for (table, trigger) in created.chain(added) {
        script.statements.extend(words.trigger(table, trigger).statements.iter().cloned());
    }
    script.statements.extend(difference.created_views.iter().map(|view| views::create(dialect, words.view(view))));
    if rebuilds || !difference.dropped.is_empty() {
        // (dropping a table deletes its rows, and with foreign keys on, what refers to them. Views may mention a table
        // that is not there for a moment)
        script.before = vec!["pragma foreign_keys = off".to_owned(), "pragma legacy_alter_table = on".to_owned()];
        script.after = vec!["pragma legacy_alter_table = off".to_owned(), "pragma foreign_keys = on".to_owned()];
    }
    script
}

/// Whether SQLite can do it with what `alter table` it has.
fn in_place(change: &TableChange) -> bool {
    let can_add = |column: &Column| {
        let constant = |default: &String| !default.starts_with('(');
        column.counter.is_none()
            && match &column.generated {
                Some(generated) => !generated.stored,
                None => column.default.as_ref().map_or(column.nullable, constant),
            }
    };
    change.altered_columns.is_empty()
        && !change.key_changes
        && change.dropped_columns.is_empty()
        && change.added_foreign_keys.is_empty()
        && change.dropped_foreign_keys.is_empty()
        && change.added_checks.is_empty()
        && change.dropped_checks.is_empty()
        && change.dropped_indexes.iter().all(|index| !index.constraint)
        && change.added_columns.iter().all(can_add)
}

fn alter(statements: &mut Vec<String>, change: &TableChange, words: Words<'_>, dialect: &dyn Dialect) {
    let table = &change.to.name;
    let mut push = |write: &dyn Fn(&mut Writer<'_>)| {
        let mut w = Writer::new(dialect);
        write(&mut w);
        statements.push(w.sql);
    };
    let going = change.dropped_indexes.iter().map(|index| &index.name);
    for index in going.chain(change.renamed_indexes.iter().map(|(from, _)| from)) {
        push(&|w| {
            w.push("drop index ").identifier(index);
        });
    }
    for (from, to) in &change.renamed_columns {
        push(&|w| {
            push_name(w.push("alter table "), table).push(" rename column ").identifier(from).push(" to ").identifier(to);
        });
    }
    for column in &change.added_columns {
        push(&|w| push_column(push_name(w.push("alter table "), table).push(" add column "), words.column(table, column), false));
    }
    let renamed = change.renamed_indexes.iter().filter_map(|(_, to)| change.to.indexes.iter().find(|index| index.name == *to));
    for index in change.added_indexes.iter().chain(renamed) {
        statements.push(create_index(dialect, table, words.index(table, index)));
    }
}

fn rebuild(statements: &mut Vec<String>, change: &TableChange, words: Words<'_>, dialect: &dyn Dialect) {
    let (from, to) = (&change.from, words.table(&change.to));
    let kept = kept_columns(change, to);
    let made = TableName { name: format!("__new_{}", to.name.name), ..to.name.clone() };
    let table = Table { name: made.clone(), columns: kept.iter().map(|(column, _)| (*column).clone()).collect(), ..to.clone() };
    statements.push(create_table(dialect, &table));
    statements.push(copy(from, &made, &kept, dialect));
    let counts = |table: &Table| table.columns.iter().any(|column| column.counter == Some(Counter::Sequence));
    if counts(from) && counts(to) {
        // (a key of a row that was deleted is not given again)
        let (mut old, mut new) = (String::new(), String::new());
        push_text_literal(&mut old, &from.name.name);
        push_text_literal(&mut new, &made.name);
        statements.push(format!("delete from `sqlite_sequence` where `name` = {new}"));
        statements.push(format!(
            "insert into `sqlite_sequence` (`name`, `seq`) select {new}, `seq` from `sqlite_sequence` where `name` = {old}"
        ));
    }
    let mut w = Writer::new(dialect);
    push_name(w.push("drop table "), &from.name);
    statements.push(w.sql);
    let mut w = Writer::new(dialect);
    push_name(w.push("alter table "), &made).push(" rename to ").identifier(&to.name.name);
    statements.push(w.sql);
    let indexes: &[Index] = &to.indexes;
    statements.extend(indexes.iter().map(|index| create_index(dialect, &to.name, index)));
    statements.extend(from.attached.iter().cloned());
}

/// The columns of the new table, and which of the old ones fills each. In safe mode those stay that nobody asked for.
fn kept_columns<'a>(change: &'a TableChange, to: &'a Table) -> Vec<(&'a Column, Option<&'a Column>)> {
    let source = |column: &Column| {
        let renamed = change.renamed_columns.iter().find(|(_, to)| *to == column.name).map(|(from, _)| from.as_str());
        change.from.column(renamed.unwrap_or(&column.name))
    };
    let stays = |column: &&Column| {
        let has = |columns: &[Column]| columns.iter().any(|known| known.name == column.name);
        !has(&to.columns) && !has(&change.dropped_columns) && change.renamed_columns.iter().all(|(from, _)| *from != column.name)
    };
    let wanted = to.columns.iter().map(|column| (column, source(column)));
    wanted.chain(change.from.columns.iter().filter(stays).map(|column| (column, Some(column)))).collect()
}

/// `insert into .. select ..`: nulls become the default where there may be none any more.
fn copy(from: &Table, made: &TableName, columns: &[(&Column, Option<&Column>)], dialect: &dyn Dialect) -> String {
    let filled = || {
        columns.iter().filter(|(column, _)| column.generated.is_none()).filter_map(|(column, source)| Some((*column, (*source)?)))
    };
    let mut w = Writer::new(dialect);
    push_name(w.push("insert into "), made).push(" (");
    for (i, (column, _)) in filled().enumerate() {
        w.push(if i == 0 { "" } else { ", " }).identifier(&column.name);
    }
    w.push(") select ");
    for (i, (column, source)) in filled().enumerate() {
        w.push(if i == 0 { "" } else { ", " });
        match &column.default {
            Some(default) if source.nullable && !column.nullable => {
                w.push("coalesce(").identifier(&source.name).push(", ").push(default).push(")");
            }
            _ => drop(w.identifier(&source.name)),
        }
    }
    push_name(w.push(" from "), &from.name);
    w.sql
}
