//! The driver, through the traits that it implements.

#[allow(dead_code)] // what the dialects' tests need
#[path = "../../../mikro-orm-sql/src/fixture.rs"]
mod fixture;
mod support;

mod batches;
mod busy;
mod closed;
mod conditions;
mod errors;
mod formats;
mod keys;
mod logs;
mod memory;
mod read_only;
mod statements;
mod transactions;
