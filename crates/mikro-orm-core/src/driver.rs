//! What a database must be able to do.
//!
//! A driver speaks of entities and of the query model, not of SQL: that is what lets a document database in
//! without a special case. Both traits are object safe; which database is used is a value, not a type.
//!
//! Drivers MUST classify the database's errors into [`Error`]'s variants (unique
//! violation, foreign key violation, connection, ...): callers act on them.

mod batch;
mod log;
mod row;
mod schema;

pub use batch::{ChangeWhere, DeleteBatch, InsertBatch, RowValues, UpdateBatch, UpdatedSink};
pub use log::{QueryLog, QueryLogger, Statement};
pub use row::{Row, RowSink};
pub use schema::{SchemaDriver, Schemaless};

use crate::error::{Error, Result};
use crate::metadata::EntityId;
use crate::metadata::Metadata;
use crate::query::{Expr, Select};
use crate::value::Value;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Opens a [`Driver`]: what a URL or a driver's own options turn into.
pub trait Connector: Send {
    /// Connects, with what discovery found and where statements are to be logged.
    ///
    /// # Errors
    /// [`Error::Connection`] when the database can't be reached or opened. Passwords never become part of the message.
    fn connect(self: Box<Self>, metadata: Arc<Metadata>, log: QueryLog) -> BoxFuture<'static, Result<Arc<dyn Driver>>>;

    /// Creates the database, when it is not there. Gives whether it was not.
    ///
    /// # Errors
    /// When it can't be created.
    fn ensure_database(&self) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async { Ok(false) })
    }
}

/// What a database can do that others can't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// The most keys that one statement should name; lists that are longer are split.
    pub max_keys: usize,
    /// Whether a statement is a function call (SQLite) and not a message to a server.
    pub embedded: bool,
}

impl Capabilities {
    /// An embedded database.
    pub const fn embedded(max_keys: usize) -> Self {
        Capabilities { max_keys, embedded: true }
    }
    /// A database server.
    pub const fn server(max_keys: usize) -> Self {
        Capabilities { max_keys, embedded: false }
    }
}

/// A database: a pool of connections.
pub trait Driver: Send + Sync + fmt::Debug {
    /// The database's name: `sqlite`, `postgres`.
    fn name(&self) -> &'static str;
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// A connection of its own for the caller, until it is dropped.
    ///
    /// # Errors
    /// [`Error::Closed`] after [`Driver::close`]; [`Error::Connection`] when none can be had.
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn Connection>>>;
    /// Its schema.
    fn schema(&self) -> &dyn SchemaDriver;
    /// Closes all connections. What runs, ends first.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// How a transaction is isolated from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // the SQL standard's names
pub enum IsolationLevel {
    ReadUncommitted,
    ReadCommitted,
    RepeatableRead,
    Serializable,
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TransactionOptions {
    /// The isolation level; the database's default when not said.
    pub isolation: Option<IsolationLevel>,
    /// Whether writes are refused.
    pub read_only: bool,
}

impl TransactionOptions {
    /// The database's defaults.
    pub const fn new() -> Self {
        TransactionOptions { isolation: None, read_only: false }
    }
    /// With this isolation level.
    #[must_use]
    pub const fn isolation(mut self, level: IsolationLevel) -> Self {
        self.isolation = Some(level);
        self
    }
    /// Refusing writes.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}

/// One connection. Dropping one with an open transaction rolls it back.
///
/// A future that is dropped half-way must leave the connection usable or make it unusable for good (and
/// then not return it to the pool); it must never leave a transaction open that nobody knows of.
pub trait Connection: Send {
    /// Starts a transaction; with `begin` pending until the first statement where the protocol allows that.
    fn begin(&mut self, options: TransactionOptions) -> BoxFuture<'_, Result<()>>;
    /// Commits. When the connection is lost meanwhile, the error is [`Error::OutcomeUnknown`].
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;
    /// Rolls back.
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;
    /// Sets savepoint number `depth` (1 and up).
    fn savepoint(&mut self, depth: u32) -> BoxFuture<'_, Result<()>>;
    /// Releases savepoint number `depth`.
    fn release(&mut self, depth: u32) -> BoxFuture<'_, Result<()>>;
    /// Rolls back to savepoint number `depth`.
    fn rollback_to(&mut self, depth: u32) -> BoxFuture<'_, Result<()>>;

    /// Gives the rows of a query to `sink`, each while the driver's buffer holds it.
    fn find<'a>(&'a mut self, select: &'a Select, sink: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>>;
    /// Counts the rows of an entity.
    fn count<'a>(&'a mut self, entity: EntityId, filter: Option<&'a Expr>) -> BoxFuture<'a, Result<u64>>;
    /// Inserts rows; `returned` gets, for each row in order, the batch's `returning` columns (not called when there are none).
    fn insert<'a>(&'a mut self, batch: InsertBatch<'a>, returned: &'a mut (dyn RowSink + 'a)) -> BoxFuture<'a, Result<()>>;
    /// Updates rows by key. Gives, for each row of the batch, whether it was there (with the expected version).
    /// `returned` gets the batch's `returning` columns of those that were (not called when there are none).
    fn update<'a>(&'a mut self, batch: UpdateBatch<'a>, returned: &'a mut UpdatedSink<'a>) -> BoxFuture<'a, Result<Vec<bool>>>;
    /// Deletes rows by key, or by other columns. Gives how many there were.
    fn delete<'a>(&'a mut self, batch: DeleteBatch<'a>) -> BoxFuture<'a, Result<u64>>;
    /// Updates or deletes the rows that satisfy a condition. Gives how many there were.
    fn change_where<'a>(&'a mut self, change: ChangeWhere<'a>) -> BoxFuture<'a, Result<u64>>;

    /// Runs a statement in the database's language with bound parameters (`?` in the text), gives its rows to
    /// `sink`, and gives the number of affected rows.
    fn execute<'a>(
        &'a mut self,
        statement: &'a str,
        params: &'a [Value<'a>],
        sink: &'a mut (dyn RowSink + 'a),
    ) -> BoxFuture<'a, Result<u64>>;
}

/// The error for what a driver can't do.
pub fn unsupported(driver: &str, what: &str) -> Error {
    Error::refused(format!("{driver} does not support {what}"))
}
