//! Load 1000 authors with their 10 books each.

use super::read::{postgres_authors, postgres_book, postgres_rows, sqlite_authors, sqlite_book};
use crate::database::{Outcome, RawPostgres};
use crate::entities::Author;
use crate::measure::{Measured, Meter};
use crate::rows::{AuthorRow, BookRow, WITH_BOOKS};
use crate::scenario::Scenario;
use mikro_orm::prelude::*;
use rusqlite::params_from_iter;
use std::collections::HashMap;

pub const SCENARIO: Scenario = Scenario {
    name: "load_assoc",
    rows: 11_000,
    inserts: false,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

struct WithBooks {
    author: AuthorRow,
    books: Vec<BookRow>,
}

fn without_books(authors: Vec<AuthorRow>) -> (Vec<WithBooks>, HashMap<i64, usize>) {
    let places = authors.iter().enumerate().map(|(place, author)| (author.id, place)).collect();
    (authors.into_iter().map(|author| WithBooks { author, books: Vec::new() }).collect(), places)
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let places = vec!["?"; WITH_BOOKS as usize].join(", ");
    let sql = format!("select id, title, author_id, price, published_at, pages from book where author_id in ({places})");
    let meter = Meter::start();
    for _ in 0..operations {
        let (mut authors, places) = without_books(sqlite_authors(connection)?);
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(authors.iter().map(|owner| owner.author.id)))?;
        while let Some(row) = rows.next()? {
            let book = sqlite_book(row)?;
            if let Some(place) = places.get(&book.author_id) {
                authors[*place].books.push(book);
            }
        }
        assert_eq!(authors[0].books.len(), 10);
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let (mut authors, places) = without_books(postgres_authors(raw).await?);
        let keys: Vec<i64> = authors.iter().map(|owner| owner.author.id).collect();
        for book in postgres_rows(raw, &raw.books, &[&keys], postgres_book).await? {
            if let Some(place) = places.get(&book.author_id) {
                authors[*place].books.push(book);
            }
        }
        assert_eq!(authors[0].books.len(), 10);
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let em = orm.em();
        let authors = em.find::<Author>().filter(Author::id.lte(WITH_BOOKS)).populate(Author::books).await?;
        assert_eq!(authors[0][Author::books].len(), 10);
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}
