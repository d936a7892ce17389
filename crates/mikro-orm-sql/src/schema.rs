//! The schema: what entities ask for, what a database has, and the statements between both.
//!
//! Two schemas are compared in the database's own words. What entities ask for is created in an empty place (SQLite: a database in
//! memory; PostgreSQL: a schema of a transaction that is rolled back) and read back, so a default that the database
//! writes in another way, or an alias of a type, is no difference.

mod alter;
mod back;
mod compare;
mod create;
mod ignored;
mod indexes;
mod limits;
pub mod model;
mod partitions;
mod read;
mod run;
mod schemas;
pub(crate) mod tokens;
mod triggers;
mod views;
mod wanted;

pub use alter::{mysql as alter_mysql, postgres as alter_postgres, sqlite as alter_sqlite};
pub use back::{back, quoted};
pub use compare::{Difference, TableChange, compare};
pub use create::{create_all, drop_all};
pub use ignored::keep_ignored;
pub use limits::within_limits;
pub use partitions::check_partitioning;
pub use read::{postgres as read_postgres, sqlite as read_sqlite};
pub use run::{Check, run};
pub use schemas::{expected, unqualified};
pub use wanted::wanted;

use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::metadata::Metadata;
use mikro_orm_core::schema::SchemaScript;

/// The statements that create everything: tables in commit order, their indexes, and foreign keys.
pub fn create(metadata: &Metadata, dialect: &dyn Dialect) -> SchemaScript {
    SchemaScript::of(create_all(&wanted(metadata, dialect), dialect))
}

/// The statements that drop everything that there is.
pub fn drop(metadata: &Metadata, dialect: &dyn Dialect) -> SchemaScript {
    drop_all(&wanted(metadata, dialect), dialect)
}

/// The statements that fill the stored view of an entity anew; none when it is not stored.
pub fn refresh_view(metadata: &Metadata, dialect: &dyn Dialect, entity: &str) -> SchemaScript {
    let name = metadata.by_name(entity).map(|entity| wanted::name_of(dialect, entity));
    let view = wanted(metadata, dialect).views.into_iter().find(|view| view.materialized && Some(&view.name) == name.as_ref());
    let refresh = view.map(|view| {
        let mut w = Writer::new(dialect);
        create::push_name(w.push("refresh materialized view "), &view.name);
        w.sql
    });
    SchemaScript::of(refresh.into_iter().collect())
}

/// The statements that delete all rows.
pub fn clear(metadata: &Metadata, dialect: &dyn Dialect) -> SchemaScript {
    let entities = metadata.commit_order().iter().rev().map(|id| metadata.entity(*id));
    let tables: Vec<_> = entities.filter(|entity| entity.is_table()).collect();
    if tables.is_empty() { SchemaScript::default() } else { dialect.empty_tables(&tables) }
}

#[cfg(test)]
mod tests;
