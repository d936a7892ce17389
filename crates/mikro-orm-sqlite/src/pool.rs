//! The connections of a driver, and who may write.

use crate::busy::patiently;
use crate::open::open;
use crate::options::{Location, SqliteOptions};
use crate::raw::Raw;
use mikro_orm_core::error::{Contention, Error, Result};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, TryAcquireError};

/// Open connections that nobody uses, and permits to use one.
pub(crate) struct Pool {
    pub(crate) options: SqliteOptions,
    permits: Arc<Semaphore>,
    idle: Mutex<Idle>,
    /// Held while writing. SQLite has one writer at a time; a queue in the process is fair and costs no polling.
    writer: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Idle {
    /// The one that was used last is given out first: its caches are warm.
    connections: Vec<Raw>,
    closed: bool,
}

/// The right to write.
pub(crate) type WriteTurn = OwnedMutexGuard<()>;

impl Pool {
    /// Opens the first connection, so that what is wrong shows at once.
    pub(crate) async fn connect(options: SqliteOptions) -> Result<Self> {
        let first = patiently(options.busy_timeout, || open(&options)).await?;
        Ok(Pool {
            permits: Arc::new(Semaphore::new(options.connections())),
            idle: Mutex::new(Idle { connections: vec![first], closed: false }),
            writer: Arc::default(),
            options,
        })
    }

    /// A connection, with the permit to use it.
    pub(crate) async fn take(&self) -> Result<(Raw, OwnedSemaphorePermit)> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(Error::Closed),
            Err(TryAcquireError::NoPermits) => {
                let waiting = Arc::clone(&self.permits).acquire_owned();
                self.in_time(waiting, || self.all_taken()).await?.map_err(|_| Error::Closed)?
            }
        };
        let known = {
            let mut idle = self.idle();
            if idle.closed {
                return Err(Error::Closed);
            }
            idle.connections.pop()
        };
        let raw = match known {
            Some(raw) => raw,
            None => patiently(self.options.busy_timeout, || open(&self.options)).await?,
        };
        Ok((raw, permit))
    }

    /// Takes a connection back.
    pub(crate) fn give_back(&self, mut raw: Raw, permit: OwnedSemaphorePermit) {
        let usable = raw.reset().is_ok();
        let mut idle = self.idle();
        // an in-memory database is its connection: there is no other to open
        if !idle.closed && (usable || self.options.location == Location::Memory) {
            idle.connections.push(raw);
        }
        drop(idle);
        drop(permit);
    }

    /// The right to write, when the others that asked before had it.
    pub(crate) async fn write_turn(&self) -> Result<WriteTurn> {
        if let Ok(turn) = Arc::clone(&self.writer).try_lock_owned() {
            return Ok(turn);
        }
        let waiting = Arc::clone(&self.writer).lock_owned();
        self.in_time(waiting, || {
            format!(
                "another transaction of this program has been writing to {} for {:?}",
                self.options.location, self.options.busy_timeout
            )
        })
        .await
    }

    /// Nothing is given out any more. What is in use is closed when it comes back.
    pub(crate) fn close(&self) {
        self.permits.close();
        let mut idle = self.idle();
        idle.closed = true;
        idle.connections.clear();
    }

    async fn in_time<T>(&self, waiting: impl Future<Output = T>, message: impl FnOnce() -> String) -> Result<T> {
        match tokio::time::timeout(self.options.busy_timeout, waiting).await {
            Ok(done) => Ok(done),
            Err(_) => Err(Error::Busy { cause: Contention::LockTimeout, message: message(), source: None }),
        }
    }

    fn all_taken(&self) -> String {
        let waited = self.options.busy_timeout;
        match self.options.location {
            Location::Memory => format!(
                "another transaction has held the only connection of the in-memory database for {waited:?}; an in-memory database has one connection, so end one transaction before starting another"
            ),
            Location::File(_) => format!(
                "all {} connections to {} were in use for {waited:?}: return them sooner, or allow more with `pool_size`",
                self.options.connections(),
                self.options.location
            ),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
