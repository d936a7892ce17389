//! Which database: a URL, or a driver's own options.

use mikro_orm_core::driver::{BoxFuture, Connector, Driver, QueryLog};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::Metadata;
use std::sync::Arc;

/// What [`Orm::builder`](crate::Orm::builder) takes: a URL, or a driver's options.
///
/// | URL | database | feature |
/// |---|---|---|
/// | `sqlite::memory:` | SQLite in memory | `sqlite` (default) |
/// | `sqlite:blog.db`, `sqlite:///var/lib/blog.db?read_only=true` | SQLite in a file, made when there is none | `sqlite` |
/// | `postgres://user:password@host:5432/name`, `postgres://..?schema=shop` | PostgreSQL | `postgres` |
pub trait IntoDatabase {
    /// What connects.
    fn into_connector(self) -> Box<dyn Connector>;
}

impl IntoDatabase for &str {
    fn into_connector(self) -> Box<dyn Connector> {
        from_url(self).unwrap_or_else(|error| Box::new(Refused(error)))
    }
}
impl IntoDatabase for String {
    fn into_connector(self) -> Box<dyn Connector> {
        self.as_str().into_connector()
    }
}
impl IntoDatabase for &String {
    fn into_connector(self) -> Box<dyn Connector> {
        self.as_str().into_connector()
    }
}
#[cfg(feature = "sqlite")]
impl IntoDatabase for mikro_orm_sqlite::SqliteOptions {
    fn into_connector(self) -> Box<dyn Connector> {
        Box::new(self)
    }
}
#[cfg(feature = "postgres")]
impl IntoDatabase for mikro_orm_postgres::PostgresOptions {
    fn into_connector(self) -> Box<dyn Connector> {
        Box::new(self)
    }
}

fn from_url(url: &str) -> Result<Box<dyn Connector>> {
    let scheme = url.split(':').next().unwrap_or_default();
    match scheme {
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Box::new(mikro_orm_sqlite::SqliteOptions::from_url(url)?)),
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => Ok(Box::new(mikro_orm_postgres::PostgresOptions::new(url)?)),
        #[cfg(not(feature = "sqlite"))]
        "sqlite" => Err(unknown("the URL is of SQLite: enable the feature `sqlite` of mikro-orm")),
        #[cfg(not(feature = "postgres"))]
        "postgres" | "postgresql" => Err(unknown("the URL is of PostgreSQL: enable the feature `postgres` of mikro-orm")),
        // (the URL may hold a password: only its scheme may be shown, and that only when it looks like one)
        _ => Err(unknown("the URL's scheme is not known: `sqlite::memory:`, `sqlite:path` and `postgres://..` are")),
    }
}

fn unknown(message: &str) -> Error {
    Error::Connection { message: message.to_owned(), source: None }
}

/// A database that could not even be named: the builder's `build` says why.
struct Refused(Error);
impl Connector for Refused {
    fn connect(self: Box<Self>, _: Arc<Metadata>, _: QueryLog) -> BoxFuture<'static, Result<Arc<dyn Driver>>> {
        Box::pin(std::future::ready(Err(self.0)))
    }
}
