//! The statements that turn one schema into another.

mod mysql;
mod postgres;
mod sqlite;

use super::compare::Difference;
use super::model::{Check, Column, DatabaseSchema, Index, Partition, Table, TableName, Trigger, View};
use crate::dialect::Dialect;
use mikro_orm_core::schema::SchemaScript;

/// In whose words things are said.
#[derive(Clone, Copy)]
struct Words<'a> {
    /// What is there.
    live: &'a DatabaseSchema,
    /// What is to be, as entities say it; what is compared may be in the database's own words.
    said: &'a DatabaseSchema,
}

impl<'a> Words<'a> {
    fn table<'t>(&self, table: &'t Table) -> &'t Table
    where
        'a: 't,
    {
        self.said.table(&table.name).unwrap_or(table)
    }
    fn column<'t>(&self, table: &TableName, column: &'t Column) -> &'t Column
    where
        'a: 't,
    {
        self.said.table(table).and_then(|table| table.column(&column.name)).unwrap_or(column)
    }
    fn check<'t>(&self, table: &TableName, check: &'t Check) -> &'t Check
    where
        'a: 't,
    {
        let said = self.said.table(table).and_then(|table| table.checks.iter().find(|said| said.name == check.name));
        said.unwrap_or(check)
    }
    fn partition<'t>(&self, table: &TableName, partition: &'t Partition) -> &'t Partition
    where
        'a: 't,
    {
        let said = self.said.table(table).and_then(|table| table.partitions.iter().find(|said| said.name == partition.name));
        said.unwrap_or(partition)
    }
    fn trigger<'t>(&self, table: &TableName, trigger: &'t Trigger) -> &'t Trigger
    where
        'a: 't,
    {
        let said = self.said.table(table).and_then(|table| table.triggers.iter().find(|said| said.name == trigger.name));
        said.unwrap_or(trigger)
    }
    fn view<'t>(&self, view: &'t View) -> &'t View
    where
        'a: 't,
    {
        self.said.views.iter().find(|said| said.name == view.name).unwrap_or(view)
    }
    fn index<'t>(&self, table: &TableName, index: &'t Index) -> &'t Index
    where
        'a: 't,
    {
        let said = self.said.table(table).and_then(|table| table.indexes.iter().find(|said| said.name == index.name));
        said.unwrap_or(index)
    }
}

/// The statements for PostgreSQL. `live` is what is there, `said` what is to be, in the words of entities.
pub fn postgres(difference: &Difference, live: &DatabaseSchema, said: &DatabaseSchema, dialect: &dyn Dialect) -> SchemaScript {
    postgres::Alter { dialect, words: Words { live, said }, script: SchemaScript::default() }.write(difference)
}

/// The statements for MySQL and MariaDB; as [`postgres`].
pub fn mysql(difference: &Difference, live: &DatabaseSchema, said: &DatabaseSchema, dialect: &dyn Dialect) -> SchemaScript {
    mysql::Alter { dialect, words: Words { live, said }, script: SchemaScript::default() }.write(difference)
}

/// The statements for SQLite; as [`postgres`].
pub fn sqlite(difference: &Difference, live: &DatabaseSchema, said: &DatabaseSchema, dialect: &dyn Dialect) -> SchemaScript {
    sqlite::write(difference, Words { live, said }, dialect)
}
