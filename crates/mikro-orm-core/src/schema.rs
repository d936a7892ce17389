//! The schema from metadata.

mod options;
mod script;

pub use options::UpdateOptions;
pub use script::{SchemaMigration, SchemaScript};

use crate::driver::{Connection, Driver};
use crate::entity::Entity;
use crate::error::Result;
use std::sync::Arc;

/// Creates, updates and drops the tables of all entities; see [`Orm::schema`](crate::Orm::schema).
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let orm = mikro_orm::Orm::builder("sqlite::memory:").entities(mikro_orm::entities![Book]).build().await?;
/// let schema = orm.schema();
/// schema.update().await?; // creates what is missing
/// assert!(schema.update_sql().await?.is_empty()); // and then there is nothing to do
/// # Ok(())
/// # }
/// ```
pub struct SchemaGenerator {
    driver: Arc<dyn Driver>,
}

impl SchemaGenerator {
    pub(crate) fn new(driver: Arc<dyn Driver>) -> Self {
        SchemaGenerator { driver }
    }

    /// The statements that [`SchemaGenerator::create`] runs.
    pub fn create_sql(&self) -> SchemaScript {
        self.driver.schema().create()
    }

    /// The statements that [`SchemaGenerator::drop`] runs.
    pub fn drop_sql(&self) -> SchemaScript {
        self.driver.schema().drop()
    }

    /// The statements that [`SchemaGenerator::update`] would run now. To write them down is all that it does.
    ///
    /// # Errors
    /// When the database's schema can't be read.
    pub async fn update_sql(&self) -> Result<SchemaScript> {
        self.update_sql_with(&UpdateOptions::new()).await
    }

    /// As [`SchemaGenerator::update_sql`], with [`UpdateOptions`].
    ///
    /// # Errors
    /// As there.
    pub async fn update_sql_with(&self, options: &UpdateOptions) -> Result<SchemaScript> {
        Ok(self.update_migration_sql_with(options).await?.up)
    }

    /// The statements that [`SchemaGenerator::update`] would run now, and those that would take that back: what a migration has.
    ///
    /// # Errors
    /// When the database's schema can't be read.
    pub async fn update_migration_sql(&self) -> Result<SchemaMigration> {
        self.update_migration_sql_with(&UpdateOptions::new()).await
    }

    /// As [`SchemaGenerator::update_migration_sql`], with [`UpdateOptions`].
    ///
    /// # Errors
    /// As there.
    pub async fn update_migration_sql_with(&self, options: &UpdateOptions) -> Result<SchemaMigration> {
        let mut connection = self.driver.acquire().await?;
        self.driver.schema().update(connection.as_mut(), options).await
    }

    /// Creates all tables, with their indexes and constraints.
    ///
    /// # Errors
    /// When the database refuses a statement; then nothing was created (where it can take such statements back).
    pub async fn create(&self) -> Result<()> {
        self.run(&self.create_sql()).await
    }

    /// Drops all tables; what is not there is no error.
    ///
    /// # Errors
    /// When the database refuses a statement; as for [`SchemaGenerator::create`].
    pub async fn drop(&self) -> Result<()> {
        self.run(&self.drop_sql()).await
    }

    /// Drops all tables, and creates them again: empty, and as entities are now.
    ///
    /// # Errors
    /// As [`SchemaGenerator::create`].
    pub async fn refresh(&self) -> Result<()> {
        self.drop().await?;
        self.create().await
    }

    /// Deletes the rows of all entities; generated keys begin anew.
    ///
    /// # Errors
    /// When the database refuses a statement; then nothing was deleted.
    pub async fn clear(&self) -> Result<()> {
        self.run(&self.driver.schema().clear()).await
    }

    /// Makes of the tables that are there those that entities ask for, and keeps their rows. **Tables, columns and views that no entity
    /// has are dropped**: [`UpdateOptions::safe`] drops none. A column or an index that differs from one that is missing by
    /// its name alone is renamed.
    ///
    /// # Errors
    /// When the database's schema can't be read, or it refuses a statement (a column becomes mandatory and a row has no
    /// value for it, say); then nothing was changed.
    pub async fn update(&self) -> Result<()> {
        self.update_with(&UpdateOptions::new()).await
    }

    /// As [`SchemaGenerator::update`], with [`UpdateOptions`].
    ///
    /// # Errors
    /// As there.
    pub async fn update_with(&self, options: &UpdateOptions) -> Result<()> {
        let mut connection = self.driver.acquire().await?;
        let migration = self.driver.schema().update(connection.as_mut(), options).await?;
        self.run_on(connection.as_mut(), &migration.up).await
    }

    /// Fills a materialized view anew. Other views are always as the tables are, so that there is nothing to do.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn refresh_view<T: Entity>(&self) -> Result<()> {
        self.run(&self.driver.schema().refresh_view(T::NAME)).await
    }

    /// The same for the entity of this name.
    ///
    /// # Errors
    /// As there.
    pub async fn refresh_view_named(&self, entity: &str) -> Result<()> {
        self.run(&self.driver.schema().refresh_view(entity)).await
    }

    /// Runs statements, as [`SchemaGenerator::update_sql`] gives them.
    ///
    /// # Errors
    /// When the database refuses one.
    pub async fn run(&self, script: &SchemaScript) -> Result<()> {
        let mut connection = self.driver.acquire().await?;
        self.run_on(connection.as_mut(), script).await
    }

    /// Creates a database beside the one that is used: on a server one with this name, with SQLite the file. Gives whether it was
    /// not there. (The one that an ORM is to use is created by [`OrmBuilder::ensure_database`](crate::OrmBuilder::ensure_database).)
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn create_database(&self, name: &str) -> Result<bool> {
        self.driver.schema().create_database(name).await
    }

    /// **Drops a database**, with all that is in it and whoever uses it; with SQLite, the file. Gives whether it was there. Where it
    /// is the one that is used, all connections are closed first, and everything that needs one is
    /// [`Error::Closed`](crate::Error::Closed) afterwards.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_database(&self, name: &str) -> Result<bool> {
        self.driver.schema().drop_database(name).await
    }

    async fn run_on(&self, connection: &mut dyn Connection, script: &SchemaScript) -> Result<()> {
        self.driver.schema().run(connection, script).await
    }
}
