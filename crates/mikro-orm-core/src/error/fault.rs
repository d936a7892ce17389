//! What was wrong with a statement, and why a database was busy.

/// What was wrong with a statement that the database rejected; see [`Error::Query`](super::Error::Query).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It names a table that there is not.
    TableNotFound,
    /// It creates a table (or an index, or a view) that there is.
    TableExists,
    /// It names a column that there is not.
    ColumnNotFound,
    /// It names a column twice where each is there once, or adds one that there is.
    ColumnExists,
    /// It names a column that several tables have.
    AmbiguousColumn,
    /// It is no sentence of the database's language.
    Syntax,
    /// Something else, which the source says.
    Other,
}

impl Fault {
    /// What to do about it, where that can be told.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Fault::TableNotFound => {
                "; create it first: for tables of entities, `orm.schema().create()` or `orm.schema().update()` does"
            }
            Fault::TableExists => "; `orm.schema().update()` changes what there is, and creates the rest",
            Fault::ColumnNotFound => {
                "; look at its spelling; when entities have it and the table has not, `orm.schema().update()` adds it"
            }
            Fault::ColumnExists => "; name each column once",
            Fault::AmbiguousColumn => "; write the table's name or alias before the column's",
            Fault::Syntax | Fault::Other => "",
        }
    }
}

/// Why a database was busy; see [`Error::Busy`](super::Error::Busy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contention {
    /// Somebody else had a lock for longer than the configured time, or than the statement wanted to wait.
    LockTimeout,
    /// Several transactions waited for each other; the database ended this one.
    Deadlock,
    /// What the transaction read has changed meanwhile, and its isolation does not allow that.
    Serialization,
}
