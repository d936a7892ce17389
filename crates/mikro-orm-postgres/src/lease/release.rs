//! Giving a connection back.

use super::{InFlight, Lease, Transaction};
use crate::pool::Pool;
use crate::session::Session;
use mikro_orm_core::driver::Statement;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_postgres::NoTls;

/// How long cleaning up may take before the connection is closed instead.
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
            if matches!(tokio::time::timeout(PATIENCE, clean(&session, &pool, in_flight, rollback)).await, Ok(true)) {
                pool.put(session);
            }
            drop(permit);
        });
    }
}

/// Ends what runs and rolls back. Gives whether the connection is in order then.
async fn clean(session: &Session, pool: &Pool, in_flight: InFlight, rollback: bool) -> bool {
    if session.client.is_closed() {
        return false;
    }
    // the server has the cancellation before it reads the rollback, so no later statement is hit
    if in_flight == InFlight::Statement && session.client.cancel_token().cancel_query(NoTls).await.is_err() {
        return false;
    }
    if !rollback {
        return session.client.check_connection().await.is_ok();
    }
    let rolled_back = session.client.batch_execute("rollback").await.is_ok();
    if pool.log.enabled() {
        pool.log.report(&Statement { sql: "rollback", params: &[], runs: 1, took: None, failed: !rolled_back });
    }
    rolled_back
}
