//! PostgreSQL: everything can be altered in place.

use super::Words;
use crate::dialect::Dialect;
use crate::schema::compare::{Difference, TableChange};
use crate::schema::create::{
    add_foreign_key, comment_on, comments, create_enum, create_index, create_schema, create_table, push_column, push_key,
    push_name,
};
use crate::schema::model::{Column, Counter, Index, NativeEnum, TableName};
use crate::schema::tokens::mentioned;
use crate::schema::{partitions, triggers, views};
use crate::writer::Writer;
use mikro_orm_core::schema::SchemaScript;

/// Writes the statements of one difference.
pub(super) struct Alter<'a> {
    pub dialect: &'a dyn Dialect,
    pub words: Words<'a>,
    pub script: SchemaScript,
}

impl Alter<'_> {
    /// All statements: what others depend on goes last and comes first.
    pub fn write(mut self, difference: &Difference) -> SchemaScript {
        let changed = &difference.changed;
        // (nothing can be altered that a view mentions)
        for view in difference.dropped_views.iter().rev() {
            self.script.statements.push(views::drop(self.dialect, view, false));
        }
        for change in changed {
            let dropped =
                triggers::going(change).flat_map(|trigger| triggers::drop_statements(self.dialect, &change.from.name, trigger));
            self.script.statements.extend(dropped);
        }
        let rekeyed = self.keys_that_refer_to_changing_ones(changed);
        for (table, name) in &rekeyed {
            self.drop_constraint(table, name);
        }
        for change in changed {
            for key in
                change.dropped_foreign_keys.iter().filter(|key| !rekeyed.contains(&(change.from.name.clone(), key.name.clone())))
            {
                self.drop_constraint(&change.from.name, &key.name);
            }
        }
        for change in changed {
            change.dropped_checks.iter().for_each(|check| self.drop_constraint(&change.from.name, &check.name));
            for index in &change.dropped_indexes {
                if index.constraint {
                    self.drop_constraint(&change.from.name, &index.name);
                } else {
                    let mut w = self.writer("drop index ");
                    push_name(&mut w, &TableName { name: index.name.clone(), ..change.from.name.clone() });
                    self.push(w);
                }
            }
        }
        self.drop_tables(difference, true);
        self.script.statements.extend(difference.created_schemas.iter().map(|name| create_schema(self.dialect, name)));
        self.enums(difference);
        for change in changed {
            self.rename(change);
        }
        for table in &difference.created {
            let table = self.words.table(table);
            self.script.statements.push(create_table(self.dialect, table));
            self.script.statements.extend(partitions::create(self.dialect, table));
            self.script.statements.extend(table.indexes.iter().map(|index| create_index(self.dialect, &table.name, index)));
            self.script.statements.extend(comments(self.dialect, table));
        }
        for change in changed {
            self.columns(change);
            self.partitions(change);
        }
        for change in changed {
            let table = &change.to.name;
            for index in &change.added_indexes {
                let index = self.words.index(table, index);
                self.create_index(table, index);
            }
            for check in &change.added_checks {
                let mut w = self.alter(table);
                w.push("add constraint ")
                    .identifier(&check.name)
                    .push(" check (")
                    .push(&self.words.check(table, check).expression)
                    .push(")");
                self.push(w);
            }
        }
        let created = difference.created.iter().flat_map(|table| table.foreign_keys.iter().map(move |key| (&table.name, key)));
        let added = changed.iter().flat_map(|change| change.added_foreign_keys.iter().map(move |key| (&change.to.name, key)));
        for (table, key) in created.chain(added) {
            self.script.statements.push(add_foreign_key(self.dialect, table, key));
        }
        self.refer_again(&rekeyed, changed, difference);
        for change in changed {
            self.comments(change);
        }
        self.drop_tables(difference, false);
        let orphans = triggers::orphans(difference).map(|function| triggers::drop_function(self.dialect, function, false));
        self.script.statements.extend(orphans);
        for kind in &difference.dropped_enums {
            let mut w = self.writer("drop type ");
            push_name(&mut w, &kind.name);
            self.push(w);
        }
        for view in &difference.created_views {
            self.script.statements.push(views::create(self.dialect, self.words.view(view)));
        }
        let created =
            difference.created.iter().flat_map(|table| table.triggers.iter().map(move |trigger| (&table.name, trigger)));
        let added = changed.iter().flat_map(|change| triggers::coming(change).map(move |trigger| (&change.to.name, trigger)));
        for (table, trigger) in created.chain(added) {
            self.script.statements.extend(self.words.trigger(table, trigger).statements.iter().cloned());
        }
        self.script.statements.extend(difference.dropped_schemas.iter().filter_map(|name| self.dialect.drop_empty_schema(name)));
        self.script
    }

    fn partitions(&mut self, change: &TableChange) {
        let table = &change.to.name;
        let said = |partition| self.words.partition(table, partition);
        let changed: Vec<_> = change.changed_partitions.iter().map(said).collect();
        let mut statements = partitions::rebind(self.dialect, table, &changed);
        let added = change.added_partitions.iter();
        statements.extend(added.map(|partition| partitions::add(self.dialect, table, said(partition))));
        self.script.statements.extend(statements);
    }

    /// (What is built while rows are written is not built in a transaction; for a table in partitions there is no such thing.)
    fn create_index(&mut self, table: &TableName, index: &Index) {
        let statement = create_index(self.dialect, table, index);
        let in_partitions = self.words.live.table(table).is_some_and(|table| table.partition_by.is_some());
        if index.concurrently && !index.constraint && !in_partitions {
            self.script.later.push(statement.replacen(" index ", " index concurrently ", 1));
        } else {
            self.script.statements.push(statement);
        }
    }

    /// Tables go last, but for those that are in the way.
    fn drop_tables(&mut self, difference: &Difference, in_the_way: bool) {
        for table in difference.dropped.iter().rev().filter(|table| difference.is_in_the_way(table) == in_the_way) {
            let mut w = self.writer("drop table ");
            push_name(&mut w, &table.name).push(self.dialect.drop_suffix());
            self.push(w);
        }
    }
    fn writer(&self, start: &str) -> Writer<'static> {
        // (all of this is PostgreSQL's)
        let mut w = Writer::new(&crate::dialect::Postgres);
        w.push(start);
        w
    }
    fn alter(&self, table: &TableName) -> Writer<'static> {
        let mut w = self.writer("alter table ");
        push_name(&mut w, table).push(" ");
        w
    }
    fn push(&mut self, w: Writer<'_>) {
        self.script.statements.push(w.sql);
    }
    fn drop_constraint(&mut self, table: &TableName, name: &str) {
        let mut w = self.alter(table);
        w.push("drop constraint ").identifier(name);
        self.push(w);
    }

    /// The foreign keys to tables whose primary key changes: while it does, nothing may refer to it.
    fn keys_that_refer_to_changing_ones(&self, changed: &[TableChange]) -> Vec<(TableName, String)> {
        let changes = |target: &TableName| changed.iter().any(|change| change.key_changes && change.from.name == *target);
        let keys = self.words.live.tables.iter().flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
        keys.filter(|(_, key)| changes(&key.target)).map(|(table, key)| (table.name.clone(), key.name.clone())).collect()
    }

    /// Those of them that stay.
    fn refer_again(&mut self, rekeyed: &[(TableName, String)], changed: &[TableChange], difference: &Difference) {
        for (table, name) in rekeyed {
            let dropped = difference.dropped.iter().any(|dropped| dropped.name == *table)
                || changed.iter().any(|change| {
                    change.from.name == *table
                        && change.dropped_foreign_keys.iter().chain(&change.added_foreign_keys).any(|key| key.name == *name)
                });
            let key = self.words.live.table(table).and_then(|table| table.foreign_keys.iter().find(|key| key.name == *name));
            if let Some(key) = key.filter(|_| !dropped) {
                self.script.statements.push(add_foreign_key(self.dialect, table, key));
            }
        }
    }

    fn enums(&mut self, difference: &Difference) {
        for kind in &difference.created_enums {
            self.create_enum(kind);
        }
        for (before, after) in &difference.changed_enums {
            if before.items.iter().all(|item| after.items.contains(item)) {
                self.add_items(before, after);
            } else {
                self.replace_enum(before, after);
            }
        }
    }
    fn create_enum(&mut self, kind: &NativeEnum) {
        self.script.statements.push(create_enum(self.dialect, kind));
    }
    /// (Outside of the transaction, since nothing may use an item in the one that adds it.)
    fn add_items(&mut self, before: &NativeEnum, after: &NativeEnum) {
        for (place, item) in after.items.iter().enumerate().filter(|(_, item)| !before.items.contains(item)) {
            let mut w = self.writer("alter type ");
            push_name(&mut w, &before.name).push(" add value if not exists ");
            crate::dialect::push_text_literal(&mut w.sql, item);
            let neighbour = match place {
                0 => before.items.first().map(|first| (" before ", first)),
                _ => Some((" after ", &after.items[place - 1])),
            };
            if let Some((side, neighbour)) = neighbour {
                w.push(side);
                crate::dialect::push_text_literal(&mut w.sql, neighbour);
            }
            self.script.before.push(w.sql);
        }
    }
    /// Items can't be dropped: the type is made anew.
    fn replace_enum(&mut self, before: &NativeEnum, after: &NativeEnum) {
        let old = format!("{}__old", before.name.name);
        let mut w = self.writer("alter type ");
        push_name(&mut w, &before.name).push(" rename to ").identifier(&old);
        self.push(w);
        self.create_enum(after);
        let live = self.words.live;
        for table in &live.tables {
            for column in table.columns.iter().filter(|column| is_of(&column.type_name, &before.name.name)) {
                let array = if column.type_name.ends_with("[]") { "[]" } else { "" };
                if column.default.is_some() {
                    self.column(&table.name, &column.name, "drop default");
                }
                let mut w = self.alter(&table.name);
                w.push("alter column ").identifier(&column.name).push(" type ").identifier(&after.name.name).push(array);
                w.push(" using ")
                    .identifier(&column.name)
                    .push("::text")
                    .push(array)
                    .push("::")
                    .identifier(&after.name.name)
                    .push(array);
                self.push(w);
                // (one that is gone is no default any more; what comes in its place is a change of the column)
                let goes = |default: &String| {
                    before.items.iter().filter(|item| !after.items.contains(item)).any(|item| {
                        let mut literal = String::new();
                        crate::dialect::push_text_literal(&mut literal, item);
                        default.starts_with(&literal)
                    })
                };
                if let Some(default) = column.default.as_ref().filter(|default| !goes(default)) {
                    self.column(&table.name, &column.name, &format!("set default {default}"));
                }
            }
        }
        let mut w = self.writer("drop type ");
        push_name(&mut w, &TableName { name: old, ..before.name.clone() });
        self.push(w);
    }

    fn rename(&mut self, change: &TableChange) {
        if let Some((from, to)) = &change.renamed_key {
            let mut w = self.alter(&change.from.name);
            w.push("rename constraint ").identifier(from).push(" to ").identifier(to);
            self.push(w);
        }
        for (from, to) in &change.renamed_columns {
            let mut w = self.alter(&change.from.name);
            w.push("rename column ").identifier(from).push(" to ").identifier(to);
            self.push(w);
        }
        for (from, to) in &change.renamed_indexes {
            let mut w = self.writer("alter index ");
            push_name(&mut w, &TableName { name: from.clone(), ..change.from.name.clone() }).push(" rename to ").identifier(to);
            self.push(w);
        }
    }

    fn columns(&mut self, change: &TableChange) {
        let table = &change.to.name;
        if change.key_changes
            && let Some(name) = &change.from.primary_key_name
        {
            self.drop_constraint(table, name);
        }
        // (a column can't be retyped while another is computed from it)
        let anew = made_anew(change);
        let (computed, plain): (Vec<_>, Vec<_>) = change.dropped_columns.iter().partition(|column| column.generated.is_some());
        anew.iter().chain(&computed).for_each(|column| self.drop_column(table, column));
        let (added_computed, added): (Vec<_>, Vec<_>) =
            change.added_columns.iter().partition(|column| column.generated.is_some());
        added.into_iter().for_each(|column| self.add_column(table, column));
        let altered = change.altered_columns.iter().filter(|(_, after)| !anew.contains(&after));
        let (computed, others): (Vec<_>, Vec<_>) = altered.partition(|(before, _)| before.generated.is_some());
        computed.into_iter().chain(others).for_each(|(before, after)| self.alter_column(table, before, after));
        anew.iter().chain(&added_computed).for_each(|column| self.add_column(table, column));
        for column in &anew {
            // (its indexes went with it)
            let lost = change.to.indexes.iter().filter(|index| index.columns.contains(&column.name));
            for index in lost.filter(|index| !change.added_indexes.contains(index)) {
                let statement = create_index(self.dialect, table, self.words.index(table, index));
                if !self.script.statements.contains(&statement) {
                    self.script.statements.push(statement);
                }
            }
        }
        plain.into_iter().for_each(|column| self.drop_column(table, column));
        if change.key_changes && !change.to.primary_key.is_empty() {
            let mut w = self.alter(table);
            push_key(w.push("add "), self.words.table(&change.to));
            self.push(w);
        }
    }
    fn drop_column(&mut self, table: &TableName, column: &Column) {
        let mut w = self.alter(table);
        w.push("drop column ").identifier(&column.name);
        self.push(w);
    }
    fn add_column(&mut self, table: &TableName, column: &Column) {
        let mut w = self.alter(table);
        push_column(w.push("add column "), self.words.column(table, column), false);
        self.push(w);
    }
    fn column(&mut self, table: &TableName, column: &str, what: &str) {
        let mut w = self.alter(table);
        w.push("alter column ").identifier(column).push(" ").push(what);
        self.push(w);
    }

    fn alter_column(&mut self, table: &TableName, before: &Column, after: &Column) {
        let name = &after.name;
        if before.generated.is_some() && after.generated.is_none() {
            self.column(table, name, "drop expression");
        }
        let retyped = before.type_name != after.type_name || before.collation != after.collation;
        let default_changes = before.default != after.default;
        if before.counter != after.counter {
            self.stop_counting(table, before);
        }
        if before.default.is_some() && (retyped || default_changes) {
            self.column(table, name, "drop default");
        }
        let said = self.words.column(table, after);
        if retyped {
            let mut w = self.alter(table);
            w.push("alter column ").identifier(name).push(" type ").push(&said.type_name);
            if let Some(collation) = &after.collation {
                w.push(" collate ").identifier(collation);
            }
            w.push(" using (").identifier(name).push("::").push(&said.type_name).push(")");
            self.push(w);
        }
        if let Some(default) = said.default.as_ref().filter(|_| retyped || default_changes) {
            self.column(table, name, &format!("set default {default}"));
        }
        if before.nullable && !after.nullable {
            if let Some(default) = &said.default {
                let mut w = self.writer("update ");
                push_name(&mut w, table).push(" set ").identifier(name).push(" = ").push(default);
                w.push(" where ").identifier(name).push(" is null");
                self.push(w);
            }
            self.column(table, name, "set not null");
        } else if !before.nullable && after.nullable {
            self.column(table, name, "drop not null");
        }
        if before.counter != after.counter {
            self.start_counting(table, after);
        }
        if before.comment != after.comment {
            self.comment_on_column(table, after);
        }
    }

    fn stop_counting(&mut self, table: &TableName, column: &Column) {
        match column.counter {
            Some(Counter::Sequence) => {
                self.column(table, &column.name, "drop default");
                let mut w = self.writer("drop sequence if exists ");
                push_name(&mut w, &sequence(table, column));
                self.push(w);
            }
            Some(_) => self.column(table, &column.name, "drop identity"),
            None => {}
        }
    }
    /// Numbers go on behind those that are there.
    fn start_counting(&mut self, table: &TableName, column: &Column) {
        let sequence_name = sequence(table, column);
        match column.counter {
            Some(Counter::Sequence) => {
                let mut w = self.writer("create sequence ");
                push_name(&mut w, &sequence_name).push(" owned by ");
                push_name(&mut w, table).push(".").identifier(&column.name);
                self.push(w);
                let mut quoted = self.writer("");
                push_name(&mut quoted, &sequence_name);
                let mut literal = String::new();
                crate::dialect::push_text_literal(&mut literal, &quoted.sql);
                self.column(table, &column.name, &format!("set default nextval({literal})"));
            }
            Some(Counter::IdentityAlways) => self.column(table, &column.name, "add generated always as identity"),
            Some(Counter::IdentityByDefault) => self.column(table, &column.name, "add generated by default as identity"),
            None => return,
        }
        let (mut of_table, mut of_column) = (String::new(), String::new());
        let mut quoted = self.writer("");
        push_name(&mut quoted, table);
        crate::dialect::push_text_literal(&mut of_table, &quoted.sql);
        crate::dialect::push_text_literal(&mut of_column, &column.name);
        let mut w = self.writer("select setval(pg_get_serial_sequence(");
        w.push(&of_table)
            .push(", ")
            .push(&of_column)
            .push("), coalesce(max(")
            .identifier(&column.name)
            .push("), 0) + 1, false) from ");
        push_name(&mut w, table);
        self.push(w);
    }

    fn comments(&mut self, change: &TableChange) {
        let table = &change.to;
        if change.comment_changes {
            self.script.statements.push(comment_on(self.dialect, &table.name, None, table.comment.as_deref()));
        }
        for column in change.added_columns.iter().filter(|column| column.comment.is_some()) {
            self.comment_on_column(&table.name, column);
        }
    }
    fn comment_on_column(&mut self, table: &TableName, column: &Column) {
        self.script.statements.push(comment_on(self.dialect, table, Some(&column.name), column.comment.as_deref()));
    }
}

