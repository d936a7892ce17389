//! The query model as SQL, per dialect. Knows no driver.
//!
//! A [`Compiler`] turns a [`Select`](mikro_orm_core::query::Select) into a text and the parameters to bind. A
//! query's text depends on its shape alone, never on its values, so a text is built once per shape and then
//! found: the query is walked once, which gives the shape as a compact key, and the parameters.
//!
//! What differs between databases is behind [`Dialect`]; drivers add the statements that only their database
//! has in `dml` and bind [`Param`]s their own way.

mod cache;
mod compiler;
pub mod dialect;
pub mod dml;
#[cfg(test)]
mod fixture;
pub mod format;
mod kinds;
pub mod list;
pub mod missing_table;
pub mod origin;
mod param;
pub mod schema;
mod select;
mod shape;
mod template;
pub mod violation;
mod writer;

pub use compiler::{Compiled, Compiler};
pub use dialect::{Dialect, Lists};
pub use param::{Param, padded, part_of, reborrow};
pub use shape::places;
pub use template::number_placeholders;
pub use writer::Writer;
