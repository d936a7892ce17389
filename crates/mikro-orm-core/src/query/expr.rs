//! Conditions, with their types erased.

use super::json::{JsonPlace, JsonTest};
use crate::value::Value;

/// A condition over one entity, by field index.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expr {
    /// All of them; true when empty.
    And(Vec<Expr>),
    /// Any of them; false when empty.
    Or(Vec<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// A column of the entity (a scalar's, or a to-one relation's key) compared with a value.
    Compare {
        /// The field.
        field: u16,
        /// How.
        op: CompareOp,
        /// With what; never null.
        value: Value<'static>,
    },
    /// The column is one of the values; never, when there are none.
    In {
        /// The field.
        field: u16,
        /// The values; none is null.
        values: Vec<Value<'static>>,
        /// The opposite: none of the values; always, when there are none.
        negated: bool,
    },
    /// The column is null.
    IsNull {
        /// The field.
        field: u16,
        /// The opposite.
        negated: bool,
    },
    /// Something that is asked of a place in a JSON column.
    Json {
        /// The field.
        field: u16,
        /// Where in it.
        place: JsonPlace,
        /// What.
        test: JsonTest,
    },
    /// A condition on what a relation refers to.
    Related {
        /// The relation.
        field: u16,
        /// For which of the related entities it must hold.
        quantifier: Quantifier,
        /// The condition on the related entity.
        condition: Box<Expr>,
    },
    /// The number of entities in a to-many relation compared with a number.
    Size {
        /// The relation.
        field: u16,
        /// How; patterns don't compare numbers.
        op: CompareOp,
        /// With what.
        count: u64,
    },
    /// SQL in the user's words, with bound parameters in place of `?`.
    Raw {
        /// The text. `{field}` names a column of the entity, qualified and quoted.
        sql: String,
        /// What is bound, in order.
        params: Vec<Value<'static>>,
    },
}

/// How a column is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // the names say it
pub enum CompareOp {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    Like,
    NotLike,
    /// A list that has all of the value's items.
    Contains,
    /// A list that has at least one of them.
    Overlaps,
}

/// For which of the related entities a condition must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// The one that a to-one relation refers to.
    Is,
    /// At least one of a to-many relation.
    Some,
    /// None of a to-many relation.
    None,
    /// Every one of a to-many relation (true when there are none).
    Every,
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderTerm {
    /// To-one relations to follow, from the queried entity.
    pub path: Vec<u16>,
    /// The field at the end of the path.
    pub field: u16,
    /// Where in the field's JSON.
    pub json: Option<JsonPlace>,
    /// Largest first.
    pub descending: bool,
    /// Where nulls go; the database's own way when not said.
    pub nulls: Option<Nulls>,
}

impl OrderTerm {
    /// A field of the queried entity, smallest first.
    pub fn by(field: u16) -> Self {
        OrderTerm { path: Vec::new(), field, json: None, descending: false, nulls: None }
    }
}

/// Where nulls go in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Nulls {
    First,
    Last,
}
