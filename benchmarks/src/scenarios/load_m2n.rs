//! Load 1000 books with their author and 3 tags each.

use super::read::{postgres_author_at, postgres_book, postgres_rows, sqlite_author_at, sqlite_book};
use crate::database::{Outcome, RawPostgres};
use crate::entities::Book;
use crate::measure::{Measured, Meter};
use crate::rows::{AuthorRow, BookRow, TagRow};
use crate::scenario::Scenario;
use mikro_orm::prelude::*;
use rusqlite::params_from_iter;
use std::collections::HashMap;

const BOOKS: i64 = 1000;

pub const SCENARIO: Scenario = Scenario {
    name: "load_m2n",
    rows: 5000,
    inserts: false,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

struct WithTags {
    book: BookRow,
    author: AuthorRow,
    tags: Vec<TagRow>,
}

fn places(books: &[WithTags]) -> HashMap<i64, usize> {
    books.iter().enumerate().map(|(place, with)| (with.book.id, place)).collect()
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let keys = vec!["?"; BOOKS as usize].join(", ");
    let tags =
        format!("select p.book_id, t.id, t.name from book_tags p join tag t on t.id = p.tag_id where p.book_id in ({keys})");
    let books = "select b.id, b.title, b.author_id, b.price, b.published_at, b.pages, a.id, a.name, a.email, a.age, a.bio \
                 from book b join author a on a.id = b.author_id where b.id <= ?";
    let meter = Meter::start();
    for _ in 0..operations {
        let mut statement = connection.prepare_cached(books)?;
        let found = statement.query_map([BOOKS], |row| {
            Ok(WithTags { book: sqlite_book(row)?, author: sqlite_author_at(row, 6)?, tags: Vec::new() })
        })?;
        let mut books = found.collect::<Result<Vec<_>, _>>()?;
        let places = places(&books);
        let mut statement = connection.prepare_cached(&tags)?;
        let mut rows = statement.query(params_from_iter(books.iter().map(|with| with.book.id)))?;
        while let Some(row) = rows.next()? {
            if let Some(place) = places.get(&row.get(0)?) {
                books[*place].tags.push(TagRow { id: row.get(1)?, name: row.get(2)? });
            }
        }
        assert_eq!((books[0].tags.len(), books[0].author.id), (3, 1));
        std::hint::black_box(&books);
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let mut books = postgres_rows(raw, &raw.some_books, &[&BOOKS], |row| {
            Ok(WithTags { book: postgres_book(row)?, author: postgres_author_at(row, 6)?, tags: Vec::new() })
        })
        .await?;
        let places = places(&books);
        let keys: Vec<i64> = books.iter().map(|with| with.book.id).collect();
        let decode = |row: &tokio_postgres::Row| {
            Ok((row.try_get::<_, i64>(0)?, TagRow { id: row.try_get(1)?, name: row.try_get(2)? }))
        };
        for (book, tag) in postgres_rows(raw, &raw.tags, &[&keys], decode).await? {
            if let Some(place) = places.get(&book) {
                books[*place].tags.push(tag);
            }
        }
        assert_eq!((books[0].tags.len(), books[0].author.id), (3, 1));
        std::hint::black_box(&books);
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let em = orm.em();
        let books = em.find::<Book>().filter(Book::id.lte(BOOKS)).populate((Book::author, Book::tags)).await?;
        assert_eq!((books[0][Book::tags].len(), books[0][Book::author].id), (3, 1));
        std::hint::black_box(&books);
    }
    Ok(meter.stop())
}
