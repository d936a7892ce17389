//! The schema from metadata.

use crate::driver::Driver;
use crate::error::Result;
use std::sync::Arc;

/// Creates and drops the tables of all entities; see [`Orm::schema`](crate::Orm::schema).
pub struct SchemaGenerator {
    driver: Arc<dyn Driver>,
}

impl SchemaGenerator {
    pub(crate) fn new(driver: Arc<dyn Driver>) -> Self {
        SchemaGenerator { driver }
    }

    /// The statements that [`SchemaGenerator::create`] runs, in order.
    pub fn create_sql(&self) -> Vec<String> {
        self.driver.create_schema_sql()
    }

    /// The statements that [`SchemaGenerator::drop`] runs, in order.
    pub fn drop_sql(&self) -> Vec<String> {
        self.driver.drop_schema_sql()
    }

    /// Creates all tables, with their indexes and constraints.
    ///
    /// # Errors
    /// When the database rejects a statement; those before it took effect.
    pub async fn create(&self) -> Result<()> {
        self.run(self.create_sql()).await
    }

    /// Drops all tables; what is not there is no error.
    ///
    /// # Errors
    /// When the database rejects a statement; those before it took effect.
    pub async fn drop(&self) -> Result<()> {
        self.run(self.drop_sql()).await
    }

    async fn run(&self, statements: Vec<String>) -> Result<()> {
        let mut connection = self.driver.acquire().await?;
        for statement in statements {
            connection.execute(&statement, &[], &mut |_: &dyn crate::driver::Row| Ok(())).await?;
        }
        Ok(())
    }
}
