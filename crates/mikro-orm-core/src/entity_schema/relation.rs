//! Relations of entities that are described at run time.

use super::target::TargetName;
use crate::dynamic::DynamicCondition;
use crate::entity::{Cascade, Deferral, ReferentialAction, Strategy};
use std::fmt;

/// What is said about a relation.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is an attribute of its own
pub(super) struct RelationSaid {
    pub target: TargetName,
    pub to_many: bool,
    pub one_to_one: bool,
    pub many_to_many: bool,
    pub nullable: bool,
    pub primary: bool,
    pub persist: bool,
    pub hidden: bool,
    pub comment: Option<String>,
    pub unique: Option<String>,
    pub index: Option<String>,
    pub formula: Option<String>,
    pub serialized_name: Option<String>,
    pub groups: Vec<String>,
    pub condition: Option<DynamicCondition>,
    pub mapped_by: Option<String>,
    pub inversed_by: Option<String>,
    pub cascade: Option<Cascade>,
    pub orphan_removal: bool,
    pub eager: bool,
    pub strategy: Option<Strategy>,
    pub fixed_order: bool,
    pub fixed_order_column: Option<String>,
    pub pivot_table: Option<String>,
    pub pivot_entity: Option<TargetName>,
    pub join_columns: Vec<String>,
    pub inverse_join_columns: Vec<String>,
    pub foreign_key_name: Option<String>,
    pub constraint: bool,
    pub delete_rule: Option<ReferentialAction>,
    pub update_rule: Option<ReferentialAction>,
    pub defer: Option<Deferral>,
}

impl RelationSaid {
    fn new(target: TargetName) -> Self {
        RelationSaid {
            target,
            to_many: false,
            one_to_one: false,
            many_to_many: false,
            nullable: false,
            primary: false,
            persist: true,
            hidden: false,
            comment: None,
            unique: None,
            index: None,
            formula: None,
            serialized_name: None,
            groups: Vec::new(),
            condition: None,
            mapped_by: None,
            inversed_by: None,
            cascade: None,
            orphan_removal: false,
            eager: false,
            strategy: None,
            fixed_order: false,
            fixed_order_column: None,
            pivot_table: None,
            pivot_entity: None,
            join_columns: Vec::new(),
            inverse_join_columns: Vec::new(),
            foreign_key_name: None,
            constraint: true,
            delete_rule: None,
            update_rule: None,
            defer: None,
        }
    }
}

