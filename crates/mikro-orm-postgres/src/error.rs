//! The server's errors, without the values in them.

mod classify;
mod columns;
mod out_of_range;
mod too_long;

pub(crate) use classify::{Context, classify, is_connection, is_unsent, source};

use std::fmt;
use tokio_postgres::error::DbError;

/// What the PostgreSQL server said: the source of the errors of this driver.
///
/// The server's `DETAIL` is left out, because it quotes rows; so are the values that some messages quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresError {
    code: String,
    message: String,
    hint: Option<String>,
}

impl PostgresError {
    pub(crate) fn new(error: &DbError) -> Self {
        let code = error.code().code().to_owned();
        // data exceptions quote the data at their end: `invalid input syntax for type integer: "..."`
        let quoted = if code.starts_with("22") { error.message().find(": \"") } else { None };
        let message = match quoted {
            Some(at) => error.message()[..at].to_owned(),
            None => error.message().to_owned(),
        };
        PostgresError { code, message, hint: error.hint().map(str::to_owned) }
    }

    /// The SQLSTATE: five characters, like `23505`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The server's message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The server's hint.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.code)
    }
}

impl std::error::Error for PostgresError {}
