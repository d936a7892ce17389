//! Statements on a schema.

use std::fmt;

/// Statements that create, change or drop a schema, in the order in which they run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaScript {
    /// What runs first, outside of a transaction.
    pub before: Vec<String>,
    /// What runs in one transaction.
    pub statements: Vec<String>,
    /// What runs once that transaction is committed, outside of one.
    pub later: Vec<String>,
    /// What runs last, outside of a transaction, even when something before it failed.
    pub after: Vec<String>,
}

impl SchemaScript {
    /// Of statements in one transaction.
    pub fn of(statements: Vec<String>) -> Self {
        SchemaScript { statements, ..SchemaScript::default() }
    }
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.statements.is_empty() && self.later.is_empty() && self.after.is_empty()
    }
    /// All statements, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.before.iter().chain(&self.statements).chain(&self.later).chain(&self.after).map(String::as_str)
    }
}

/// The statements of an update, and those that take it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaMigration {
    /// What makes of the schema that is there the one that entities ask for.
    pub up: SchemaScript,
    /// What makes of that the schema that was there: tables and columns that were dropped come again, without what was in them.
    pub down: SchemaScript,
}

impl SchemaMigration {
    /// Of both.
    pub fn new(up: SchemaScript, down: SchemaScript) -> Self {
        SchemaMigration { up, down }
    }
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.up.is_empty() && self.down.is_empty()
    }
}

impl fmt::Display for SchemaScript {
    /// As a file of statements has them: one in a line, each with a semicolon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|statement| writeln!(f, "{statement};"))
    }
}
