//! A connection while somebody has it.

mod control;
mod log;
mod release;
mod statement;

use crate::pool::Pool;
use crate::session::Session;
use mikro_orm_core::driver::TransactionOptions;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A session out of the pool, and what is known of its state on the server.
pub(crate) struct Lease {
    pub(crate) session: Session,
    permit: OwnedSemaphorePermit,
    pub(crate) pool: Arc<Pool>,
    transaction: Transaction,
    /// What may be on the way without its answer being read: the future was dropped.
    in_flight: InFlight,
    /// Whether a statement in the user's words may have opened a transaction.
    tainted: bool,
}

/// A request whose answer was not read to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InFlight {
    Nothing,
    /// Something that nobody waits for any more.
    Statement,
    /// The end of a transaction, which is left to finish.
    End,
}

/// The transaction on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    /// Wanted, but nothing was sent yet: `begin` goes with the first statement.
    Pending(TransactionOptions),
    /// `begin` was sent.
    Open,
    /// A statement failed: the server takes nothing but a rollback, and makes one out of `commit`.
    Aborted,
}

impl Lease {
    pub(crate) fn new(session: Session, permit: OwnedSemaphorePermit, pool: Arc<Pool>) -> Self {
        Lease { session, permit, pool, transaction: Transaction::None, in_flight: InFlight::Nothing, tainted: false }
    }
}
