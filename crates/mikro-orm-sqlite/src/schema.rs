//! The database's schema.

use crate::driver::Shared;
use crate::options::{Location, SqliteOptions};
use mikro_orm_core::driver::{BoxFuture, Connection, Connector, QueryLog, Row, SchemaDriver};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::schema::{SchemaMigration, SchemaScript, UpdateOptions};
use mikro_orm_core::value::Value;
use mikro_orm_sql::dialect::Sqlite;
use mikro_orm_sql::schema::{self, model::DatabaseSchema};
use std::path::Path;
use std::sync::Arc;

impl SchemaDriver for Shared {
    fn create(&self) -> SchemaScript {
        schema::create(self.metadata(), &Sqlite)
    }
    fn drop(&self) -> SchemaScript {
        schema::drop(self.metadata(), &Sqlite)
    }
    fn clear(&self) -> SchemaScript {
        schema::clear(self.metadata(), &Sqlite)
    }
    fn update<'a>(
        &'a self,
        connection: &'a mut dyn Connection,
        options: &'a UpdateOptions,
    ) -> BoxFuture<'a, Result<SchemaMigration>> {
        Box::pin(async move {
            let live = schema::read_sqlite(connection).await?;
            let (mut target, mut said) = (self.in_the_database_s_words().await?, schema::wanted(self.metadata(), &Sqlite));
            [&mut target, &mut said].into_iter().for_each(|schema| schema::keep_ignored(self.metadata(), &live, schema, &Sqlite));
            let difference = schema::compare(&live, &target, options, &Sqlite);
            let up = schema::alter_sqlite(&difference, &live, &said, &Sqlite);
            let back = schema::back(&difference, &live, &target, options, &Sqlite);
            let down = schema::alter_sqlite(&back, &target, &schema::quoted(live, &Sqlite), &Sqlite);
            Ok(SchemaMigration::new(up, down))
        })
    }
    fn run<'a>(&'a self, connection: &'a mut dyn Connection, script: &'a SchemaScript) -> BoxFuture<'a, Result<()>> {
        let check: Option<schema::Check> =
            if script.before.is_empty() { None } else { Some(|connection| Box::pin(refer_to_something(connection))) };
        Box::pin(schema::run(connection, script, check))
    }
    fn create_database<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let path = file(name)?;
            if path.exists() {
                return Ok(false);
            }
            // (SQLite writes nothing before there is something to write)
            let new = std::fs::File::options().write(true).create_new(true).open(path);
            new.map(|_| true).map_err(|error| failed("created", path, error))
        })
    }
    fn drop_database<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let path = file(name)?;
            if let Location::File(own) = &self.pool.options.location
                && is_same(own, path)
            {
                self.pool.close();
            }
            let mut was_there = false;
            for ending in ["", "-wal", "-shm", "-journal"] {
                let mut own = path.as_os_str().to_owned();
                own.push(ending);
                match std::fs::remove_file(&own) {
                    Ok(()) => was_there |= ending.is_empty(),
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(failed("dropped", path, error)),
                }
            }
            Ok(was_there)
        })
    }
}

/// The database's file.
fn file(name: &str) -> Result<&Path> {
    if name.is_empty() || name == ":memory:" || name.starts_with("sqlite:") {
        return Err(Error::refused(format!("`{name}` is no file: a database of SQLite is named by its file's path, `shop.db`")));
    }
    Ok(Path::new(name))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::refused(format!("the SQLite database {} can't be {what}: {error}", path.display())).caused_by(Box::new(error))
}

impl Shared {
    /// What entities ask for, as SQLite reads it: created in a database in memory.
    async fn in_the_database_s_words(&self) -> Result<DatabaseSchema> {
        let metadata = Arc::clone(self.compiler.metadata());
        let driver = Box::new(SqliteOptions::memory()).connect(metadata, QueryLog::new(Vec::new())).await?;
        let mut connection = driver.acquire().await?;
        driver.schema().run(connection.as_mut(), &driver.schema().create()).await?;
        schema::read_sqlite(connection.as_mut()).await
    }
}

/// Checks what is not checked while foreign keys are off.
async fn refer_to_something(connection: &mut dyn Connection) -> Result<()> {
    let mut broken = None;
    let mut sink = |row: &dyn Row| {
        if let (Ok(Value::Text(table)), Ok(Value::Text(target))) = (row.get(0), row.get(2)) {
            broken.get_or_insert_with(|| (table.into_owned(), target.into_owned()));
        }
        Ok(())
    };
    connection.execute("pragma foreign_key_check", &[], &mut sink).await?;
    match broken {
        None => Ok(()),
        Some((table, target)) => Err(Error::refused(format!(
            "the schema was not changed: rows of `{table}` refer to rows of `{target}` that are not there; mend or delete them first"
        ))),
    }
}
