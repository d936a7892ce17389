//! What a driver is asked to find.

use super::{Expr, OrderTerm};
use crate::metadata::EntityId;

/// A query for rows of one entity, with what is joined to them.
///
/// A row's columns come in this order: `columns`, then each join's `columns`.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The queried entity.
    pub entity: EntityId,
    /// The fields to read, in order (scalars, lazy scalars that were asked for, to-one relations' keys).
    pub columns: Vec<u16>,
    /// Relations read in the same query. A join's parent comes before it.
    pub joins: Vec<Join>,
    /// The condition on the queried entity.
    pub filter: Option<Expr>,
    /// The order.
    pub order: Vec<OrderTerm>,
    /// How many of the queried entity at most (not of joined rows).
    pub limit: Option<u64>,
    /// How many of the queried entity to skip.
    pub offset: Option<u64>,
}

/// A relation that is read in the same query: a left join, or an inner one where it can't be missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The owner: `None` for the queried entity, else the index of an earlier join.
    pub parent: Option<usize>,
    /// The relation on the owner.
    pub field: u16,
    /// The joined entity.
    pub entity: EntityId,
    /// The fields of it to read; its key is the first.
    pub columns: Vec<u16>,
    /// Whether the relation is to-many (rows of the owner repeat).
    pub to_many: bool,
}

impl Select {
    /// All of an entity, with these fields.
    pub fn new(entity: EntityId, columns: Vec<u16>) -> Self {
        Select { entity, columns, joins: Vec::new(), filter: None, order: Vec::new(), limit: None, offset: None }
    }
}
