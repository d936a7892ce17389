//! What has to change so that one schema becomes another.

use super::model::{Check, Column, DatabaseSchema, ForeignKey, Index, NativeEnum, Partition, Table, TableName, Trigger, View};
use super::tokens::renamed;
use super::{partitions, views};
use crate::dialect::Dialect;
use mikro_orm_core::schema::UpdateOptions;

/// All that has to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Schemas that are to be there.
    pub created_schemas: Vec<String>,
    /// Schemas that go, unless something else is in them.
    pub dropped_schemas: Vec<String>,
    /// Tables that are to be there.
    pub created: Vec<Table>,
    /// Tables that go.
    pub dropped: Vec<Table>,
    /// Tables that stay, and differ.
    pub changed: Vec<TableChange>,
    /// Enum types that are to be there.
    pub created_enums: Vec<NativeEnum>,
    /// Enum types that go.
    pub dropped_enums: Vec<NativeEnum>,
    /// Enum types that get items, or lose some: before and after.
    pub changed_enums: Vec<(NativeEnum, NativeEnum)>,
    /// Views that are to be there.
    pub created_views: Vec<View>,
    /// Views that go, for good or to be created again.
    pub dropped_views: Vec<View>,
}

impl Difference {
    /// Whether nothing has to change.
    pub fn is_empty(&self) -> bool {
        *self == Difference::default()
    }
    /// Whether a table that goes has to go first: it, or an index of its, has the name of what comes (which differs in its
    /// case alone, where databases don't tell that apart).
    pub(super) fn is_in_the_way(&self, dropped: &Table) -> bool {
        if self.created.iter().any(|table| table.name.name.eq_ignore_ascii_case(&dropped.name.name)) {
            return true;
        }
        let created = self.created.iter().flat_map(|table| &table.indexes);
        let mut added = created.chain(self.changed.iter().flat_map(|change| &change.added_indexes));
        added.any(|index| dropped.indexes.iter().any(|own| own.name == index.name))
    }
}

/// What has to change of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableChange {
    /// The table as it is.
    pub from: Table,
    /// The table as it is to be.
    pub to: Table,
    /// Columns that get another name: before, after.
    pub renamed_columns: Vec<(String, String)>,
    /// Columns that come.
    pub added_columns: Vec<Column>,
    /// Columns that go.
    pub dropped_columns: Vec<Column>,
    /// Columns that are different: before (by its new name), after.
    pub altered_columns: Vec<(Column, Column)>,
    /// Whether the primary key is of other columns.
    pub key_changes: bool,
    /// Whether it is of the same, and its constraint has another name: before, after.
    pub renamed_key: Option<(String, String)>,
    /// Indexes that get another name: before, after.
    pub renamed_indexes: Vec<(String, String)>,
    /// Indexes that come.
    pub added_indexes: Vec<Index>,
    /// Indexes that go.
    pub dropped_indexes: Vec<Index>,
    /// Foreign keys that come.
    pub added_foreign_keys: Vec<ForeignKey>,
    /// Foreign keys that go.
    pub dropped_foreign_keys: Vec<ForeignKey>,
    /// Checks that come.
    pub added_checks: Vec<Check>,
    /// Checks that go.
    pub dropped_checks: Vec<Check>,
    /// Partitions that come.
    pub added_partitions: Vec<Partition>,
    /// Partitions that are to have other rows.
    pub changed_partitions: Vec<Partition>,
    /// Triggers that come.
    pub added_triggers: Vec<Trigger>,
    /// Triggers that go.
    pub dropped_triggers: Vec<Trigger>,
    /// Whether something else is said about it.
    pub comment_changes: bool,
}

impl TableChange {
    pub(super) fn is_empty(&self) -> bool {
        self.renamed_columns.is_empty()
            && self.added_columns.is_empty()
            && self.dropped_columns.is_empty()
            && self.altered_columns.is_empty()
            && !self.key_changes
            && self.renamed_key.is_none()
            && self.renamed_indexes.is_empty()
            && self.added_indexes.is_empty()
            && self.dropped_indexes.is_empty()
            && self.added_foreign_keys.is_empty()
            && self.dropped_foreign_keys.is_empty()
            && self.added_checks.is_empty()
            && self.dropped_checks.is_empty()
            && self.added_partitions.is_empty()
            && self.changed_partitions.is_empty()
            && self.from.partition_by == self.to.partition_by
            && self.added_triggers.is_empty()
            && self.dropped_triggers.is_empty()
            && !self.comment_changes
    }
}

