//! The database's schema.

use crate::database;
use crate::pool::Pool;
use mikro_orm_core::driver::{BoxFuture, Connection, SchemaDriver, TransactionOptions};
use mikro_orm_core::error::Result;
use mikro_orm_core::schema::{SchemaMigration, SchemaScript, UpdateOptions};
use mikro_orm_sql::dialect::Postgres;
use mikro_orm_sql::schema;

impl SchemaDriver for Pool {
    fn create(&self) -> SchemaScript {
        schema::create(&self.metadata, &Postgres)
    }
    fn drop(&self) -> SchemaScript {
        schema::drop(&self.metadata, &Postgres)
    }
    fn clear(&self) -> SchemaScript {
        schema::clear(&self.metadata, &Postgres)
    }
    fn refresh_view(&self, entity: &str) -> SchemaScript {
        schema::refresh_view(&self.metadata, &Postgres, entity)
    }
    fn update<'a>(
        &'a self,
        connection: &'a mut dyn Connection,
        options: &'a UpdateOptions,
    ) -> BoxFuture<'a, Result<SchemaMigration>> {
        Box::pin(async move {
            let said = schema::unqualified(connection, schema::wanted(&self.metadata, &Postgres)).await?;
            let live = schema::read_postgres(connection, &said.schemas).await?;
            connection.begin(TransactionOptions::new()).await?;
            let target = schema::expected(connection, &said, &Postgres).await;
            connection.rollback().await?;
            let (mut target, mut said) = (target?, said);
            let keep = |schema| schema::keep_ignored(&self.metadata, &live, schema, &Postgres);
            [&mut target, &mut said].into_iter().for_each(keep);
            let difference = schema::compare(&live, &target, options, &Postgres);
            schema::check_partitioning(&difference)?;
            let back = schema::back(&difference, &live, &target, options, &Postgres);
            let up = schema::alter_postgres(&difference, &live, &said, &Postgres);
            Ok(SchemaMigration::new(up, schema::alter_postgres(&back, &target, &live, &Postgres)))
        })
    }
    fn run<'a>(&'a self, connection: &'a mut dyn Connection, script: &'a SchemaScript) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let done = schema::run(connection, script, None).await;
            self.forget_statements();
            done
        })
    }
    fn create_database<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(database::create(&self.options, name))
    }
    fn drop_database<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            if self.options.database_name() == Some(name) {
                self.close().await;
            }
            database::drop(&self.options, name).await
        })
    }
}
