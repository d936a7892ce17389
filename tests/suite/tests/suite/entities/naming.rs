//! Entities whose names are made by each strategy.

#![allow(non_snake_case)]

use crate::suite::harness::World;
use mikro_orm::naming::{EntityCase, Mongo, NameKind, NamingStrategy, Underscore, snake_case};
use mikro_orm::prelude::*;
use mikro_orm::{OrmBuilder, metadata::EntityList};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
pub enum Binding {
    Hard,
    Soft,
}

#[derive(Entity)]
#[orm(index(binding, firstPage), check("{firstPage} < 10000"))]
pub struct ShelfBook {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub isbn: String,
    #[orm(check = "{firstPage} > 0")]
    pub firstPage: i32,
    pub binding: Binding,
    pub author: Option<Ref<BookAuthor>>,
    #[orm(many_to_many)]
    pub subjects: Collection<BookTag>,
    #[orm(many_to_many)]
    pub alike: Collection<ShelfBook>,
    /// What is said is taken as it is.
    #[orm(name = "R", index = "by R")]
    pub rating: Option<i32>,
}

#[derive(Entity)]
pub struct BookTag {
    #[orm(primary)]
    pub name: String,
}

#[derive(Entity)]
#[orm(table = "people")]
pub struct BookAuthor {
    #[orm(primary, name = "first")]
    pub first: String,
    #[orm(primary, name = "last")]
    pub last: String,
}

/// What an application makes of all names.
pub struct Shouting;

impl NamingStrategy for Shouting {
    fn table(&self, entity: &str) -> String {
        snake_case(entity).to_uppercase()
    }
    fn column(&self, property: &str) -> String {
        property.to_uppercase()
    }
    fn join_column(&self, property: &str, key_column: &str, _: bool) -> String {
        format!("FK_{property}_{key_column}")
    }
    fn pivot_table(&self, owner_table: &str, property: &str) -> String {
        format!("{owner_table} TO {property}")
    }
    fn pivot_column(&self, table: &str, key_column: &str, _: bool) -> String {
        format!("{table}.{key_column}")
    }
    /// (Longer than databases keep.)
    fn constraint(&self, table: &str, columns: &[&str], kind: NameKind) -> String {
        format!("{kind:?} of {table}: {}, which is the name that we give to all of them", columns.join(" and "))
    }
    fn alias(&self, table: &str) -> String {
        table.chars().take(3).collect()
    }
}

macro_rules! named {
    ($($name:ident: $strategy:expr;)+) => {$(
        /// Books, named so.
        pub enum $name {}
        impl World for $name {
            fn entities() -> EntityList {
                entities![ShelfBook]
            }
            fn configure(builder: OrmBuilder<Orm>) -> OrmBuilder<Orm> {
                builder.naming($strategy)
            }
        }
    )+};
}

named! {
    Underscored: Underscore;
    EntityCased: EntityCase;
    Dashed: Mongo;
    InCapitals: Shouting;
}
