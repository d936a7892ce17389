//! The server's errors as variants that a caller can act on.

use super::out_of_range::out_of_range;
use super::too_long::too_long;
use super::{PostgresError, columns};
use crate::encode::{EncodeError, Param};
use crate::request::Origins;
use mikro_orm_core::error::{BoxError, Contention, Error, Fault};
use mikro_orm_core::metadata::Metadata;
use mikro_orm_sql::missing_table::missing_table;
use mikro_orm_sql::violation::{Named, Violated, violation};
use std::error::Error as _;
use std::io::ErrorKind;
use tokio_postgres::error::{DbError, Severity};

/// What was being done when an error came.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) metadata: &'a Metadata,
    pub(crate) sql: &'a str,
    pub(crate) params: &'a [Param<'a>],
    pub(crate) origins: Origins<'a>,
}

/// Whether the error means that the connection is gone.
pub(crate) fn is_connection(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        // the server ends a connection with its fatal errors, whatever their code
        Some(db) => {
            is_connection_code(db.code().code()) || matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
        }
        // invalid input is ours: a statement that can't be encoded (a NUL in its text, too large), and so was not sent
        None => error.is_closed() || io_error(error).is_some_and(|io| io.kind() != ErrorKind::InvalidInput),
    }
}

/// Whether nothing was sent, because the statement or its parameters can't be encoded.
pub(crate) fn is_unsent(error: &tokio_postgres::Error) -> bool {
    error.source().is_some_and(|source| source.is::<EncodeError>())
        || io_error(error).is_some_and(|io| io.kind() == ErrorKind::InvalidInput)
}

fn io_error(error: &tokio_postgres::Error) -> Option<&std::io::Error> {
    error.source()?.downcast_ref()
}

/// Connection exceptions, and the server being shut down or not yet up; not the cancelling of a statement (57014).
fn is_connection_code(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P") || code == "53300"
}

/// The error as a source, without values.
pub(crate) fn source(error: tokio_postgres::Error) -> BoxError {
    match error.as_db_error() {
        Some(db) => Box::new(PostgresError::new(db)),
        None => Box::new(error),
    }
}

/// A lost connection.
fn connection_lost(error: tokio_postgres::Error) -> Error {
    let message = match error.as_db_error() {
        Some(db) => PostgresError::new(db).to_string(),
        None => error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}")),
    };
    Error::Connection { message, source: Some(source(error)) }
}

/// What the error of a statement means to a caller.
pub(crate) fn classify(error: tokio_postgres::Error, context: Context<'_>) -> Error {
    if is_connection(&error) {
        return connection_lost(error);
    }
    let Some(db) = error.as_db_error() else { return of_client(error, context) };
    let source: BoxError = Box::new(PostgresError::new(db));
    let violated = |violated, source| {
        let deleting = context.sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("delete"));
        violation(context.metadata, None, violated, named(db, violated), deleting, source)
    };
    match db.code().code() {
        "23505" => violated(Violated::Unique, source),
        "23503" => violated(Violated::ForeignKey, source),
        "23502" => violated(Violated::NotNull, source),
        "23514" => violated(Violated::Check, source),
        "23P01" => violated(Violated::Exclusion, source),
        "40001" => busy(Contention::Serialization, db),
        "40P01" => busy(Contention::Deadlock, db),
        "55P03" => busy(Contention::LockTimeout, db),
        "22001" => match too_long(db, context) {
            Some(error) => error.caused_by(source),
            None => Error::rejected(Fault::Other, context.sql, source),
        },
        "22003" => match out_of_range(context) {
            Some(error) => error.caused_by(source),
            None => Error::rejected(Fault::Other, context.sql, source),
        },
        "42P01" => {
            // `relation "author" does not exist`, in whatever language
            let table = db.message().split('"').nth(1).unwrap_or_default();
            missing_table(context.metadata, table, context.sql, source)
        }
        "3F000" => Error::refused(format!(
            "{}: create the schema first (`create schema ..`), or choose one that exists, with `PostgresOptions::schema` or \
             `?schema=` in the URL",
            db.message()
        ))
        .caused_by(source),
        "25006" => Error::ReadOnly { source: Some(source) },
        code => Error::rejected(fault(code), context.sql, source),
    }
}

fn busy(cause: Contention, db: &DbError) -> Error {
    let source = PostgresError::new(db);
    Error::Busy { cause, message: source.message().to_owned(), source: Some(Box::new(source)) }
}

/// What was wrong with a statement, by SQLSTATE.
fn fault(code: &str) -> Fault {
    match code {
        "42P07" => Fault::TableExists,
        "42703" => Fault::ColumnNotFound,
        "42701" => Fault::ColumnExists,
        "42702" => Fault::AmbiguousColumn,
        "42601" => Fault::Syntax,
        _ => Fault::Other,
    }
}

/// Errors that are found before anything is sent, and answers that can't be understood.
fn of_client(error: tokio_postgres::Error, context: Context<'_>) -> Error {
    let Some(encode) = error.source().and_then(|source| source.downcast_ref::<EncodeError>()) else {
        return Error::rejected(Fault::Other, context.sql, Box::new(error));
    };
    match (context.origins)().get(encode.index).and_then(|origin| origin.property) {
        Some((entity, field)) => {
            let entity = context.metadata.entity(entity);
            Error::validation(entity.name, entity.property(field).name, encode.message.clone())
        }
        None => Error::refused(encode.to_string()),
    }
}

/// What the database names; the rest is found through the metadata.
fn named(db: &DbError, violated: Violated) -> Named {
    let columns = match (db.column(), db.detail()) {
        (Some(column), _) => vec![column.to_owned()],
        (None, Some(detail)) if matches!(violated, Violated::Unique | Violated::Exclusion) => columns::of_detail(detail),
        // the detail of a foreign key may speak of either table
        _ => Vec::new(),
    };
    let text = |text: Option<&str>| text.map(str::to_owned);
    Named { schema: text(db.schema()), table: text(db.table()), columns, constraint: text(db.constraint()) }
}
