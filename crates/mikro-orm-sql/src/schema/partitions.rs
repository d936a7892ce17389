//! Tables whose rows are in partitions. Those that no entity declares are left alone: they may be made month by month.

use super::compare::{Difference, TableChange};
use super::create::push_name;
use super::model::{Partition, Table, TableName};
use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::EntityMetadata;

/// The partitions of an entity's table.
pub(super) fn wanted(entity: &EntityMetadata) -> Vec<Partition> {
    let bounds = |said: &str| match said.trim() {
        rest if rest.eq_ignore_ascii_case("default") => "default".to_owned(),
        values => format!("for values {values}"),
    };
    entity.partitions.iter().map(|(name, said)| Partition { name: (*name).to_owned(), bounds: bounds(said) }).collect()
}

/// `create table "book_old" partition of "book" for values from (0) to (2000)`
pub(super) fn create<'t>(dialect: &'t dyn Dialect, table: &'t Table) -> impl Iterator<Item = String> + 't {
    table.partitions.iter().map(|partition| add(dialect, &table.name, partition))
}

pub(super) fn add(dialect: &dyn Dialect, table: &TableName, partition: &Partition) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push("create table "), &TableName { name: partition.name.clone(), ..table.clone() });
    push_name(w.push(" partition of "), table).push(" ").push(&partition.bounds);
    w.sql
}

/// Partitions with other rows: all are taken off the table, and then put back, so that bounds can move from one to the other.
pub(super) fn rebind(dialect: &dyn Dialect, table: &TableName, partitions: &[&Partition]) -> Vec<String> {
    let statement = |word: &str, partition: &Partition| {
        let mut w = Writer::new(dialect);
        push_name(w.push("alter table "), table).push(" ").push(word).push(" partition ");
        push_name(&mut w, &TableName { name: partition.name.clone(), ..table.clone() });
        if word == "attach" {
            w.push(" ").push(&partition.bounds);
        }
        w.sql
    };
    ["detach", "attach"].iter().flat_map(|word| partitions.iter().map(move |partition| statement(word, partition))).collect()
}

/// The partitions that come, and those that have other rows.
pub(super) fn compare(from: &Table, to: &Table) -> (Vec<Partition>, Vec<Partition>) {
    let known = |partition: &Partition| from.partitions.iter().find(|known| known.name == partition.name);
    let (there, added): (Vec<_>, Vec<_>) = to.partitions.iter().cloned().partition(|partition| known(partition).is_some());
    (added, there.into_iter().filter(|partition| known(partition) != Some(partition)).collect())
}

/// Checks that no table is to be partitioned in another way than it is.
///
/// # Errors
/// When one is: its rows would have to be moved.
pub fn check_partitioning(difference: &Difference) -> Result<()> {
    let differs = |change: &&TableChange| change.from.partition_by != change.to.partition_by;
    let Some(change) = difference.changed.iter().find(differs) else { return Ok(()) };
    let said = |by: &Option<String>| by.as_ref().map_or_else(|| "not at all".to_owned(), |by| format!("by {by}"));
    Err(Error::refused(format!(
        "the table `{0}` is partitioned {1}, and is to be {2}, which no database can change in place: create a table under another name, \
         move the rows, and rename it; or leave it alone with `UpdateOptions::skip_tables([\"{0}\"])`",
        change.from.name.name,
        said(&change.from.partition_by),
        said(&change.to.partition_by)
    )))
}
