//! What a database's schema is asked for.

use super::{BoxFuture, Connection};
use crate::error::Result;
use crate::schema::{SchemaMigration, SchemaScript, UpdateOptions};

/// The schema of a database: what entities ask for, what there is, and the statements between both.
pub trait SchemaDriver: Send + Sync {
    /// The statements that create the schema of all entities, in an order that runs.
    fn create(&self) -> SchemaScript;
    /// The statements that drop the schema of all entities, in an order that runs; what is not there is no error.
    fn drop(&self) -> SchemaScript;
    /// The statements that delete all rows of all entities, and let keys begin anew.
    fn clear(&self) -> SchemaScript;
    /// The statements that make of the schema that is there the one that entities ask for, and those that take that back.
    ///
    /// # Errors
    /// When the schema can't be read.
    fn update<'a>(
        &'a self,
        connection: &'a mut dyn Connection,
        options: &'a UpdateOptions,
    ) -> BoxFuture<'a, Result<SchemaMigration>>;
    /// The statements that fill a stored view anew: of the entity with this name; none where views are not stored.
    fn refresh_view(&self, entity: &str) -> SchemaScript {
        let _ = entity;
        SchemaScript::default()
    }
    /// Runs statements: all of them, or, where the database can take such statements back, none.
    ///
    /// # Errors
    /// When the database refuses one, with its text.
    fn run<'a>(&'a self, connection: &'a mut dyn Connection, script: &'a SchemaScript) -> BoxFuture<'a, Result<()>>;
    /// Creates a database beside the one that is used. Gives whether it was not there.
    ///
    /// # Errors
    /// When it can't be created.
    fn create_database<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>>;
    /// Drops a database, whoever uses it. Gives whether it was there.
    ///
    /// # Errors
    /// When it can't be dropped.
    fn drop_database<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>>;
}

/// The schema of a database that has none: there is nothing to create, and nothing to change.
#[derive(Debug, Clone, Copy, Default)]
pub struct Schemaless;

impl SchemaDriver for Schemaless {
    fn create(&self) -> SchemaScript {
        SchemaScript::default()
    }
    fn drop(&self) -> SchemaScript {
        SchemaScript::default()
    }
    fn clear(&self) -> SchemaScript {
        SchemaScript::default()
    }
    fn update<'a>(&'a self, _: &'a mut dyn Connection, _: &'a UpdateOptions) -> BoxFuture<'a, Result<SchemaMigration>> {
        Box::pin(async { Ok(SchemaMigration::default()) })
    }
    fn run<'a>(&'a self, _: &'a mut dyn Connection, _: &'a SchemaScript) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
    fn create_database<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }
    fn drop_database<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(false) })
    }
}
