//! What the derive says about an entity's table.

use super::relation::Deferral;
use crate::query::{JsonKind, Nulls, OrderTerm};

/// What `#[orm(..)]` on a struct says about its table.
pub struct TableAttributes {
    /// Where its rows come from.
    pub source: Source,
    /// `schema = ".."`: the schema that the table is in.
    pub schema: Option<&'static str>,
    /// `comment = ".."`: what the database says about the table.
    pub comment: Option<&'static str>,
    /// `index(..)`, `unique(..)` and `exclude(..)`
    pub indexes: &'static [IndexDef],
    /// `order_by = ..`: the order of its rows where a query says no other.
    pub order_by: Option<fn() -> Vec<OrderTerm>>,
    /// `check(..)`
    pub checks: &'static [CheckDef],
    /// `trigger(..)`
    pub triggers: &'static [TriggerDef],
    /// `partition_by = ".."`: how its rows are in partitions (PostgreSQL), with `{property}` for columns.
    pub partition_by: Option<&'static str>,
    /// `partition("name", "bounds")`: its partitions.
    pub partitions: &'static [(&'static str, &'static str)],
}

impl TableAttributes {
    /// Nothing said.
    pub const NONE: TableAttributes = TableAttributes {
        schema: None,
        source: Source::Table,
        comment: None,
        order_by: None,
        indexes: &[],
        checks: &[],
        triggers: &[],
        partition_by: None,
        partitions: &[],
    };
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

/// `index(a, b)`, `unique(a, b)`, `exclude("..")`: an index over several properties, or one with a condition, or one in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexDef {
    /// The properties, in order.
    pub fields: &'static [IndexField],
    /// `include(a, b)`: what it has besides, where the database has such indexes (PostgreSQL).
    pub include: &'static [&'static str],
    /// `name = ".."`: its name; else it is made of the table's and the columns'.
    pub name: Option<&'static str>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// `exclude(..)`: whether it is a constraint that no two rows go together by its operators (PostgreSQL).
    pub exclusion: bool,
    /// `where = ".."`: the condition of the rows that are in it, with `{property}` for columns.
    pub condition: Option<&'static str>,
    /// `using = ".."`: its method (`gin`, `hash`), where the database has several.
    pub method: Option<&'static str>,
    /// `expression = ".."`: what stands in place of the columns, with `{property}` for columns.
    pub expression: Option<&'static str>,
    /// `with = ".."`: how it is stored (PostgreSQL): `fillfactor = 70`.
    pub with: Option<&'static str>,
    /// `concurrently = true`: an update builds it while rows are written (PostgreSQL).
    pub concurrently: bool,
    /// `invisible = true`: queries don't use it (MySQL).
    pub invisible: bool,
    /// `defer = deferred`: when it is checked, where that can wait (PostgreSQL).
    pub defer: Option<Deferral>,
}

impl IndexDef {
    /// Nothing said.
    pub const NONE: IndexDef = IndexDef {
        fields: &[],
        include: &[],
        name: None,
        unique: false,
        exclusion: false,
        condition: None,
        method: None,
        expression: None,
        with: None,
        concurrently: false,
        invisible: false,
        defer: None,
    };
}

/// `title`, `title(desc, nulls = last)`: a property of an index, and how it is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexField {
    /// The property.
    pub name: &'static str,
    /// `meta.pages[0]`: the way into it, when it is a struct or a document.
    pub path: &'static [IndexStep],
    /// `meta.pages(number)`: what is read there, when it is a document of any form; else text.
    pub kind: Option<JsonKind>,
    /// `desc`: whether the largest value comes first.
    pub descending: bool,
    /// `nulls = last`: where nulls go, when that is not the database's way (PostgreSQL).
    pub nulls: Option<Nulls>,
    /// `ops = ".."`: the operators that it is for (PostgreSQL).
    pub operators: Option<&'static str>,
    /// `collate = ".."`: how texts are compared.
    pub collation: Option<&'static str>,
    /// `length = 10`: how much of it is in the index (MySQL).
    pub length: Option<u32>,
}

impl IndexField {
    /// The property as it is.
    pub const fn of(name: &'static str) -> Self {
        IndexField { name, path: &[], kind: None, descending: false, nulls: None, operators: None, collation: None, length: None }
    }
}

/// One step into a property of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexStep {
    /// `.pages`, `["number of pages"]`: a field of a struct, or what a document has at a key.
    Key(&'static str),
    /// `[0]`: the item of an array.
    Item(u32),
}

/// `trigger("counted", after(insert), body = "..")`: what the database does when rows change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriggerDef {
    /// Its name.
    pub name: &'static str,
    /// Whether it runs before or after the row changes.
    pub timing: TriggerTiming,
    /// When it runs.
    pub events: &'static [TriggerEvent],
    /// `when = ".."`: the condition of the rows that it is for, with `{property}` for columns.
    pub condition: Option<&'static str>,
    /// `each = statement`: whether it runs once for a statement (PostgreSQL); else for each row.
    pub of_statement: bool,
    /// What it does, with `{property}` for columns: for a database, or with an empty name for those that have none of their own.
    pub bodies: &'static [(&'static str, &'static str)],
}

/// Whether a trigger runs before or after a row changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub enum TriggerTiming {
    Before,
    After,
}

/// What a trigger runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub enum TriggerEvent {
    Insert,
    Update,
    Delete,
}

/// `check("{price} >= 0")`: a condition that every row satisfies.
#[derive(Debug, Clone, Copy)]
pub struct CheckDef {
    /// The condition, with `{property}` for columns.
    pub expression: &'static str,
    /// `name = ".."`: its name; else it is made of the table's.
    pub name: Option<&'static str>,
}
