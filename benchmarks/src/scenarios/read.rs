//! Reading rows by hand, as more than one scenario does.

use crate::database::{Outcome, RawPostgres};
use crate::rows::{AuthorRow, BookRow, WITH_BOOKS};
use futures_util::TryStreamExt;
use rusqlite::Connection;
use std::pin::pin;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

pub const SOME_AUTHORS: &str = "select id, name, email, age, bio from author where id <= ?";

pub fn sqlite_author(row: &rusqlite::Row<'_>) -> rusqlite::Result<AuthorRow> {
    sqlite_author_at(row, 0)
}

/// The author whose columns begin at a place.
pub fn sqlite_author_at(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<AuthorRow> {
    Ok(AuthorRow {
        id: row.get(at)?,
        name: row.get(at + 1)?,
        email: row.get(at + 2)?,
        age: row.get(at + 3)?,
        bio: row.get(at + 4)?,
    })
}

pub fn sqlite_book(row: &rusqlite::Row<'_>) -> rusqlite::Result<BookRow> {
    Ok(BookRow {
        id: row.get(0)?,
        title: row.get(1)?,
        author_id: row.get(2)?,
        price: row.get(3)?,
        published_at: row.get(4)?,
        pages: row.get(5)?,
    })
}

pub fn postgres_author(row: &tokio_postgres::Row) -> Outcome<AuthorRow> {
    postgres_author_at(row, 0)
}

/// The author whose columns begin at a place.
pub fn postgres_author_at(row: &tokio_postgres::Row, at: usize) -> Outcome<AuthorRow> {
    Ok(AuthorRow {
        id: row.try_get(at)?,
        name: row.try_get(at + 1)?,
        email: row.try_get(at + 2)?,
        age: row.try_get(at + 3)?,
        bio: row.try_get(at + 4)?,
    })
}

pub fn postgres_book(row: &tokio_postgres::Row) -> Outcome<BookRow> {
    Ok(BookRow {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        author_id: row.try_get(2)?,
        price: row.try_get(3)?,
        published_at: row.try_get(4)?,
        pages: row.try_get(5)?,
    })
}

/// The first 1000 authors.
pub fn sqlite_authors(connection: &Connection) -> Outcome<Vec<AuthorRow>> {
    let mut statement = connection.prepare_cached(SOME_AUTHORS)?;
    Ok(statement.query_map([WITH_BOOKS], sqlite_author)?.collect::<Result<_, _>>()?)
}

/// Rows, decoded while they arrive.
pub async fn postgres_rows<T>(
    raw: &RawPostgres,
    statement: &Statement,
    params: &[&(dyn ToSql + Sync)],
    decode: impl Fn(&tokio_postgres::Row) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let mut rows = pin!(raw.client.query_raw(statement, params.iter().copied()).await?);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        found.push(decode(&row)?);
    }
    Ok(found)
}

/// The first 1000 authors.
pub async fn postgres_authors(raw: &RawPostgres) -> Outcome<Vec<AuthorRow>> {
    postgres_rows(raw, &raw.some_authors, &[&WITH_BOOKS], postgres_author).await
}
