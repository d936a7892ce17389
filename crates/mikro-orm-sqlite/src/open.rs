//! Opening a connection.

use crate::error::connection_error;
use crate::options::{Location, SqliteOptions};
use crate::raw::Raw;
use mikro_orm_core::error::Result;
use rusqlite::{Connection, OpenFlags};
use std::time::Duration;

/// How many prepared statements a connection keeps: a program's shapes, and the sizes of its lists.
const STATEMENTS: usize = 512;

/// Opens a connection; fails as busy when another process is just opening or closing the database.
pub(crate) fn open(options: &SqliteOptions) -> Result<Raw> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= match (&options.location, options.read_only) {
        (Location::File(_), true) => OpenFlags::SQLITE_OPEN_READ_ONLY,
        _ => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let opened = match &options.location {
        Location::Memory => Connection::open_in_memory_with_flags(flags),
        Location::File(path) => Connection::open_with_flags(path, flags),
    };
    let connection = opened.map_err(|error| connection_error(&options.location, error))?;
    configure(&connection, options).map_err(|error| connection_error(&options.location, error))?;
    Ok(Raw::new(connection))
}

fn configure(connection: &Connection, options: &SqliteOptions) -> rusqlite::Result<()> {
    // waiting is ours: SQLite's own would block the thread, and with it perhaps the task that holds the lock
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    if matches!(options.location, Location::File(_)) && !options.read_only {
        connection.pragma_update(None, "journal_mode", "wal")?;
        // with WAL this loses no committed transaction when the program dies, only when the machine does
        connection.pragma_update(None, "synchronous", "normal")?;
    }
    connection.pragma_update(None, "foreign_keys", true)?;
    // the file is first touched here at the latest: what is no database should fail to connect
    connection.query_row("select count(*) from sqlite_master", [], |_| Ok(()))
}