/// What makes `to` of `from`. Both have to be in the same words: read from a database, or made of entities.
pub fn compare(from: &DatabaseSchema, to: &DatabaseSchema, options: &UpdateOptions, dialect: &dyn Dialect) -> Difference {
    let is_skipped = |name: &TableName| skips(options, name);
    let drops_tables = options.drops_tables();
    let (dropped_schemas, created_schemas) = apart(&from.schemas, &to.schemas);
    let skips_schema = |name: &String| options.skips_schema(name);
    let mut difference = Difference {
        created_schemas: created_schemas.into_iter().filter(|name| !skips_schema(name)).collect(),
        dropped_schemas: dropped_schemas.into_iter().filter(|name| drops_tables && !skips_schema(name)).collect(),
        ..Difference::default()
    };
    for table in to.tables.iter().filter(|table| !is_skipped(&table.name)) {
        match from.table(&table.name) {
            None if options.skips_triggers() => difference.created.push(Table { triggers: Vec::new(), ..table.clone() }),
            None => difference.created.push(table.clone()),
            Some(before) => {
                let change = compare_tables(before, table, options, dialect);
                if !change.is_empty() {
                    difference.changed.push(change);
                }
            }
        }
    }
    let gone = from.tables.iter().filter(|table| to.table(&table.name).is_none() && !is_skipped(&table.name));
    difference.dropped = gone.filter(|_| drops_tables).cloned().collect();
    let is_skipped = |kind: &&NativeEnum| kind.name.schema.as_ref().is_some_and(|schema| options.skips_schema(schema));
    for kind in to.enums.iter().filter(|kind| !is_skipped(kind)) {
        match from.enums.iter().find(|known| known.name == kind.name) {
            None => difference.created_enums.push(kind.clone()),
            Some(before) if before.items == kind.items => {}
            // (without dropping items there is nothing to do unless some come)
            Some(before) if options.is_safe() && kind.items.iter().all(|item| before.items.contains(item)) => {}
            Some(before) => difference.changed_enums.push((before.clone(), kind.clone())),
        }
    }
    let gone = from.enums.iter().filter(|kind| !is_skipped(kind));
    let gone = gone.filter(|known| to.enums.iter().all(|kind| kind.name != known.name));
    difference.dropped_enums = gone.filter(|_| drops_tables).cloned().collect();
    views::compare(&mut difference, from, to, options);
    difference
}

/// Whether a view is left alone.
pub(super) fn skips_view(options: &UpdateOptions, name: &TableName) -> bool {
    let qualified = name.schema.as_ref().map(|schema| format!("{schema}.{}", name.name));
    skips(options, name) || options.skips_view(&name.name) || qualified.is_some_and(|name| options.skips_view(&name))
}

/// Whether a table is left alone: by its name, by its name with its schema's, or because all of its schema is.
fn skips(options: &UpdateOptions, name: &TableName) -> bool {
    options.skips(&name.name)
        || name
            .schema
            .as_ref()
            .is_some_and(|schema| options.skips_schema(schema) || options.skips(&format!("{schema}.{}", name.name)))
}

