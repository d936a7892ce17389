//! SQLite's errors as ours.

use crate::bind::BindError;
use crate::driver::Shared;
use crate::options::Location;
use mikro_orm_core::error::{Contention, Error, Fault};
use mikro_orm_core::metadata::{EntityMetadata, Metadata};
use mikro_orm_sql::missing_table::missing_table;
use mikro_orm_sql::violation::{Named, Violated, violation};
use rusqlite::ffi;

/// What a statement was about, for messages.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) metadata: &'a Metadata,
    pub(crate) location: &'a Location,
    pub(crate) sql: &'a str,
    /// The entity that the statement wrote to, and the fields.
    pub(crate) entity: Option<&'a EntityMetadata>,
    pub(crate) columns: &'a [u16],
    pub(crate) deleting: bool,
}

/// The error for a connection that can't be opened.
pub(crate) fn connection_error(location: &Location, error: rusqlite::Error) -> Error {
    match error.sqlite_error().map(|failure| failure.extended_code & 0xff) {
        Some(ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED) => busy(location, error),
        _ => broken(location, error),
    }
}

fn broken(location: &Location, error: rusqlite::Error) -> Error {
    Error::Connection { message: format!("the SQLite database {location} can't be used: {error}"), source: Some(Box::new(error)) }
}

fn busy(location: &Location, error: rusqlite::Error) -> Error {
    // (a transaction that has read can't write any more when somebody else has written since)
    let is_stale = error.sqlite_error().is_some_and(|failure| failure.extended_code == ffi::SQLITE_BUSY_SNAPSHOT);
    Error::Busy {
        cause: if is_stale { Contention::Serialization } else { Contention::LockTimeout },
        message: format!("another connection holds the lock on the SQLite database {location}"),
        source: Some(Box::new(error)),
    }
}

impl<'a> About<'a> {
    /// A statement that writes to no entity in particular.
    pub(crate) fn new(shared: &'a Shared, sql: &'a str) -> Self {
        About {
            metadata: shared.metadata(),
            location: &shared.pool.options.location,
            sql,
            entity: None,
            columns: &[],
            deleting: false,
        }
    }

    /// The error of a statement, by SQLite's extended code.
    pub(crate) fn error(&self, error: rusqlite::Error) -> Error {
        let (extended, message) = match &error {
            rusqlite::Error::SqliteFailure(failure, message) => (failure.extended_code, message.clone().unwrap_or_default()),
            rusqlite::Error::SqlInputError { error: failure, msg, .. } => (failure.extended_code, msg.clone()),
            rusqlite::Error::MultipleStatement => {
                return Error::refused("the text holds several statements: run them one by one");
            }
            _ => (ffi::SQLITE_ERROR, String::new()),
        };
        let violated = match extended {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => Violated::Unique,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Violated::ForeignKey,
            // (`restrict` is carried out as a trigger)
            ffi::SQLITE_CONSTRAINT_TRIGGER if message.starts_with("FOREIGN KEY") => Violated::ForeignKey,
            ffi::SQLITE_CONSTRAINT_NOTNULL => Violated::NotNull,
            ffi::SQLITE_CONSTRAINT_CHECK => Violated::Check,
            _ => {
                return match extended & 0xff {
                    ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => busy(self.location, error),
                    ffi::SQLITE_READONLY => Error::ReadOnly { source: Some(Box::new(error)) },
                    ffi::SQLITE_CANTOPEN
                    | ffi::SQLITE_NOTADB
                    | ffi::SQLITE_CORRUPT
                    | ffi::SQLITE_IOERR
                    | ffi::SQLITE_PERM
                    | ffi::SQLITE_AUTH => broken(self.location, error),
                    _ => match message.strip_prefix("no such table: ") {
                        Some(table) => missing_table(self.metadata, table, self.sql, Box::new(error)),
                        None => Error::rejected(fault(&message), self.sql, Box::new(error)),
                    },
                };
            }
        };
        let named = match violated {
            Violated::Unique | Violated::NotNull => self.named_columns(&message),
            Violated::ForeignKey => self.foreign_key(),
            Violated::Check | Violated::Exclusion => {
                Named { constraint: after_colon(&message).map(str::to_owned), ..Named::default() }
            }
        };
        violation(self.metadata, self.entity, violated, named, self.deleting, Box::new(error))
    }

    /// The error of a value that was not bound, for the property it is of.
    pub(crate) fn bind_error(&self, error: BindError, entity: Option<&str>, property: Option<&str>) -> Error {
        match error {
            BindError::Sqlite(error) => self.error(error),
            BindError::Value(message) => Error::Validation {
                entity: entity.map(str::to_owned),
                property: property.map(str::to_owned),
                message: message.to_owned(),
                source: None,
            },
        }
    }

    /// `UNIQUE constraint failed: author.first, author.last`, or `.. failed: index 'author_name'`. Names may
    /// hold dots and commas, so the table is first looked for as a whole.
    fn named_columns(&self, message: &str) -> Named {
        let Some(list) = after_colon(message) else { return Named::default() };
        if let Some(index) = list.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
            return Named { constraint: Some(index.to_owned()), ..Named::default() };
        }
        let of_table = |table: &str| list.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
        let table = match self.entity.map(EntityMetadata::qualified_table).filter(|table| of_table(table)) {
            Some(table) => table,
            None => self
                .metadata
                .entities()
                .iter()
                .map(EntityMetadata::qualified_table)
                .find(|table| of_table(table))
                .unwrap_or_else(|| list.split('.').next().unwrap_or_default().into()),
        };
        let prefix = format!("{table}.");
        let columns = list.strip_prefix(&prefix).unwrap_or(list).split(&format!(", {prefix}")).map(str::to_owned).collect();
        Named { table: Some(table.into_owned()), columns, ..Named::default() }
    }

    /// SQLite does not say which foreign key. When the statement wrote a single one, it is that.
    fn foreign_key(&self) -> Named {
        let mut columns = Vec::new();
        if let Some(entity) = self.entity.filter(|_| !self.deleting) {
            let written = self.columns.iter().map(|field| entity.property(*field));
            columns.extend(written.filter(|property| property.relation.is_some()).map(|property| property.column().to_owned()));
        }
        if columns.len() > 1 {
            columns.clear();
        }
        Named { columns, ..Named::default() }
    }
}

/// What was wrong with a statement: SQLite says so in words alone.
fn fault(message: &str) -> Fault {
    let starts = |start: &str| message.starts_with(start);
    if starts("no such column: ") || message.contains(" has no column named ") {
        Fault::ColumnNotFound
    } else if starts("ambiguous column name: ") {
        Fault::AmbiguousColumn
    } else if starts("duplicate column name: ") {
        Fault::ColumnExists
    } else if message.ends_with(" already exists") || starts("there is already ") {
        Fault::TableExists
    } else if message.ends_with("syntax error") || starts("incomplete input") || starts("unrecognized token: ") {
        Fault::Syntax
    } else {
        Fault::Other
    }
}

fn after_colon(message: &str) -> Option<&str> {
    message.split_once(": ").map(|(_, rest)| rest)
}