/// Kinds of relations, each with the methods that are for it.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident($said:ident) $setup:block [$($group:ident),*])*) => {$(
        $(#[$meta])*
        #[derive(Clone)]
        #[must_use = "a relation belongs to a schema: give it to `.property(name, ..)`"]
        pub struct $kind {
            pub(super) said: RelationSaid,
        }
        impl $kind {
            pub(super) fn new(target: TargetName) -> Self {
                let mut $said = RelationSaid::new(target);
                $setup
                $kind { said: $said }
            }
        }
        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.said.fmt(f)
            }
        }
        methods!($kind relation);
        $(methods!($kind $group);)*
    )*};
}
macro_rules! methods {
    ($kind:ident relation) => {
        impl $kind {
            /// What is done to the related entities, too.
            pub fn cascade(mut self, cascade: Cascade) -> Self {
                self.said.cascade = Some(cascade);
                self
            }
            /// Loaded with every query.
            pub fn eager(mut self) -> Self {
                self.said.eager = true;
                self
            }
            /// How it is loaded, whatever the query says.
            pub fn strategy(mut self, strategy: Strategy) -> Self {
                self.said.strategy = Some(strategy);
                self
            }
            /// Left out of output, and masked in logs.
            pub fn hidden(mut self) -> Self {
                self.said.hidden = true;
                self
            }
            /// The name in serialized output.
            pub fn serialized_name(mut self, name: impl Into<String>) -> Self {
                self.said.serialized_name = Some(name.into());
                self
            }
            /// The groups of output that it is in.
            pub fn groups<S: Into<String>>(mut self, groups: impl IntoIterator<Item = S>) -> Self {
                self.said.groups = groups.into_iter().map(Into::into).collect();
                self
            }
        }
    };
    ($kind:ident foreign_key) => {
        impl $kind {
            /// It may refer to nothing.
            pub fn nullable(mut self) -> Self {
                self.said.nullable = true;
                self
            }
            /// The primary key, or a part of it.
            pub fn primary(mut self) -> Self {
                self.said.primary = true;
                self
            }
            /// Shows the columns of other properties, which write them.
            pub fn not_persisted(mut self) -> Self {
                self.said.persist = false;
                self
            }
            /// SQL that queries compute the key from, with `{property}` for columns and `{alias}` for the table.
            pub fn formula(mut self, sql: impl Into<String>) -> Self {
                self.said.formula = Some(sql.into());
                self.nullable()
            }
            /// What the database says about the column.
            pub fn comment(mut self, text: impl Into<String>) -> Self {
                self.said.comment = Some(text.into());
                self
            }
            /// No two rows refer to the same.
            pub fn unique(mut self) -> Self {
                self.said.unique = Some(String::new());
                self
            }
            /// The index over it has this name.
            pub fn index_named(mut self, name: impl Into<String>) -> Self {
                self.said.index = Some(name.into());
                self
            }
            /// The inverse side's property.
            pub fn inversed_by(mut self, property: impl Into<String>) -> Self {
                self.said.inversed_by = Some(property.into());
                self
            }
            /// The foreign key's constraint has this name.
            pub fn fk_name(mut self, name: impl Into<String>) -> Self {
                self.said.foreign_key_name = Some(name.into());
                self
            }
            /// The foreign key has no constraint.
            pub fn without_constraint(mut self) -> Self {
                self.said.constraint = false;
                self
            }
            /// What happens to the row when what it refers to is deleted.
            pub fn delete_rule(mut self, rule: ReferentialAction) -> Self {
                self.said.delete_rule = Some(rule);
                self
            }
            /// What happens to the row when the key that it refers to changes.
            pub fn update_rule(mut self, rule: ReferentialAction) -> Self {
                self.said.update_rule = Some(rule);
                self
            }
            /// When the constraint is checked.
            pub fn defer(mut self, deferral: Deferral) -> Self {
                self.said.defer = Some(deferral);
                self
            }
        }
        methods!($kind join);
    };
    ($kind:ident join) => {
        impl $kind {
            /// The foreign key's column.
            pub fn join_column(self, column: impl Into<String>) -> Self {
                self.join_columns([column])
            }
            /// The foreign key's columns.
            pub fn join_columns<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
                self.said.join_columns = columns.into_iter().map(Into::into).collect();
                self
            }
        }
    };
    ($kind:ident mapped) => {
        impl $kind {
            /// The target's property that has the foreign key, or owns the table: this is the inverse side.
            pub fn mapped_by(mut self, property: impl Into<String>) -> Self {
                self.said.mapped_by = Some(property.into());
                self
            }
        }
    };
    ($kind:ident items) => {
        impl $kind {
            /// The condition that its items satisfy: `field("title").like("A%")`. What is done to it is done to the collection
            /// without a condition, where there is one.
            pub fn condition(mut self, condition: DynamicCondition) -> Self {
                self.said.condition = Some(condition);
                self
            }
        }
    };
    ($kind:ident orphans) => {
        impl $kind {
            /// What is taken out is deleted.
            pub fn orphan_removal(mut self) -> Self {
                self.said.orphan_removal = true;
                self
            }
        }
    };
    ($kind:ident pivot) => {
        impl $kind {
            /// The inverse side's property.
            pub fn inversed_by(mut self, property: impl Into<String>) -> Self {
                self.said.inversed_by = Some(property.into());
                self
            }
            /// The table between both sides.
            pub fn pivot_table(mut self, table: impl Into<String>) -> Self {
                self.said.pivot_table = Some(table.into());
                self
            }
            /// The entity whose table is between both sides.
            pub fn pivot_entity(mut self, entity: impl Into<TargetName>) -> Self {
                self.said.pivot_entity = Some(entity.into());
                self
            }
            /// The order of the items is kept.
            pub fn fixed_order(mut self) -> Self {
                self.said.fixed_order = true;
                self
            }
            /// The order of the items is kept, by this column of the table between both sides.
            pub fn fixed_order_column(mut self, column: impl Into<String>) -> Self {
                self.said.fixed_order = true;
                self.said.fixed_order_column = Some(column.into());
                self
            }
            /// The column that refers to the items.
            pub fn inverse_join_column(self, column: impl Into<String>) -> Self {
                self.inverse_join_columns([column])
            }
            /// The columns that refer to the items.
            pub fn inverse_join_columns<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
                self.said.inverse_join_columns = columns.into_iter().map(Into::into).collect();
                self
            }
        }
        methods!($kind join);
    };
}
kinds! {
    /// Refers to an entity, which others may refer to, too: [`p::many_to_one`](super::p::many_to_one).
    ManyToOne(said) { said.to_many = false; } [foreign_key]
    /// Refers to an entity that no other refers to, or is the other side of that: [`p::one_to_one`](super::p::one_to_one).
    OneToOne(said) { said.one_to_one = true; } [foreign_key, mapped, orphans]
    /// The entities that refer to this one: [`p::one_to_many`](super::p::one_to_many).
    OneToMany(said) { said.to_many = true; } [mapped, items, orphans]
    /// Entities that are linked with this one by a table: [`p::many_to_many`](super::p::many_to_many).
    ManyToMany(said) {
        said.to_many = true;
        said.many_to_many = true;
    } [mapped, items, pivot]
}
