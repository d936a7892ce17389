//! The entities that tests share, and the databases that have them.

pub mod bases;
mod blog;
mod cars;
mod clocks;
mod column_types;
mod composite;
mod constraints;
mod cycles;
mod dynamic;
mod editions;
mod embeddables;
mod embedded_json;
mod enums;
pub mod events;
mod fields;
mod formulas;
mod frames;
mod gardens;
mod generated;
mod in_sql;
mod indexes;
mod json_paths;
mod keys;
mod lists;
mod mixes;
mod naming;
mod one_to_one;
mod ordered;
mod output;
mod papers;
mod partitions;
mod people;
mod places;
mod poems;
mod readonly;
mod scalars;
pub mod schema_values;
mod schemas;
pub mod showcase;
mod single_table;
mod stamps;
mod stories;
mod table_per_type;
mod tree;
mod triggers;
mod uniques;
mod versions;
mod views;
mod wiring;

pub use blog::*;
pub use cars::*;
pub use clocks::*;
pub use column_types::*;
pub use composite::*;
pub use constraints::*;
pub use cycles::*;
pub use dynamic::*;
pub use editions::*;
pub use embeddables::*;
pub use embedded_json::*;
pub use enums::*;
pub use fields::*;
pub use formulas::*;
pub use frames::*;
pub use gardens::*;
pub use generated::*;
pub use in_sql::*;
pub use indexes::*;
pub use json_paths::*;
pub use keys::*;
pub use lists::*;
pub use mixes::*;
pub use naming::*;
pub use one_to_one::*;
pub use ordered::*;
pub use output::*;
pub use papers::*;
pub use partitions::*;
pub use people::*;
pub use places::*;
pub use poems::*;
pub use readonly::*;
pub use scalars::*;
pub use schemas::*;
pub use single_table::*;
pub use stamps::*;
pub use stories::*;
pub use table_per_type::*;
pub use tree::*;
pub use triggers::*;
pub use uniques::*;
pub use versions::*;
pub use views::*;
pub use wiring::*;

pub use super::harness::{Shared, Test};
pub use mikro_orm::prelude::*;
pub use mikro_orm::{Error, Result};

/// A database for these entities: `world!(Blog: Author, Book)`.
macro_rules! world {
    ($(#[$meta:meta])* $name:ident: $($entity:ty),+) => {
        $(#[$meta])*
        pub enum $name {}
        impl $crate::suite::harness::World for $name {
            fn entities() -> mikro_orm::metadata::EntityList {
                mikro_orm::entities![$($entity),+]
            }
        }
    };
}
pub(super) use world;