fn compare_tables(from: &Table, to: &Table, options: &UpdateOptions, dialect: &dyn Dialect) -> TableChange {
    let skipped = |column: &&Column| !options.skips_column(&to.name.name, &column.name);
    let mut added: Vec<Column> = to.columns.iter().filter(|column| from.column(&column.name).is_none()).cloned().collect();
    let mut dropped: Vec<Column> =
        from.columns.iter().filter(|column| to.column(&column.name).is_none()).filter(skipped).cloned().collect();
    let renamed_columns = renames(&mut dropped, &mut added, |a, b| Column { name: b.name.clone(), ..a.clone() } == *b);
    let renamed_columns: Vec<_> = renamed_columns.into_iter().map(|(from, to)| (from.name, to.name)).collect();
    let now = under_new_names(from, &renamed_columns, dialect);
    let altered = to.columns.iter().filter(skipped).filter_map(|column| {
        let before = now.column(&column.name).filter(|before| *before != column)?;
        Some((before.clone(), column.clone()))
    });
    let altered_columns = altered.collect();
    let (mut dropped_indexes, mut added_indexes) = apart(&now.indexes, &to.indexes);
    let renamed_indexes =
        renames(&mut dropped_indexes, &mut added_indexes, |a, b| Index { name: b.name.clone(), ..a.clone() } == *b);
    let (dropped_foreign_keys, added_foreign_keys) = apart(&now.foreign_keys, &to.foreign_keys);
    let (dropped_checks, added_checks) = apart(&now.checks, &to.checks);
    if options.is_safe() {
        dropped.clear();
    }
    let (added_partitions, changed_partitions) = partitions::compare(from, to);
    let (dropped_triggers, added_triggers) =
        if options.skips_triggers() { Default::default() } else { apart(&from.triggers, &to.triggers) };
    let key_changes = now.primary_key != to.primary_key;
    let key_names = from.primary_key_name.clone().zip(to.primary_key_name.clone());
    TableChange {
        from: from.clone(),
        to: if options.skips_triggers() { Table { triggers: from.triggers.clone(), ..to.clone() } } else { to.clone() },
        renamed_columns,
        added_columns: added,
        dropped_columns: dropped,
        altered_columns,
        key_changes,
        renamed_key: key_names.filter(|(from, to)| !key_changes && from != to),
        renamed_indexes: renamed_indexes.into_iter().map(|(from, to)| (from.name, to.name)).collect(),
        added_indexes,
        dropped_indexes,
        added_foreign_keys,
        dropped_foreign_keys,
        added_checks,
        dropped_checks,
        added_partitions,
        changed_partitions,
        added_triggers,
        dropped_triggers,
        comment_changes: now.comment != to.comment,
    }
}

/// What is only on the left, and only on the right.
fn apart<T: PartialEq + Clone>(from: &[T], to: &[T]) -> (Vec<T>, Vec<T>) {
    let only = |these: &[T], those: &[T]| these.iter().filter(|one| !those.contains(one)).cloned().collect();
    (only(from, to), only(to, from))
}

/// Takes what differs by its name alone out of both lists, when it is clear which one it is.
fn renames<T: Clone>(dropped: &mut Vec<T>, added: &mut Vec<T>, same: impl Fn(&T, &T) -> bool) -> Vec<(T, T)> {
    let mut found = Vec::new();
    dropped.retain(|from| {
        let mut candidates = added.iter().enumerate().filter(|(_, to)| same(from, to));
        let (Some((place, to)), None) = (candidates.next(), candidates.next()) else { return true };
        found.push((from.clone(), to.clone(), place));
        false
    });
    // (two that could be the same one are neither)
    let (sure, unsure): (Vec<_>, Vec<_>) = {
        let places: Vec<usize> = found.iter().map(|(.., place)| *place).collect();
        found.into_iter().partition(|(.., place)| places.iter().filter(|other| *other == place).count() == 1)
    };
    dropped.extend(unsure.into_iter().map(|(from, ..)| from));
    let mut places: Vec<usize> = sure.iter().map(|(.., place)| *place).collect();
    places.sort_unstable();
    places.iter().rev().for_each(|place| drop(added.remove(*place)));
    sure.into_iter().map(|(from, to, _)| (from, to)).collect()
}

/// A table once columns have their new names, which is what the database makes of everything that mentions them.
fn under_new_names(table: &Table, names: &[(String, String)], dialect: &dyn Dialect) -> Table {
    if names.is_empty() {
        return table.clone();
    }
    let quote = |name: &str| {
        let mut quoted = String::new();
        dialect.push_identifier(&mut quoted, name);
        quoted
    };
    let text = |text: &mut String| *text = renamed(text, names, quote);
    let rename = |name: &mut String| {
        if let Some((_, to)) = names.iter().find(|(from, _)| from == name) {
            name.clone_from(to);
        }
    };
    let mut table = table.clone();
    for column in &mut table.columns {
        rename(&mut column.name);
        column.generated.iter_mut().for_each(|generated| text(&mut generated.expression));
    }
    table.primary_key.iter_mut().for_each(rename);
    for index in &mut table.indexes {
        index.columns.iter_mut().for_each(rename);
        text(&mut index.definition);
    }
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(rename);
        if key.target == table.name {
            key.target_columns.iter_mut().for_each(rename);
        }
    }
    table.checks.iter_mut().for_each(|check| text(&mut check.expression));
    table
}
