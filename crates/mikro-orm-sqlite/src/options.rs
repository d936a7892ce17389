//! Which database, and how to open it.

mod url;

use mikro_orm_core::error::Result;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to open an SQLite database. It is what [`Connector`](mikro_orm_core::driver::Connector) is implemented for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    pub(crate) location: Location,
    pub(crate) read_only: bool,
    pub(crate) busy_timeout: Duration,
    pub(crate) pool_size: usize,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    Memory,
    File(PathBuf),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Memory => f.write_str(":memory:"),
            Location::File(path) => path.display().fmt(f),
        }
    }
}

impl SqliteOptions {
    /// A database file, created when it is not there; `:memory:` is a database in memory.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let location = if path == Path::new(":memory:") { Location::Memory } else { Location::File(path.to_owned()) };
        SqliteOptions { location, read_only: false, busy_timeout: Duration::from_secs(5), pool_size: 8 }
    }

    /// A database in memory, which lives as long as the driver.
    pub fn memory() -> Self {
        SqliteOptions::new(":memory:")
    }

    /// A URL: `sqlite:shop.db`, `sqlite:///var/lib/shop.db`, `sqlite::memory:`, with options as its query:
    /// `read_only` (`true`, `false`), `busy_timeout` (milliseconds), `pool_size`.
    ///
    /// # Errors
    /// [`Error::Validation`](mikro_orm_core::error::Error::Validation) when it is no such URL, or has an option that there is not.
    pub fn from_url(url: &str) -> Result<Self> {
        url::parse(url)
    }

    /// Opens the file for reading only: it must exist, and nothing is ever written to it.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// How long to wait for other transactions and processes before giving up with
    /// [`Error::Busy`](mikro_orm_core::error::Error::Busy); 5 seconds when not said.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// The most connections to a file, at least one; 8 when not said. A database in memory has one.
    #[must_use]
    pub fn pool_size(mut self, size: usize) -> Self {
        self.pool_size = size.max(1);
        self
    }

    /// How many connections there may be.
    pub(crate) fn connections(&self) -> usize {
        match self.location {
            Location::Memory => 1,
            // more than a semaphore takes is more than anybody means
            Location::File(_) => self.pool_size.clamp(1, 10_000),
        }
    }
}
