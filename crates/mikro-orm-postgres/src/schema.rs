//! The database's schema.

use crate::pool::Pool;
use mikro_orm_core::driver::{BoxFuture, Connection, Row, SchemaDriver, TransactionOptions};
use mikro_orm_core::error::Result;
use mikro_orm_core::schema::{SchemaScript, UpdateOptions};
use mikro_orm_sql::dialect::Postgres;
use mikro_orm_sql::schema::{self, model::DatabaseSchema};

/// Where what entities ask for is created to be read back; nobody else ever sees it.
const SCRATCH: [&str; 2] = [
    "create schema mikro_orm_scratch",
    "select set_config('search_path', 'mikro_orm_scratch, ' || current_setting('search_path'), true)",
];

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
    ) -> BoxFuture<'a, Result<SchemaScript>> {
        Box::pin(async move {
            let live = schema::read_postgres(connection, None).await?;
            connection.begin(TransactionOptions::new()).await?;
            let target = self.in_the_database_s_words(connection).await;
            connection.rollback().await?;
            let (mut target, mut said) = (target?, schema::wanted(&self.metadata, &Postgres));
            [&mut target, &mut said].into_iter().for_each(|schema| schema::keep_ignored(&self.metadata, &live, schema));
            let difference = schema::compare(&live, &target, options, &Postgres);
            Ok(schema::alter_postgres(&difference, &live, &said, &Postgres))
        })
    }
    fn run<'a>(&'a self, connection: &'a mut dyn Connection, script: &'a SchemaScript) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let done = schema::run(connection, script, None).await;
            self.forget_statements();
            done
        })
    }
}

impl Pool {
    /// What entities ask for, as PostgreSQL reads it: created in a schema of a transaction that is rolled back.
    async fn in_the_database_s_words(&self, connection: &mut dyn Connection) -> Result<DatabaseSchema> {
        let script = self.create();
        for statement in SCRATCH.into_iter().chain(script.iter()) {
            connection.execute(statement, &[], &mut |_: &dyn Row| Ok(())).await?;
        }
        schema::read_postgres(connection, None).await
    }
}
