//! SQLite for mikro-orm.
//!
//! SQLite is a library, not a server: statements are called inline, inside the futures. Handing each to a
//! thread would cost several times what it takes. A statement that runs long therefore keeps its task's
//! thread; a program with many such statements gives them a runtime of their own.
//!
//! ```
//! # fn main() -> Result<(), mikro_orm_core::error::Error> {
//! use mikro_orm_sqlite::SqliteOptions;
//!
//! let memory = SqliteOptions::memory();
//! let file = SqliteOptions::new("shop.db").pool_size(4);
//! let url = SqliteOptions::from_url("sqlite:shop.db?read_only=true")?;
//! # let _ = (memory, file, url);
//! # Ok(())
//! # }
//! ```
//!
//! # Files and concurrency
//! File databases are opened in WAL mode: readers and the writer do not wait for each other. There is one
//! writer at a time; those of this process queue without blocking threads, and a database that another
//! process is writing to is asked again until `busy_timeout` is over. An in-memory database has one
//! connection, which everybody takes in turn.
//!
//! # Formats
//! | type | stored as |
//! |---|---|
//! | date and time | ISO 8601 text in UTC with microseconds: `2022-09-11T15:06:44.371000Z` |
//! | date and time without a zone | the same without `Z` |
//! | date, time | text: `2022-09-11`, `15:06:44.371000` |
//! | uuid | blob of 16 bytes |
//! | decimal, JSON | text |
//! | `u64` above `i64::MAX`, `NaN` | refused: SQLite has no such values |

mod bind;
mod busy;
mod connection;
mod driver;
mod error;
mod facts;
mod open;
mod options;
mod pool;
mod raw;
mod report;
mod row;
mod schema;

pub use options::SqliteOptions;
