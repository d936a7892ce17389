//! Giving a connection back.

use super::log::Sent;
use super::{InFlight, Lease, Transaction};
use crate::pool::Pool;
use crate::session::Session;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::NoTls;

/// How long a statement that nobody waits for may go on before it is cancelled.
const GRACE: Duration = Duration::from_millis(100);
/// How long cleaning up may take before the connection is left to itself.
const PATIENCE: Duration = Duration::from_secs(5);

impl Lease {
    /// Whether the server may have a transaction open.
    fn may_be_open(&self) -> bool {
        self.tainted || matches!(self.transaction, Transaction::Open | Transaction::Aborted)
    }

    /// Notes when a statement in the user's words may begin a transaction that nobody else knows of.
    pub(crate) fn taint(&mut self, statement: &str) {
        let word = statement.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        self.tainted |= word.eq_ignore_ascii_case("begin") || word.eq_ignore_ascii_case("start");
    }

    /// Gives the connection back to the pool: at once when it is in order, else after cleaning up in the
    /// background; until then nobody gets it. Closed when that does not work: the server then rolls back.
    pub(crate) fn release(self) {
        let rollback = self.may_be_open();
        let Lease { session, permit, pool, in_flight, .. } = self;
        if in_flight == InFlight::Nothing && !rollback {
            pool.put(session);
            drop(permit); // only now: whoever waits shall find the connection
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            if clean(&session, &pool, in_flight, rollback).await {
                pool.put(session);
            } else {
                let _ = timeout(PATIENCE, session.close()).await;
            }
            drop(permit);
        });
    }
}

/// Waits for what runs and rolls back. Gives whether the connection is in order then.
async fn clean(session: &Session, pool: &Pool, in_flight: InFlight, rollback: bool) -> bool {
    let client = &session.client;
    if client.is_closed() {
        return false;
    }
    let patience = if in_flight == InFlight::Statement { GRACE } else { PATIENCE };
    let cleaned = timeout(patience, async {
        if !rollback {
            return client.check_connection().await.is_ok();
        }
        let sent = Sent::control(&pool.log, None, "rollback");
        let rolled_back = client.batch_execute("rollback").await.is_ok();
        sent.end(true, !rolled_back);
        rolled_back
    });
    if let Ok(cleaned) = cleaned.await {
        return cleaned;
    }
    if in_flight == InFlight::Statement {
        // nobody can say when the server reads a cancellation: it could hit a later statement. So this
        // connection has none, and what was sent after the statement is a rollback
        let _ = timeout(PATIENCE, client.cancel_token().cancel_query(NoTls)).await;
    }
    false
}
