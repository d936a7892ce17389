//! What can go wrong, as variants that a caller can act on.

mod constraint;
mod fault;
mod lock;

pub use constraint::ConstraintViolation;
pub use fault::{Contention, Fault};
pub use lock::LockFailure;
pub(crate) use lock::LockReason;

use std::fmt;

/// The source of an error: a driver's own.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong. Messages name the entity, the property and the remedy; values of columns
/// and passwords are never part of them.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// No row satisfies the query.
    NotFound {
        /// The entity.
        entity: String,
        /// What was looked for.
        criteria: String,
    },
    /// More rows than one satisfy a query for exactly one.
    NotUnique {
        /// The entity.
        entity: String,
        /// What was looked for.
        criteria: String,
    },
    /// A reference or collection was read that is not loaded.
    NotInitialized {
        /// What was read: `Reference<Author> 7`, `Collection<Book> of Author 7`, `Book.text of Book 3`.
        what: String,
    },
    /// A unique constraint, or a primary key, does not allow the row.
    UniqueViolation(Box<ConstraintViolation>),
    /// A foreign key does not allow the change.
    ForeignKeyViolation(Box<ConstraintViolation>),
    /// A column that can't be null was given none.
    NotNullViolation(Box<ConstraintViolation>),
    /// A check constraint does not allow the row.
    CheckViolation(Box<ConstraintViolation>),
    /// Another row is in the way: the two can't be there together, by an exclusion constraint (PostgreSQL).
    ExclusionViolation(Box<ConstraintViolation>),
    /// A row has another version than the entity: somebody else changed or deleted it.
    OptimisticLock(Box<LockFailure>),
    /// The call, an entity, or a value in it can't be worked with.
    Validation {
        /// The entity, where there is one.
        entity: Option<String>,
        /// The property, where there is one.
        property: Option<String>,
        /// What is wrong, and what to do.
        message: String,
        /// The driver's error, where it was the database that refused.
        source: Option<BoxError>,
    },
    /// The entities contradict each other or the database; found while building the ORM.
    Metadata {
        /// The entity.
        entity: String,
        /// The property, where there is one.
        property: Option<String>,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A column holds what the property can't.
    Mapping {
        /// The entity.
        entity: String,
        /// The property.
        property: String,
        /// What was found and what was expected.
        message: String,
    },
    /// The database can't be reached, or the connection broke.
    Connection {
        /// What was tried.
        message: String,
        /// The driver's error.
        source: Option<BoxError>,
    },
    /// The database was busy for longer than the configured time, or chose the transaction as a deadlock's
    /// victim; trying again may succeed.
    Busy {
        /// Which of these it was.
        cause: Contention,
        /// What was tried.
        message: String,
        /// The driver's error.
        source: Option<BoxError>,
    },
    /// The database or the transaction is read-only.
    ReadOnly {
        /// The driver's error.
        source: Option<BoxError>,
    },
    /// The ORM was closed.
    Closed,
    /// The entity's entity manager is gone, so nothing can be loaded through it.
    Detached {
        /// What was to be loaded.
        what: String,
    },
    /// The connection was lost while committing: the changes may be stored, or not.
    OutcomeUnknown {
        /// The driver's error.
        source: Option<BoxError>,
    },
    /// An error of the application's own, as a hook or a subscriber gave it.
    Other {
        /// The error.
        source: BoxError,
    },
    /// The database rejected a statement for another reason.
    Query {
        /// What was wrong with it.
        fault: Fault,
        /// What is wrong in terms of entities, where it is about one.
        message: Option<String>,
        /// The statement's text, without parameters.
        sql: String,
        /// The driver's error.
        source: BoxError,
    },
}

impl Error {
    /// A validation error about a property of an entity.
    pub fn validation(entity: impl Into<String>, property: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Validation { entity: Some(entity.into()), property: Some(property.into()), message: message.into(), source: None }
    }

    /// A validation error about an entity.
    pub fn invalid(entity: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Validation { entity: Some(entity.into()), property: None, message: message.into(), source: None }
    }

    /// A validation error about no entity in particular.
    pub fn refused(message: impl Into<String>) -> Self {
        Error::Validation { entity: None, property: None, message: message.into(), source: None }
    }

    /// The same error, with the driver's as its source, when it is a validation error.
    #[must_use]
    pub fn caused_by(mut self, cause: BoxError) -> Self {
        if let Error::Validation { source, .. } = &mut self {
            *source = Some(cause);
        }
        self
    }

    /// An error of the application's own, for hooks and subscribers: `hash(password).map_err(Error::other)?`.
    pub fn other(source: impl Into<BoxError>) -> Self {
        Error::Other { source: source.into() }
    }

