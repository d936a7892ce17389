//! A context's transaction: its connection, its savepoints, and what to take back when it rolls back.

use crate::driver::{Connection, Driver, TransactionOptions};
use crate::error::{Error, Result};
use crate::heap::{AnyRef, HeapArc, ScheduleMark, rejoin};
use crate::uow::Undo;

/// The transaction of a context, when one is open.
#[derive(Default)]
pub(crate) struct Session {
    connection: Option<Box<dyn Connection>>,
    /// The transaction, and one for each savepoint in it.
    levels: Vec<Level>,
    /// How many levels there ever were.
    begun: u64,
}

/// One level of one session's transactions, of which no other ever has the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LevelId(u64);

struct Level {
    id: LevelId,
    heap: HeapArc,
    /// What was scheduled when the level began.
    schedule: ScheduleMark,
    /// What flushes within it did to the identity map.
    undo: Vec<Undo>,
    /// A flush failed within it, perhaps half-way: it can only be rolled back.
    failed: bool,
    /// Its future was dropped, when this was scheduled: it is to be rolled back before anything else.
    abandoned: Option<ScheduleMark>,
}

impl Session {
    pub fn is_open(&self) -> bool {
        self.connection.is_some()
    }
    pub fn connection(&mut self) -> Option<&mut dyn Connection> {
        match &mut self.connection {
            Some(connection) => Some(connection.as_mut()),
            None => None,
        }
    }

    /// Where the connection is.
    pub fn slot(&mut self) -> &mut Option<Box<dyn Connection>> {
        &mut self.connection
    }
    /// How deep the next level would be: 0 is the transaction, what is within are savepoints.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }
    /// How deep this level is, while it is open.
    pub fn depth_of(&self, id: LevelId) -> Option<usize> {
        self.levels.iter().position(|level| level.id == id)
    }

    /// Begins a transaction, or sets a savepoint in the open one.
    pub async fn begin(&mut self, driver: &dyn Driver, heap: HeapArc, options: TransactionOptions) -> Result<LevelId> {
        let depth = self.levels.len();
        match self.connection() {
            Some(connection) => {
                if options != TransactionOptions::default() {
                    return Err(invalid("isolation level and read-only can be chosen for the outermost transaction only"));
                }
                connection.savepoint(savepoint(depth)).await?;
            }
            None => {
                let mut connection = driver.acquire().await?;
                connection.begin(options).await?;
                self.connection = Some(connection);
            }
        }
        let schedule = heap.mark_schedule();
        self.begun += 1;
        let id = LevelId(self.begun);
        self.levels.push(Level { id, heap, schedule, undo: Vec::new(), failed: false, abandoned: None });
        Ok(id)
    }

    /// Commits the transaction, or releases the savepoint; when it has to be a certain one, no other. On an error
    /// the level is still open.
    pub async fn commit(&mut self, expected: Option<LevelId>) -> Result<()> {
        let Some(level) = self.levels.last() else { return Err(no_transaction()) };
        if expected.is_some_and(|expected| expected != level.id) {
            return Err(invalid(if self.levels.iter().any(|level| Some(level.id) == expected) {
                "a transaction that was begun within this one is still open: commit it or roll it back first; for transactions side by side, `fork` the entity manager"
            } else {
                "this transaction was ended by somebody else: for transactions side by side, `fork` the entity manager"
            }));
        }
        if level.failed {
            return Err(invalid("a flush failed in this transaction, so it can't be committed: roll it back and try again"));
        }
        let depth = self.levels.len();
        let Some(connection) = self.connection() else { return Err(no_transaction()) };
        if depth == 1 {
            connection.commit().await?;
            self.connection = None;
            self.levels.clear();
        } else {
            connection.release(savepoint(depth - 1)).await?;
            let inner = self.levels.pop().map(|level| level.undo).unwrap_or_default();
            if let Some(outer) = self.levels.last_mut() {
                outer.undo.extend(inner);
            }
        }
        Ok(())
    }

    /// Rolls the transaction, or the savepoint, back; the identity map, which is `heap` by now, goes back with it.
    pub async fn rollback(&mut self, heap: &HeapArc) -> Result<()> {
        let depth = self.levels.len();
        let before = heap.mark_schedule();
        let result = match self.connection() {
            None => return Err(no_transaction()),
            Some(connection) if depth == 1 => connection.rollback().await,
            Some(connection) => connection.rollback_to(savepoint(depth - 1)).await,
        };
        // what was scheduled while it was on the way is not part of what is rolled back
        let after = heap.mark_schedule().since(&before);
        let first = if result.is_err() { 0 } else { depth - 1 };
        self.levels[first..].iter_mut().for_each(|level| level.schedule.add(&after));
        if depth == 1 || result.is_err() {
            self.abandon(heap);
        } else {
            self.take_back(heap);
        }
        result
    }

    /// Rolls back until this level is gone; when it is gone already, nothing.
    pub async fn rollback_level(&mut self, id: LevelId, heap: &HeapArc) -> Result<()> {
        while self.levels.iter().any(|level| level.id == id) {
            self.rollback(heap).await?;
        }
        Ok(())
    }

    /// Drops the connection, which rolls back, and takes everything back.
    pub fn abandon(&mut self, heap: &HeapArc) {
        self.connection = None;
        while !self.levels.is_empty() {
            self.take_back(heap);
        }
    }

    /// Notes that levels were left behind, as dropped futures do. When that is the transaction itself, it is over.
    pub fn leave(&mut self, abandoned: Vec<(LevelId, ScheduleMark)>, heap: &HeapArc) {
        for (id, schedule) in abandoned {
            if let Some(level) = self.levels.iter_mut().find(|level| level.id == id) {
                level.abandoned = Some(schedule);
            }
        }
        if self.levels.first().is_some_and(|level| level.abandoned.is_some()) {
            self.keep_what_came_after(heap);
            self.abandon(heap);
        }
    }

    /// Rolls back what was left behind. (What is not rolled back yet when this is dropped, still has its mark.)
    pub async fn recover(&mut self, heap: &HeapArc) -> Result<()> {
        self.keep_what_came_after(heap);
        while self.levels.iter().any(|level| level.abandoned.is_some()) {
            self.rollback(heap).await?;
        }
        Ok(())
    }

    /// What was scheduled after the future of a level was dropped has nothing to do with it.
    fn keep_what_came_after(&mut self, heap: &HeapArc) {
        let abandoned = self.levels.iter().position(|level| level.abandoned.is_some());
        let Some(first) = abandoned else { return };
        let Some(before) = self.levels[first].abandoned.as_ref() else { return };
        let after = heap.mark_schedule().since(before);
        self.levels[first..].iter_mut().for_each(|level| level.schedule.add(&after));
    }

    fn take_back(&mut self, heap: &HeapArc) {
        if let Some(level) = self.levels.pop() {
            let there_again: Vec<AnyRef> = level.undo.iter().filter_map(Undo::brings_back).cloned().collect();
            level.undo.into_iter().rev().for_each(Undo::apply);
            level.heap.recount();
            if !level.heap.is(heap) {
                // the identity map was cleared since: all that is scheduled now was scheduled within the level
                heap.restore_schedule(ScheduleMark::default());
            }
            level.heap.restore_schedule(level.schedule);
            rejoin(&there_again);
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

/// The number of the savepoint above so many levels.
fn savepoint(depth: usize) -> u32 {
    u32::try_from(depth).unwrap_or(u32::MAX)
}

fn invalid(message: &str) -> Error {
    Error::refused(message)
}

fn no_transaction() -> Error {
    invalid("no transaction is open: call `begin` first")
}
