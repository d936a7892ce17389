//! The PostgreSQL driver of mikro-orm, over `tokio-postgres`.
//!
//! [`PostgresOptions`] say how to connect; everything else goes through the traits of `mikro-orm-core`.
//!
//! What it does for speed:
//! - rows are decoded while they stream in, straight from the network's buffer;
//! - statements are prepared once per connection, and one text serves any number of rows and keys, because
//!   lists and batches are sent as arrays;
//! - `begin` is sent together with the first statement of a transaction, and connections are not tried before
//!   they are given out: neither costs a round trip.
//!
//! What it does not do yet: connections are not encrypted, and columns of array, interval, network and
//! similar types can't be read without a cast (written they can be, as text).
//!
//! A statement whose future is dropped is cancelled when it does not end soon, and a transaction whose
//! connection is dropped is rolled back, both in the background; nobody gets the connection before.

mod batch;
mod connection;
mod database;
mod decode;
mod driver;
mod encode;
mod error;
mod lease;
mod options;
mod pool;
mod request;
mod row;
mod schema;
mod session;

pub use error::PostgresError;
pub use options::PostgresOptions;
