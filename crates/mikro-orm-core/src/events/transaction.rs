//! Events of transactions.

use crate::em::EntityManager;

/// What a subscriber is called with around the begin and end of a transaction.
#[derive(Clone, Copy)]
pub struct TransactionEvent<'a> {
    /// The entity manager. Its queries are part of the transaction once it has begun, and until it is ended.
    pub em: &'a EntityManager,
    /// How deep it is: 0 is the transaction, what is within are savepoints.
    pub depth: usize,
}

impl TransactionEvent<'_> {
    /// Whether it is a savepoint within a transaction.
    pub fn is_savepoint(&self) -> bool {
        self.depth > 0
    }
}