/// The columns that are dropped and come again: what is computed can't become another computation in place, nor stay while what it
/// is computed from is retyped. (Nothing is lost.)
fn made_anew(change: &TableChange) -> Vec<&Column> {
    let retyped =
        |(before, after): &&(Column, Column)| before.type_name != after.type_name || before.collation != after.collation;
    let moving: Vec<&str> = change.altered_columns.iter().filter(retyped).map(|(_, after)| after.name.as_str()).collect();
    let is_moved = |column: &Column| {
        let from = column.generated.as_ref().map(|generated| mentioned(&generated.expression, moving.iter().copied()));
        from.is_some_and(|from| !from.is_empty())
    };
    let altered = |column: &Column| change.altered_columns.iter().find(|(_, after)| after.name == column.name);
    let stays = |column: &&Column| !change.added_columns.iter().any(|added| added.name == column.name);
    let of_table = change.to.columns.iter().filter(|column| column.generated.is_some()).filter(stays);
    of_table
        .filter(|column| match altered(column) {
            Some((before, after)) => is_made_anew(before, after) || (before.generated.is_some() && is_moved(after)),
            None => is_moved(column),
        })
        .collect()
}

/// Whether a column can't be altered in place: another computation makes it another column.
fn is_made_anew(before: &Column, after: &Column) -> bool {
    after.generated.is_some() && before.generated != after.generated
}

/// The sequence that `serial` makes.
fn sequence(table: &TableName, column: &Column) -> TableName {
    TableName { name: format!("{}_{}_seq", table.name, column.name), ..table.clone() }
}

/// Whether a column's type, as the database spells it, is this one, or a list of it.
fn is_of(type_name: &str, name: &str) -> bool {
    let spelled = type_name.trim_end_matches("[]");
    let quoted = spelled.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(|inner| inner.replace("\"\"", "\""));
    quoted.as_deref().unwrap_or(spelled) == name
}
