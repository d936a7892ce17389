//! A schema per test, the statements that were sent, and rows to write.

mod entities;
mod proxy;

pub use entities::{AUTHOR, BOOK, COUNTER, EVERYTHING, field};
pub use proxy::Gate;

use mikro_orm_core::driver::{
    Connection, Connector, DeleteBatch, Driver, InsertBatch, QueryLog, Row, RowValues, Statement, UpdateBatch,
};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityId, Metadata};
use mikro_orm_core::query::{OrderTerm, Select};
use mikro_orm_core::value::Value;
use mikro_orm_postgres::PostgresOptions;
use std::sync::{Arc, Mutex};

/// The server.
pub fn url() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL must name a PostgreSQL server for the tests: run `tools/with-servers.sh cargo test -p mikro-orm-postgres`")
}

/// A driver on a schema of its own.
pub struct Database {
    pub driver: Arc<dyn Driver>,
    pub metadata: Arc<Metadata>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Database {
    /// With all tables, and one connection that others can be told from.
    pub async fn new(name: &str) -> Self {
        Self::with(name, |options| options).await
    }

    pub async fn with(name: &str, options: impl FnOnce(PostgresOptions) -> PostgresOptions) -> Self {
        Self::at(&url(), name, options).await
    }

    pub async fn at(url: &str, name: &str, options: impl FnOnce(PostgresOptions) -> PostgresOptions) -> Self {
        let metadata = Arc::new(entities::metadata());
        let setup = open(PostgresOptions::new(url).unwrap(), &metadata, QueryLog::default()).await.unwrap();
        let schema = format!("test_{name}");
        let mut connection = setup.acquire().await.unwrap();
        for sql in [format!("drop schema if exists {schema} cascade"), format!("create schema {schema}")] {
            execute(&mut *connection, &sql, &[]).await.unwrap();
        }
        drop(connection);
        setup.close().await;

        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&log);
        let logger = Arc::new(move |statement: &Statement<'_>| {
            let failed = if statement.failed { " [failed]" } else { "" };
            lines.lock().unwrap().push(statement.inlined() + failed);
        });
        let options = options(PostgresOptions::new(url).unwrap().schema(&schema));
        let driver = open(options, &metadata, QueryLog::new(vec![logger])).await.unwrap();
        let mut connection = driver.acquire().await.unwrap();
        execute(&mut *connection, "create type mood as enum ('sad', 'happy')", &[]).await.unwrap();
        for sql in driver.schema().create().iter() {
            execute(&mut *connection, sql, &[]).await.unwrap();
        }
        log.lock().unwrap().clear();
        Database { driver, metadata, log }
    }

    pub async fn connection(&self) -> Box<dyn Connection> {
        self.driver.acquire().await.unwrap()
    }

    /// What was sent since this was asked last.
    pub fn sent(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

pub async fn open(options: PostgresOptions, metadata: &Arc<Metadata>, log: QueryLog) -> Result<Arc<dyn Driver>> {
    Box::new(options).connect(Arc::clone(metadata), log).await
}

/// Runs a statement and gives its rows.
pub async fn rows(connection: &mut dyn Connection, sql: &str, params: &[Value<'_>]) -> Result<Vec<Vec<Value<'static>>>> {
    let mut rows = Vec::new();
    connection.execute(sql, params, &mut collect(&mut rows)).await?;
    Ok(rows)
}

pub async fn execute(connection: &mut dyn Connection, sql: &str, params: &[Value<'_>]) -> Result<u64> {
    connection.execute(sql, params, &mut |_: &dyn Row| Ok(())).await
}

/// The one value of the one row.
pub async fn scalar(connection: &mut dyn Connection, sql: &str) -> Value<'static> {
    rows(connection, sql, &[]).await.unwrap().remove(0).remove(0)
}

/// A sink that keeps the rows.
pub fn collect(into: &mut Vec<Vec<Value<'static>>>) -> impl FnMut(&dyn Row) -> Result<()> + Send {
    |row| {
        let value = |index| match row.get(index) {
            Ok(value) => Ok(value.into_owned()),
            Err(error) => Err(Error::refused(error.to_string())),
        };
        into.push((0..row.len()).map(value).collect::<Result<_>>()?);
        Ok(())
    }
}

/// All rows of an entity by key, all columns.
pub async fn all(connection: &mut dyn Connection, metadata: &Metadata, entity: EntityId) -> Result<Vec<Vec<Value<'static>>>> {
    let columns = metadata.entity(entity).columns().map(|property| property.index).collect();
    let mut select = Select::new(entity, columns);
    let key = metadata.entity(entity).key().index;
    select.order.push(OrderTerm::by(key));
    let mut rows = Vec::new();
    connection.find(&select, &mut collect(&mut rows)).await?;
    Ok(rows)
}

/// Rows to write.
#[derive(Default)]
pub struct Rows {
    pub keys: Vec<Value<'static>>,
    pub values: Vec<Vec<Value<'static>>>,
    pub versions: Vec<Value<'static>>,
}

impl Rows {
    pub fn values(values: impl IntoIterator<Item = Vec<Value<'static>>>) -> Self {
        Rows { values: values.into_iter().collect(), ..Rows::default() }
    }
    pub fn keys(keys: impl IntoIterator<Item = i64>) -> Self {
        Rows { keys: keys.into_iter().map(Value::Int).collect(), ..Rows::default() }
    }
}

impl RowValues for Rows {
    fn len(&self) -> usize {
        self.values.len().max(self.keys.len())
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        mikro_orm_sql::reborrow(&self.values[row][column])
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.keys[row].clone().into_parts().remove(part)
    }
    fn expected(&self, row: usize, _: usize) -> Value<'_> {
        mikro_orm_sql::reborrow(&self.versions[row])
    }
}

/// Inserts rows and gives what came back.
pub async fn insert(
    connection: &mut dyn Connection,
    entity: EntityId,
    columns: &[u16],
    rows: &Rows,
    returning: &[u16],
) -> Result<Vec<Vec<Value<'static>>>> {
    let mut returned = Vec::new();
    connection
        .insert(
            InsertBatch { entity, columns, rows, returning, computed: &[], skip_existing: false },
            &mut collect(&mut returned),
        )
        .await?;
    Ok(returned)
}

pub async fn update(
    connection: &mut dyn Connection,
    entity: EntityId,
    columns: &[u16],
    rows: &Rows,
    version: Option<u16>,
) -> Result<Vec<bool>> {
    let checks = version.as_slice();
    let batch = UpdateBatch { entity, columns, rows, checks, counted: None, computed: &[], returning: &[] };
    connection.update(batch, &mut |_, _: &dyn Row| Ok(())).await
}

pub async fn delete(connection: &mut dyn Connection, entity: EntityId, keys: impl IntoIterator<Item = i64>) -> Result<u64> {
    let rows = Rows::keys(keys);
    connection.delete(DeleteBatch { entity, by: &[0], rows: &rows }).await
}

/// An author.
pub fn author(name: &str, email: &str, secret: Option<&str>) -> Vec<Value<'static>> {
    let text = |text: &str| Value::Text(text.to_owned().into());
    vec![text(name), text(email), secret.map_or(Value::Null, text)]
}

/// The author's columns that [`author`] gives.
pub const AUTHOR_COLUMNS: &[u16] = &[1, 2, 3];
