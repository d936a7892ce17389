//! What the derive says about an entity's table.

use crate::query::OrderTerm;

/// What `#[orm(..)]` on a struct says about its table.
pub struct TableAttributes {
    /// Where its rows come from.
    pub source: Source,
    /// `schema = ".."`: the schema that the table is in.
    pub schema: Option<&'static str>,
    /// `comment = ".."`: what the database says about the table.
    pub comment: Option<&'static str>,
    /// `index(..)` and `unique(..)`
    pub indexes: &'static [IndexDef],
    /// `order_by = ..`: the order of its rows where a query says no other.
    pub order_by: Option<fn() -> Vec<OrderTerm>>,
    /// `check(..)`
    pub checks: &'static [CheckDef],
}

impl TableAttributes {
    /// Nothing said.
    pub const NONE: TableAttributes =
        TableAttributes { schema: None, source: Source::Table, comment: None, order_by: None, indexes: &[], checks: &[] };
}

/// Where the rows of an entity come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A table.
    Table,
    /// `view = ".."`: a view, which is part of the schema.
    View {
        /// The query that it is.
        sql: &'static str,
        /// `materialized`: its rows are stored, where the database can (PostgreSQL).
        materialized: bool,
        /// `with_data = false`: there are none until it is refreshed.
        with_data: bool,
    },
    /// `query = ".."`: this query, which is part of each query for such entities. They have no key.
    Query(&'static str),
}

/// `index(a, b)`, `unique(a, b)`: an index over several properties, or one with a condition, or one in SQL.
#[derive(Debug, Clone, Copy)]
pub struct IndexDef {
    /// The properties, in order.
    pub fields: &'static [&'static str],
    /// `name = ".."`: its name; else it is made of the table's and the columns'.
    pub name: Option<&'static str>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// `where = ".."`: the condition of the rows that are in it, with `{property}` for columns.
    pub condition: Option<&'static str>,
    /// `using = ".."`: its method (`gin`, `hash`), where the database has several.
    pub method: Option<&'static str>,
    /// `expression = ".."`: what stands in place of the columns, with `{property}` for columns.
    pub expression: Option<&'static str>,
}

impl IndexDef {
    /// Nothing said.
    pub const NONE: IndexDef =
        IndexDef { fields: &[], name: None, unique: false, condition: None, method: None, expression: None };
}

/// `check("{price} >= 0")`: a condition that every row satisfies.
#[derive(Debug, Clone, Copy)]
pub struct CheckDef {
    /// The condition, with `{property}` for columns.
    pub expression: &'static str,
    /// `name = ".."`: its name; else it is made of the table's.
    pub name: Option<&'static str>,
}
