//! MySQL and MariaDB: columns are said anew as a whole, and what a foreign key needs can't change while it is there.

use super::Words;
use crate::dialect::Dialect;
use crate::schema::compare::{Difference, TableChange};
use crate::schema::create::{
    add_foreign_key, create_index, create_schema, create_table, push_column, push_list, push_name, push_table_comment,
};
use crate::schema::model::{Check, Column, ForeignKey, TableName};
use crate::schema::tokens::mentioned;
use crate::schema::{triggers, views};
use crate::writer::Writer;
use mikro_orm_core::schema::SchemaScript;

/// Writes the statements of one difference.
pub(super) struct Alter<'a> {
    pub dialect: &'a dyn Dialect,
    pub words: Words<'a>,
    pub script: SchemaScript,
}

impl<'a> Alter<'a> {
    /// All statements: what others depend on goes last and comes first.
    pub fn write(mut self, difference: &Difference) -> SchemaScript {
        let changed = &difference.changed;
        let views = difference.dropped_views.iter().rev().map(|view| views::drop(self.dialect, view, false));
        self.script.statements.extend(views);
        for change in changed {
            let dropped =
                triggers::going(change).flat_map(|trigger| triggers::drop_statements(self.dialect, &change.from.name, trigger));
            self.script.statements.extend(dropped);
        }
        let freed = self.keys_in_the_way(difference);
        for (table, key) in &freed {
            self.drop_foreign_key(table, &key.name);
        }
        for change in changed {
            for check in change.dropped_checks.iter().chain(of_renamed(change).map(|(before, _)| before)) {
                let mut w = self.alter(&change.from.name);
                w.push("drop constraint ").identifier(&check.name);
                self.push(w);
            }
            for index in &change.dropped_indexes {
                let mut w = self.writer("drop index ");
                push_name(w.identifier(&index.name).push(" on "), &change.from.name);
                self.push(w);
            }
        }
        self.drop_tables(difference, true);
        self.script.statements.extend(difference.created_schemas.iter().map(|name| create_schema(self.dialect, name)));
        changed.iter().for_each(|change| self.rename(change));
        for table in &difference.created {
            let table = self.words.table(table);
            self.script.statements.push(create_table(self.dialect, table));
            self.script.statements.extend(table.indexes.iter().map(|index| create_index(self.dialect, &table.name, index)));
        }
        changed.iter().for_each(|change| self.columns(change));
        for change in changed {
            let table = &change.to.name;
            for index in &change.added_indexes {
                let index = self.words.index(table, index);
                self.script.statements.push(create_index(self.dialect, table, index));
            }
            for check in change.added_checks.iter().chain(of_renamed(change).map(|(_, after)| after)) {
                let mut w = self.alter(table);
                w.push("add constraint ").identifier(&check.name).push(" check (");
                w.push(&self.words.check(table, check).expression).push(")");
                self.push(w);
            }
        }
        self.refer(&freed, difference);
        for change in changed.iter().filter(|change| change.comment_changes) {
            let mut w = self.alter(&change.to.name);
            push_table_comment(&mut w, change.to.comment.as_deref().unwrap_or_default());
            self.push(w);
        }
        self.drop_tables(difference, false);
        let created =
            difference.created.iter().flat_map(|table| table.triggers.iter().map(move |trigger| (&table.name, trigger)));
        let added = changed.iter().flat_map(|change| triggers::coming(change).map(move |trigger| (&change.to.name, trigger)));
        for (table, trigger) in created.chain(added) {
            self.script.statements.extend(self.words.trigger(table, trigger).statements.iter().cloned());
        }
        let views = difference.created_views.iter().map(|view| views::create(self.dialect, self.words.view(view)));
        self.script.statements.extend(views);
        self.script
    }

