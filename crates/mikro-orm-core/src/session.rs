//! A context's transaction: its connection, its savepoints, and what to take back when it rolls back.

use crate::driver::{Connection, Driver, TransactionOptions};
use crate::error::{Error, Result};
use crate::heap::{HeapArc, ScheduleMark};
use crate::uow::Undo;

/// The transaction of a context, when one is open.
#[derive(Default)]
pub(crate) struct Session {
    connection: Option<Box<dyn Connection>>,
    /// The transaction, and one for each savepoint in it.
    levels: Vec<Level>,
    /// Savepoints that were abandoned, by a dropped future: to be rolled back before anything else.
    abandoned_to: Option<usize>,
}

struct Level {
    heap: HeapArc,
    /// What was scheduled when the level began.
    schedule: ScheduleMark,
    /// What flushes within it did to the identity map.
    undo: Vec<Undo>,
    /// A flush failed within it, perhaps half-way: it can only be rolled back.
    failed: bool,
}

impl Session {
    pub fn is_open(&self) -> bool {
        self.connection.is_some()
    }
    pub fn depth(&self) -> usize {
        self.levels.len()
    }
    pub fn connection(&mut self) -> Option<&mut dyn Connection> {
        match &mut self.connection {
            Some(connection) => Some(connection.as_mut()),
            None => None,
        }
    }
    /// The connection, once savepoints that were abandoned are rolled back.
    pub async fn connection_after_recovery(&mut self) -> Result<Option<&mut dyn Connection>> {
        if let Some(depth) = self.abandoned_to.take() {
            while self.levels.len() > depth {
                self.rollback().await?;
            }
        }
        Ok(self.connection())
    }

    /// Begins a transaction, or sets a savepoint in the open one.
    pub async fn begin(&mut self, driver: &dyn Driver, heap: HeapArc, options: TransactionOptions) -> Result<()> {
        let depth = self.levels.len();
        match self.connection_after_recovery().await? {
            Some(connection) => {
                if options != TransactionOptions::default() {
                    return Err(Error::Validation {
                        entity: None,
                        property: None,
                        message: "isolation level and read-only can be chosen for the outermost transaction only".to_owned(),
                    });
                }
                connection.savepoint(u32::try_from(depth).unwrap_or(u32::MAX)).await?;
            }
            None => {
                let mut connection = driver.acquire().await?;
                connection.begin(options).await?;
                self.connection = Some(connection);
            }
        }
        let schedule = heap.mark_schedule();
        self.levels.push(Level { heap, schedule, undo: Vec::new(), failed: false });
        Ok(())
    }

    /// Commits the transaction, or releases the savepoint. On an error the level is still open.
    pub async fn commit(&mut self) -> Result<()> {
        if self.levels.last().is_some_and(|level| level.failed) {
            return Err(Error::Validation {
                entity: None,
                property: None,
                message: "a flush failed in this transaction, so it can't be committed: roll it back and try again".to_owned(),
            });
        }
        let depth = self.levels.len();
        let Some(connection) = self.connection_after_recovery().await? else { return Err(no_transaction()) };
        if depth == 1 {
            connection.commit().await?;
            self.connection = None;
            self.levels.clear();
        } else {
            connection.release(u32::try_from(depth - 1).unwrap_or(u32::MAX)).await?;
            let inner = self.levels.pop().map(|level| level.undo).unwrap_or_default();
            if let Some(outer) = self.levels.last_mut() {
                outer.undo.extend(inner);
            }
        }
        Ok(())
    }

    /// Rolls the transaction, or the savepoint, back; the identity map goes back with it.
    pub async fn rollback(&mut self) -> Result<()> {
        let depth = self.levels.len();
        let result = match self.connection() {
            None => return Err(no_transaction()),
            Some(connection) if depth == 1 => connection.rollback().await,
            Some(connection) => connection.rollback_to(u32::try_from(depth - 1).unwrap_or(u32::MAX)).await,
        };
        if depth == 1 || result.is_err() {
            self.abandon();
        } else {
            self.take_back();
        }
        result
    }

    /// Drops the connection, which rolls back, and takes everything back.
    pub fn abandon(&mut self) {
        self.connection = None;
        while !self.levels.is_empty() {
            self.take_back();
        }
    }

    /// Leaves all levels above `depth` behind, as a dropped future does.
    pub fn abandon_to(&mut self, depth: usize) {
        if depth == 0 {
            self.abandon();
        } else if self.levels.len() > depth {
            self.abandoned_to = Some(self.abandoned_to.map_or(depth, |other| other.min(depth)));
        }
    }

    fn take_back(&mut self) {
        if let Some(level) = self.levels.pop() {
            level.undo.into_iter().rev().for_each(Undo::apply);
            level.heap.restore_schedule(level.schedule);
        }
    }

    /// Notes what a flush did.
    pub fn flushed(&mut self, undo: Vec<Undo>) {
        if let Some(level) = self.levels.last_mut() {
            level.undo.extend(undo);
        }
    }
    /// Notes that a flush failed.
    pub fn flush_failed(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.failed = true;
        }
    }
}

fn no_transaction() -> Error {
    Error::Validation { entity: None, property: None, message: "no transaction is open: call `begin` first".to_owned() }
}
