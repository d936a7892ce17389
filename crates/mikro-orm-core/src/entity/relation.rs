//! What `#[orm(...)]` on a relation says.

use super::Target;
use crate::query::Expr;

/// The attributes of relations.
#[allow(clippy::struct_excessive_bools)] // each is an attribute of its own
pub struct RelationAttributes {
    /// `one_to_one`
    pub one_to_one: bool,
    /// `many_to_many`
    pub many_to_many: bool,
    /// `inversed_by = ..`: the inverse side's field; found by itself when not said.
    pub inversed_by: Option<&'static str>,
    /// `cascade(..)`: what is done to the related entities, too.
    pub cascade: Option<Cascade>,
    /// `orphan_removal`: what is taken out of the relation is deleted.
    pub orphan_removal: bool,
    /// `where = ..`: the condition that its items satisfy.
    pub condition: Option<fn() -> Expr>,
    /// `eager`: loaded with every query.
    pub eager: bool,
    /// `strategy = ..`: how it is loaded, whatever the query says.
    pub strategy: Option<Strategy>,
    /// `fixed_order`: the order of the items is kept.
    pub fixed_order: bool,
    /// `fixed_order_column = ".."`: by this column.
    pub fixed_order_column: Option<&'static str>,
    /// `pivot_table = ".."`: the table between both sides.
    pub pivot_table: Option<&'static str>,
    /// `pivot_entity = ..`: the entity whose table is between both sides.
    pub pivot_entity: Option<Target>,
    /// `join_column = ".."` or `join_columns(..)`: the foreign key's columns; the owner's, in a pivot table.
    pub join_columns: &'static [&'static str],
    /// `inverse_join_column = ".."` or `inverse_join_columns(..)`: the target's foreign key in a pivot table.
    pub inverse_join_columns: &'static [&'static str],
    /// `fk_name = ".."`: the name of the constraint.
    pub foreign_key_name: Option<&'static str>,
    /// `fk_constraint = false`: no constraint.
    pub constraint: bool,
    /// `delete_rule = ..`: what happens to the row when what it refers to is deleted.
    pub delete_rule: Option<ReferentialAction>,
    /// `update_rule = ..`: what happens to the row when the key that it refers to changes.
    pub update_rule: Option<ReferentialAction>,
    /// `defer = ..`: when the constraint is checked.
    pub defer: Option<Deferral>,
    /// `map_to_pk = ..`: the entity whose key the field holds.
    pub map_to_pk: Option<Target>,
}

impl RelationAttributes {
    /// Nothing said.
    pub const NONE: RelationAttributes = RelationAttributes {
        one_to_one: false,
        many_to_many: false,
        inversed_by: None,
        cascade: None,
        orphan_removal: false,
        condition: None,
        eager: false,
        strategy: None,
        fixed_order: false,
        fixed_order_column: None,
        pivot_table: None,
        pivot_entity: None,
        join_columns: &[],
        inverse_join_columns: &[],
        foreign_key_name: None,
        constraint: true,
        delete_rule: None,
        update_rule: None,
        defer: None,
        map_to_pk: None,
    };
}

/// What is done to related entities when it is done to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cascade {
    /// They are persisted.
    pub persist: bool,
    /// They are removed.
    pub remove: bool,
}

impl Default for Cascade {
    /// They are persisted.
    fn default() -> Self {
        Cascade { persist: true, remove: false }
    }
}

/// How relations are loaded with a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Strategy {
    /// To-one relations are joined, each to-many relation is a query of its own: no row is read twice.
    #[default]
    Balanced,
    /// All relations are joined into one query.
    Joined,
    /// Each relation is a query of its own.
    SelectIn,
}

/// What a foreign key does to its row when the row that it refers to changes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // SQL's names
pub enum ReferentialAction {
    Cascade,
    SetNull,
    SetDefault,
    Restrict,
    NoAction,
}

/// When a constraint that can be deferred is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deferral {
    /// At the end of the transaction.
    Deferred,
    /// With each statement, unless the transaction says otherwise.
    Immediate,
}
