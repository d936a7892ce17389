//! A failed optimistic lock.

use crate::entity::Entity;
use crate::heap::{AnyRef, Ref};
use std::fmt;

/// Which row an optimistic lock failed on, and why.
#[derive(Debug)]
pub struct LockFailure {
    /// The entity.
    pub entity: String,
    /// Its key.
    pub key: String,
    pub(crate) reason: LockReason,
    pub(crate) row: AnyRef,
}

/// Why a lock failed.
#[derive(Debug)]
pub(crate) enum LockReason {
    /// The row is not as it was read.
    Changed,
    /// The row is known to have another version than the caller expects.
    Version { expected: String, actual: String },
    /// An update changes none of the columns that are checked, so nobody else would notice it.
    Unnoticed { properties: String },
}

impl LockFailure {
    pub(crate) fn new(row: &AnyRef, reason: LockReason) -> Box<Self> {
        let key = row.key().map_or_else(String::new, |key| key.to_string());
        Box::new(LockFailure { entity: row.name().to_owned(), key, reason, row: row.clone() })
    }
    /// The entity that the lock failed on; `None` when it is not a `T`.
    pub fn row<T: Entity>(&self) -> Option<Ref<T>> {
        self.row.is_a(T::descriptor()).then(|| Ref::from_any(self.row.clone()))
    }
}

impl fmt::Display for LockFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the optimistic lock on {} {} failed", self.entity, self.key)?;
        match &self.reason {
            LockReason::Changed => f.write_str(": somebody else changed or deleted the row; refresh it and try again"),
            LockReason::Version { expected, actual } => write!(f, ", version {expected} was expected, but is actually {actual}"),
            LockReason::Unnoticed { properties } => {
                write!(f, ": an update has to change one of the properties with `concurrency_check`, which are {properties}")
            }
        }
    }
}
