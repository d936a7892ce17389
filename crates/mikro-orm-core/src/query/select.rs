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
    /// Rows that are equal are read once.
    pub distinct: bool,
    /// Limit and offset count within groups of rows that have the same value in this field.
    pub per: Option<u16>,
}

/// How a relation is joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinType {
    /// Owners without what is joined stay.
    Left,
    /// Owners without what is joined are left out.
    Inner,
}

/// A relation that is read in the same query.
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
    /// Which of the joined entities are read: a part of the join's own condition, so that it leaves out no owner of
    /// a left join.
    pub filter: Option<Expr>,
    /// The order among the joined rows of an owner.
    pub order: Vec<OrderTerm>,
    /// How it is joined; inner where it can't be missing, else left, when not said.
    pub kind: Option<JoinType>,
    /// Whether nothing but its key is read: that is what a one-to-one relation refers to whose foreign key is the other
    /// side's.
    pub key_only: bool,
}

impl Join {
    /// All that a relation of the queried entity, or of an earlier join, refers to.
    pub fn new(parent: Option<usize>, field: u16, entity: EntityId, columns: Vec<u16>, to_many: bool) -> Self {
        Join { parent, field, entity, columns, to_many, filter: None, order: Vec::new(), kind: None, key_only: false }
    }
}

impl Select {
    /// All of an entity, with these fields.
    pub fn new(entity: EntityId, columns: Vec<u16>) -> Self {
        Select {
            entity,
            columns,
            joins: Vec::new(),
            filter: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            per: None,
            distinct: false,
        }
    }
}
