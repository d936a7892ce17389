//! The prepared statements of a connection.

use std::collections::HashMap;
use std::sync::Arc;
use tokio_postgres::Statement;

/// Prepared statements by text; the one that was not used for longest makes room for a new one.
pub(crate) struct Statements {
    prepared: HashMap<Arc<str>, (Statement, u64)>,
    capacity: usize,
    uses: u64,
}

impl Statements {
    pub(crate) fn new(capacity: usize) -> Self {
        Statements { prepared: HashMap::new(), capacity, uses: 0 }
    }

    pub(crate) fn get(&mut self, sql: &str) -> Option<Statement> {
        let (statement, used) = self.prepared.get_mut(sql)?;
        self.uses += 1;
        *used = self.uses;
        Some(statement.clone())
    }

    pub(crate) fn insert(&mut self, sql: &str, statement: Statement) {
        if self.prepared.len() >= self.capacity {
            // a look at each is nothing beside the two round trips that preparing took
            let oldest = self.prepared.iter().min_by_key(|(_, (_, used))| *used).map(|(sql, _)| Arc::clone(sql));
            if let Some(oldest) = oldest {
                self.prepared.remove(&oldest);
            }
        }
        self.uses += 1;
        self.prepared.insert(sql.into(), (statement, self.uses));
    }

    pub(crate) fn forget(&mut self, sql: &str) {
        self.prepared.remove(sql);
    }
}
