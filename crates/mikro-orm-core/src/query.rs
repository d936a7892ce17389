//! The query model: what is asked of a driver, in terms of entities, and of no language.

mod assign;
mod column;
mod condition;
mod expr;
#[cfg(feature = "json")]
mod in_json;
mod json;
mod order;
mod param;
mod property;
mod select;

pub(crate) use assign::Assigned;
pub use assign::{Assign, IntoAssigns};
#[doc(hidden)]
pub use column::ColumnPath;
pub use column::{Column, Columns, NameColumn, Named, Through};
pub use condition::{Condition, IntoFilter, RawCondition, raw};
pub use expr::{CompareOp, Expr, Nulls, OrderTerm, Quantifier};
#[cfg(feature = "json")]
pub use in_json::{InJson, JsonColumn, JsonOperand};
pub use json::{JsonKind, JsonPlace, JsonStep, JsonTest};
pub use order::{IntoOrder, Order};
pub use param::IntoParam;
#[doc(hidden)]
pub use property::BareScalar;
pub use property::{Comparable, Countable, Property, ScalarProperty, Size, ToManyRelation, ToOneRelation};
pub use select::{Join, JoinType, Select};
