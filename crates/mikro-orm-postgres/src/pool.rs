//! The connections of a driver.

use crate::lease::Lease;
use crate::options::PostgresOptions;
use crate::session::Session;
use mikro_orm_core::driver::QueryLog;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::Metadata;
use mikro_orm_sql::Compiler;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long closing waits for the server's answer to the last requests.
const LEAVE: Duration = Duration::from_secs(5);

/// Open connections that nobody uses, and permits to use one.
///
/// Connections are not tried before they are given out: a lost one is known as soon as the server or the
/// network says so, and is then discarded.
pub(crate) struct Pool {
    pub(crate) options: PostgresOptions,
    pub(crate) metadata: Arc<Metadata>,
    pub(crate) compiler: Compiler,
    pub(crate) log: QueryLog,
    permits: Arc<Semaphore>,
    /// The one that was used last is given out first: its caches are warm.
    idle: Mutex<Vec<Session>>,
    closed: AtomicBool,
    /// How often what statements were prepared for has changed.
    epoch: AtomicU64,
}

impl Pool {
    pub(crate) fn new(options: PostgresOptions, metadata: Arc<Metadata>, log: QueryLog, compiler: Compiler) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(options.max_connections as usize));
        Arc::new(Pool {
            options,
            metadata,
            compiler,
            log,
            permits,
            idle: Mutex::default(),
            closed: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
        })
    }

    pub(crate) async fn acquire(self: &Arc<Self>) -> Result<Lease> {
        if self.is_closed() {
            return Err(Error::Closed);
        }
        let permit = tokio::time::timeout(self.options.acquire_timeout, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = match permit {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Error::Closed),
            Err(_) => {
                let message = format!(
                    "all {} connections to PostgreSQL were in use for {:?}: return them sooner, or allow more with `max_connections`",
                    self.options.max_connections, self.options.acquire_timeout
                );
                return Err(Error::Connection { message, source: None });
            }
        };
        // whoever waited while it was closed
        if self.is_closed() {
            return Err(Error::Closed);
        }
        let session = match self.take_idle() {
            Some(session) => session,
            None => Session::open(&self.options).await?,
        };
        Ok(Lease::new(session, permit, Arc::clone(self)))
    }

    fn take_idle(&self) -> Option<Session> {
        let mut idle = self.idle();
        while let Some(mut session) = idle.pop() {
            if !session.client.is_closed() {
                session.renew(self.epoch.load(Ordering::Acquire), self.options.statement_cache);
                return Some(session);
            }
        }
        None
    }

    /// The schema has changed: what is prepared for the one before is not used again.
    pub(crate) fn forget_statements(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes a connection back that is in order: no open transaction, nothing on the way.
    pub(crate) fn put(&self, session: Session) {
        if !session.client.is_closed() {
            self.idle().push(session);
        }
    }

    /// Closes when what runs has ended.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // all permits together: nobody has a connection, and nobody who waited got one (it is closed)
        drop(self.permits.acquire_many(self.options.max_connections).await);
        self.permits.close();
        let sessions = std::mem::take(&mut *self.idle());
        let leave = async {
            for session in sessions {
                session.close().await;
            }
        };
        // a server that does not answer is left without a good-bye
        let _ = tokio::time::timeout(LEAVE, leave).await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Session>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("options", &self.options).field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}
