//! The databases, each with a hand-written side and the ORM's, which have the same tables and rows.

pub mod postgres;
pub mod sqlite;

use crate::entities::{Author, Counter};
use crate::rows::{AUTHORS, BOOKS_EACH, TAGS, WITH_BOOKS};
use mikro_orm::prelude::*;
use std::error::Error;

pub use postgres::RawPostgres;

pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the hand-written side works with.
pub enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(RawPostgres),
}

pub struct Database {
    pub name: &'static str,
    pub raw: Raw,
    pub orm: Orm,
}

/// What both sides run before an insert round: rows of rounds before are gone, so that the tables do not grow.
fn leftovers() -> Vec<String> {
    let books = WITH_BOOKS * BOOKS_EACH;
    vec![
        format!("delete from book_tags where book_id > {books}"),
        format!("delete from book where id > {books}"),
        format!("delete from tag where id > {TAGS}"),
        format!("delete from author where id > {AUTHORS}"),
    ]
}

impl Database {
    /// Brings both sides into the same state, outside of what is measured.
    pub async fn clean(&mut self) -> Outcome<()> {
        let mut statements = leftovers();
        match &self.raw {
            Raw::Sqlite(connection) => {
                for sql in &statements {
                    connection.execute(sql, [])?;
                }
                connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
                statements.push("pragma wal_checkpoint(truncate)".to_owned());
            }
            Raw::Postgres(raw) => {
                statements.extend(["book_tags", "book", "tag", "author"].map(|table| format!("vacuum {table}")));
                for sql in &statements {
                    raw.client.batch_execute(sql).await?;
                }
            }
        }
        let mut connection = self.orm.driver().acquire().await?;
        for sql in &statements {
            connection.execute(sql, &[], &mut |_: &dyn mikro_orm::driver::Row| Ok(())).await?;
        }
        Ok(())
    }
}

async fn orm(database: impl mikro_orm::IntoDatabase) -> Outcome<Orm> {
    Ok(Orm::builder(database).entities(entities![Author, Counter]).build().await?)
}
