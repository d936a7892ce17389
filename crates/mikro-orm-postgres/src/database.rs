//! Databases of the server.

use crate::error::PostgresError;
use crate::options::PostgresOptions;
use crate::session::Session;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_sql::dialect::{Dialect, Postgres};

/// Creates the database of these options, when it is not there. Gives whether it was not.
pub(crate) async fn ensure(options: &PostgresOptions) -> Result<bool> {
    match Session::open(options).await {
        Ok(session) => {
            session.close().await;
            Ok(false)
        }
        // (there is no database of that name)
        Err(Error::Connection { source: Some(source), .. }) if code(source.as_ref()) == Some("3D000") => {
            match options.database_name() {
                Some(name) => create(options, name).await,
                None => Ok(false),
            }
        }
        Err(error) => Err(error),
    }
}

/// Creates a database. Gives whether it was not there.
pub(crate) async fn create(options: &PostgresOptions, name: &str) -> Result<bool> {
    match run(options, "create database ", name, "").await {
        Ok(()) => Ok(true),
        // (it is there, perhaps because somebody else has created it just now)
        Err(source) if matches!(code(source.as_ref()), Some("42P04" | "23505")) => Ok(false),
        Err(source) => Err(failed("created", name, source)),
    }
}

/// Drops a database, whoever uses it. Gives whether it was there.
pub(crate) async fn drop(options: &PostgresOptions, name: &str) -> Result<bool> {
    match run(options, "drop database ", name, " with (force)").await {
        Ok(()) => Ok(true),
        Err(source) if code(source.as_ref()) == Some("3D000") => Ok(false),
        Err(source) => Err(failed("dropped", name, source)),
    }
}

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Runs a statement from outside of all databases that it may be about.
async fn run(options: &PostgresOptions, before: &str, name: &str, after: &str) -> Result<(), Source> {
    let session = Session::open(&options.for_management()).await?;
    let mut statement = before.to_owned();
    Postgres.push_identifier(&mut statement, name);
    statement.push_str(after);
    let done = session.client.batch_execute(&statement).await.map_err(crate::error::source);
    session.close().await;
    done
}

fn code<'s>(source: &'s (dyn std::error::Error + 'static)) -> Option<&'s str> {
    source.downcast_ref::<PostgresError>().map(PostgresError::code)
}

fn failed(what: &str, name: &str, source: Source) -> Error {
    match source.downcast::<Error>() {
        // (the connection to the management database failed)
        Ok(error) => *error,
        Err(source) => Error::refused(format!("the database `{name}` can't be {what}: {source}")).caused_by(source),
    }
}
