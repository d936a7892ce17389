//! A connection as the pool keeps it.

use crate::facts::Facts;
use rusqlite::Connection;

/// An SQLite connection and what is known about its database.
pub(crate) struct Raw {
    pub(crate) connection: Connection,
    pub(crate) facts: Facts,
    /// Whether a statement of the user's may have changed settings of the connection.
    pub(crate) pragmas_changed: bool,
    /// Whether writes are refused for the time of a transaction.
    pub(crate) query_only: bool,
}

impl Raw {
    pub(crate) fn new(connection: Connection) -> Self {
        Raw { connection, facts: Facts::default(), pragmas_changed: false, query_only: false }
    }

    /// Runs a statement without parameters and results.
    pub(crate) fn run(&mut self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(|_| ())
    }

    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Refuses writes, or allows them again.
    pub(crate) fn set_query_only(&mut self, on: bool) -> rusqlite::Result<()> {
        if self.query_only != on {
            self.connection.pragma_update(None, "query_only", on)?;
            self.query_only = on;
        }
        Ok(())
    }

    /// Makes the connection as good as a new one. What fails here must not go back to the pool.
    pub(crate) fn reset(&mut self) -> rusqlite::Result<()> {
        if self.in_transaction() {
            self.run("rollback")?;
        }
        self.set_query_only(false)?;
        // (setting it, even to what it is, would have all cached statements prepared again)
        if std::mem::take(&mut self.pragmas_changed) {
            // (a change of the schema that was given up may have left them so)
            for (pragma, usual) in [("foreign_keys", true), ("legacy_alter_table", false)] {
                let is: bool = self.connection.prepare_cached(&format!("pragma {pragma}"))?.query_row([], |row| row.get(0))?;
                if is != usual {
                    self.connection.pragma_update(None, pragma, usual)?;
                }
            }
        }
        Ok(())
    }
}