    /// The error for a statement that the database rejected.
    pub fn rejected(fault: Fault, sql: impl Into<String>, source: BoxError) -> Self {
        Error::Query { fault, message: None, sql: sql.into(), source }
    }

    /// Whether no row satisfied the query.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Error::NotFound { .. })
    }
    /// Whether a unique constraint was violated.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Error::UniqueViolation(_))
    }
    /// Whether a foreign key was violated.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Error::ForeignKeyViolation(_))
    }
    /// Whether somebody else changed the row.
    pub fn is_optimistic_lock(&self) -> bool {
        matches!(self, Error::OptimisticLock(_))
    }
    /// Whether the database ended the transaction because it and others waited for each other.
    pub fn is_deadlock(&self) -> bool {
        matches!(self, Error::Busy { cause: Contention::Deadlock, .. })
    }
    /// What was wrong with the statement, when the database rejected one.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Error::Query { fault, .. } => Some(*fault),
            _ => None,
        }
    }
    /// The failed lock, when it was one.
    pub fn lock_failure(&self) -> Option<&LockFailure> {
        match self {
            Error::OptimisticLock(failure) => Some(failure),
            _ => None,
        }
    }
    /// The violated constraint, when it was one.
    pub fn constraint(&self) -> Option<&ConstraintViolation> {
        match self {
            Error::UniqueViolation(v)
            | Error::ForeignKeyViolation(v)
            | Error::NotNullViolation(v)
            | Error::CheckViolation(v)
            | Error::ExclusionViolation(v) => Some(v),
            _ => None,
        }
    }
}

fn place(entity: Option<&str>, property: Option<&str>) -> String {
    match (entity, property) {
        (Some(entity), Some(property)) => format!("{entity}.{property}: "),
        (Some(entity), None) => format!("{entity}: "),
        _ => String::new(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFound { entity, criteria } => write!(f, "{entity} not found ({criteria})"),
            Error::NotUnique { entity, criteria } => {
                write!(f, "more than one {entity} found ({criteria}), expected exactly one: narrow the condition")
            }
            Error::NotInitialized { what } => {
                write!(f, "{what} is not initialized: populate it in the query, or call `.load().await?` first")
            }
            Error::UniqueViolation(v) => write!(f, "unique constraint violated: {v}"),
            Error::ForeignKeyViolation(v) => write!(f, "foreign key violated: {v}"),
            Error::NotNullViolation(v) => write!(f, "a value is missing: {v}"),
            Error::CheckViolation(v) => write!(f, "check constraint violated: {v}"),
            Error::ExclusionViolation(v) => write!(f, "exclusion constraint violated: {v}"),
            Error::OptimisticLock(failure) => failure.fmt(f),
            Error::Validation { entity, property, message, .. } => {
                write!(f, "{}{message}", place(entity.as_deref(), property.as_deref()))
            }
            Error::Metadata { entity, property, message } => write!(f, "{}{message}", place(Some(entity), property.as_deref())),
            Error::Mapping { entity, property, message } => write!(f, "{entity}.{property}: the database's value does not fit: {message}"),
            Error::Connection { message, .. } => write!(f, "no connection: {message}"),
            Error::Busy { message, .. } => write!(f, "the database is busy: {message}; try again"),
            Error::ReadOnly { .. } => f.write_str("the database or the transaction is read-only"),
            Error::Closed => f.write_str("the ORM is closed"),
            Error::Detached { what } => {
                write!(f, "{what} can't be loaded: its entity manager is gone or was cleared; load it before, or find it again")
            }
            Error::OutcomeUnknown { .. } => f.write_str(
                "the connection was lost while committing (or a flush without a transaction failed): the changes may be stored or not; clear the entity manager and read what is there",
            ),
            Error::Other { source } => write!(f, "{source}"),
            Error::Query { message: Some(message), .. } => f.write_str(message),
            Error::Query { fault, sql, source, .. } => {
                write!(f, "the database rejected a statement: {source}{} (in: {sql})", fault.remedy())
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::UniqueViolation(_)
            | Error::ForeignKeyViolation(_)
            | Error::NotNullViolation(_)
            | Error::CheckViolation(_)
            | Error::ExclusionViolation(_) => self.constraint()?.source.as_ref().map(|e| e.as_ref() as _),
            Error::Validation { source, .. }
            | Error::Connection { source, .. }
            | Error::Busy { source, .. }
            | Error::ReadOnly { source }
            | Error::OutcomeUnknown { source } => source.as_ref().map(|e| e.as_ref() as _),
            Error::Query { source, .. } | Error::Other { source } => Some(source.as_ref()),
            _ => None,
        }
    }
}