    fn writer(&self, start: &str) -> Writer<'a> {
        let mut w = Writer::new(self.dialect);
        w.push(start);
        w
    }
    fn alter(&self, table: &TableName) -> Writer<'a> {
        let mut w = self.writer("alter table ");
        push_name(&mut w, table).push(" ");
        w
    }
    fn push(&mut self, w: Writer<'_>) {
        self.script.statements.push(w.sql);
    }
    fn drop_foreign_key(&mut self, table: &TableName, name: &str) {
        let mut w = self.alter(table);
        w.push("drop foreign key ").identifier(name);
        self.push(w);
    }
    fn drop_tables(&mut self, difference: &Difference, in_the_way: bool) {
        for table in difference.dropped.iter().rev().filter(|table| difference.is_in_the_way(table) == in_the_way) {
            let mut w = self.writer("drop table ");
            push_name(&mut w, &table.name);
            self.push(w);
        }
    }

    /// The foreign keys that go before anything else: those that are dropped or replaced, those of and to columns that change, and
    /// those whose table, or target, goes.
    fn keys_in_the_way(&self, difference: &Difference) -> Vec<(TableName, ForeignKey)> {
        let change_of = |table: &TableName| difference.changed.iter().find(|change| change.from.name == *table);
        let touches = |table: &TableName, columns: &[String]| {
            change_of(table).is_some_and(|change| {
                let is_touched = |column: &String| {
                    let retyped = change.altered_columns.iter().any(|(before, _)| before.name == *column);
                    retyped || change.dropped_columns.iter().any(|dropped| dropped.name == *column)
                };
                change.key_changes || columns.iter().any(is_touched)
            })
        };
        let goes = |table: &TableName| difference.dropped.iter().any(|dropped| dropped.name == *table);
        let is_dropped = |table: &TableName, key: &ForeignKey| {
            change_of(table).is_some_and(|change| change.dropped_foreign_keys.iter().any(|dropped| dropped.name == key.name))
        };
        // (an index that goes may be the one that the key needs)
        let loses_index = |table: &TableName, key: &ForeignKey| {
            change_of(table)
                .is_some_and(|change| change.dropped_indexes.iter().any(|index| index.columns.starts_with(&key.columns)))
        };
        let all = self.words.live.tables.iter().flat_map(|table| table.foreign_keys.iter().map(move |key| (&table.name, key)));
        let found = all.filter(|(table, key)| {
            is_dropped(table, key)
                || loses_index(table, key)
                || touches(table, &key.columns)
                || touches(&key.target, &key.target_columns)
                || (goes(&key.target) && key.target != **table)
        });
        found.map(|(table, key)| (table.clone(), key.clone())).collect()
    }

    /// The foreign keys that come, and those that stay.
    fn refer(&mut self, freed: &[(TableName, ForeignKey)], difference: &Difference) {
        let mut added = Vec::new();
        for table in &difference.created {
            added.extend(self.words.table(table).foreign_keys.iter().map(|key| (&table.name, key)));
        }
        for change in &difference.changed {
            let is_added = |key: &&ForeignKey| {
                change.added_foreign_keys.iter().any(|added| added.name == key.name)
                    || freed.iter().any(|(table, freed)| *table == change.from.name && freed.name == key.name)
            };
            added.extend(change.to.foreign_keys.iter().filter(is_added).map(|key| (&change.to.name, key)));
        }
        // (of tables that do not change themselves)
        for (table, key) in freed {
            let changes = difference.changed.iter().any(|change| change.from.name == *table);
            let goes = difference.dropped.iter().any(|dropped| dropped.name == *table);
            if !changes && !goes {
                added.push((table, key));
            }
        }
        for (table, key) in added {
            self.script.statements.push(add_foreign_key(self.dialect, table, key));
        }
    }

    fn rename(&mut self, change: &TableChange) {
        let names = change.renamed_columns.iter().map(|names| ("column", names));
        for (what, (from, to)) in names.chain(change.renamed_indexes.iter().map(|names| ("index", names))) {
            let mut w = self.alter(&change.from.name);
            w.push("rename ").push(what).push(" ").identifier(from).push(" to ").identifier(to);
            self.push(w);
        }
    }

    fn columns(&mut self, change: &TableChange) {
        let table = &change.to.name;
        let (new_key, rekeys) = (&change.to.primary_key, change.key_changes);
        let is_key = |column: &Column| rekeys && new_key[..] == [column.name.clone()];
        // what counts must be a key: it stops before the key changes, and starts with the new one
        for (before, _) in change.altered_columns.iter().filter(|(before, _)| rekeys && before.counter.is_some()) {
            self.modify(table, &Column { counter: None, ..before.clone() });
        }
        let stopped = |column: &&Column| rekeys && column.counter.is_some();
        for column in change.dropped_columns.iter().filter(stopped) {
            self.modify(table, &Column { counter: None, ..column.clone() });
        }
        let counted = change.added_columns.iter().find(|column| column.counter.is_some() && is_key(column));
        for column in change.added_columns.iter().filter(|column| Some(*column) != counted) {
            let mut w = self.alter(table);
            push_column(w.push("add column "), self.words.column(table, column), false);
            self.push(w);
        }
        for (before, after) in change.altered_columns.iter().filter(|(_, after)| !(rekeys && after.counter.is_some())) {
            self.alter_column(table, before, after);
        }
        if rekeys {
            self.rekey(change, counted);
        }
        for (_, after) in change.altered_columns.iter().filter(|(_, after)| rekeys && after.counter.is_some()) {
            self.modify(table, after);
        }
        for column in &change.dropped_columns {
            let mut w = self.alter(table);
            w.push("drop column ").identifier(&column.name);
            self.push(w);
        }
    }

    fn rekey(&mut self, change: &TableChange, counted: Option<&Column>) {
        let mut w = self.alter(&change.to.name);
        if !change.from.primary_key.is_empty() {
            w.push("drop primary key");
        }
        let comma = if change.from.primary_key.is_empty() { "" } else { ", " };
        match counted {
            // (the rows that are there are counted at once)
            Some(column) => push_column(w.push(comma).push("add column "), self.words.column(&change.to.name, column), true),
            None if change.to.primary_key.is_empty() => {}
            None => drop(push_list(w.push(comma).push("add primary key "), &change.to.primary_key)),
        }
        self.push(w);
    }

    /// (What is in the rows is kept where it can be.)
    fn make_anew(&mut self, table: &TableName, column: &Column) {
        let mut w = self.alter(table);
        if column.generated.is_some() {
            w.push("drop column ").identifier(&column.name).push(", add column ");
            push_column(&mut w, column, false);
            return self.push(w);
        }
        let kept = format!("__new_{}", column.name);
        push_column(w.push("add column "), &Column { name: kept.clone(), ..column.clone() }, false);
        self.push(w);
        let mut w = self.writer("update ");
        push_name(&mut w, table).push(" set ").identifier(&kept).push(" = ").identifier(&column.name);
        self.push(w);
        let mut w = self.alter(table);
        w.push("drop column ").identifier(&column.name).push(", rename column ").identifier(&kept).push(" to ");
        w.identifier(&column.name);
        self.push(w);
    }

    fn modify(&mut self, table: &TableName, column: &Column) {
        let mut w = self.alter(table);
        push_column(w.push("modify column "), column, false);
        self.push(w);
    }

    fn alter_column(&mut self, table: &TableName, before: &Column, after: &Column) {
        let said = self.words.column(table, after).clone();
        if is_made_anew(before, after) {
            return self.make_anew(table, &said);
        }
        if let Some(default) = said.default.as_ref().filter(|_| before.nullable && !after.nullable) {
            let mut w = self.writer("update ");
            push_name(&mut w, table).push(" set ").identifier(&after.name).push(" = ").push(default);
            w.push(" where ").identifier(&after.name).push(" is null");
            self.push(w);
        }
        self.modify(table, &said);
    }
}

/// The checks that stay, and are of columns that get other names, which they would keep them from.
fn of_renamed(change: &TableChange) -> impl Iterator<Item = (&Check, &Check)> {
    let is_of = |check: &Check| {
        let names = change.renamed_columns.iter().map(|(from, _)| from.as_str());
        !mentioned(&check.expression, names).is_empty()
    };
    let stays = move |check: &&Check| change.dropped_checks.iter().all(|dropped| dropped.name != check.name) && is_of(check);
    change
        .from
        .checks
        .iter()
        .filter(stays)
        .filter_map(|before| Some((before, change.to.checks.iter().find(|after| after.name == before.name)?)))
}

/// Whether a column can't be altered in place: what queries compute can't become what rows have, nor the other way round.
fn is_made_anew(before: &Column, after: &Column) -> bool {
    let is_virtual = |column: &Column| column.generated.as_ref().is_some_and(|generated| !generated.stored);
    is_virtual(before) != is_virtual(after)
}
