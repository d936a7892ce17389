//! Insert 100 authors with 10 books each, which have 3 of 50 new tags, in one transaction.

use crate::database::{Outcome, RawPostgres};
use crate::entities::{Author, Book, Tag};
use crate::measure::{Measured, Meter};
use crate::rows::{AuthorRow, BookRow, book, new_authors};
use crate::scenario::Scenario;
use futures_util::TryStreamExt;
use futures_util::future::{try_join, try_join3};
use mikro_orm::prelude::*;
use rusqlite::params;
use std::pin::pin;
use tokio_postgres::types::ToSql;

const AUTHORS: usize = 100;
const BOOKS: usize = 10;
const TAGS: usize = 50;
const TAGS_EACH: usize = 3;

pub const SCENARIO: Scenario = Scenario {
    name: "graph_insert",
    rows: (AUTHORS + AUTHORS * BOOKS + TAGS + AUTHORS * BOOKS * TAGS_EACH) as u32,
    inserts: true,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

/// What is inserted: the authors, each one's books, and the names of the tags.
struct Graph {
    authors: Vec<AuthorRow>,
    books: Vec<BookRow>,
    tags: Vec<String>,
}

/// The tags of the book at a place.
fn tags_of(book: usize) -> impl Iterator<Item = usize> {
    (0..TAGS_EACH).map(move |i| (book + i * 17) % TAGS)
}

fn inputs(operations: u32) -> Vec<Graph> {
    let graph = |_| Graph {
        authors: new_authors(AUTHORS),
        books: (0..AUTHORS * BOOKS).map(|n| book(n as i64 + 1)).collect(),
        tags: (0..TAGS).map(|n| format!("Tag {n}")).collect(),
    };
    (0..operations).map(graph).collect()
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let mut inputs = inputs(operations);
    let meter = Meter::start();
    for graph in &mut inputs {
        let transaction = connection.transaction()?;
        {
            let mut author = transaction.prepare_cached("insert into author (name, email, age, bio) values (?, ?, ?, ?)")?;
            for row in &mut graph.authors {
                row.id = author.insert(params![row.name, row.email, row.age, row.bio])?;
            }
            let mut tag = transaction.prepare_cached("insert into tag (name) values (?)")?;
            let tags = graph.tags.iter().map(|name| tag.insert([name])).collect::<Result<Vec<i64>, _>>()?;
            let mut book = transaction
                .prepare_cached("insert into book (title, author_id, price, published_at, pages) values (?, ?, ?, ?, ?)")?;
            let mut link = transaction.prepare_cached("insert into book_tags (book_id, tag_id) values (?, ?)")?;
            for (place, row) in graph.books.iter_mut().enumerate() {
                row.author_id = graph.authors[place / BOOKS].id;
                row.id = book.insert(params![row.title, row.author_id, row.price, row.published_at, row.pages])?;
                for tag in tags_of(place) {
                    link.execute(params![row.id, tags[tag]])?;
                }
            }
        }
        transaction.commit()?;
    }
    Ok(meter.stop())
}

async fn keys(raw: &RawPostgres, statement: &tokio_postgres::Statement, params: &[&(dyn ToSql + Sync)]) -> Outcome<Vec<i64>> {
    let mut rows = pin!(raw.client.query_raw(statement, params.iter().copied()).await?);
    let mut keys = Vec::new();
    while let Some(row) = rows.try_next().await? {
        keys.push(row.try_get(0)?);
    }
    Ok(keys)
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let inputs = inputs(operations);
    let meter = Meter::start();
    for graph in &inputs {
        let Graph { authors, books, tags } = graph;
        let names: Vec<&str> = authors.iter().map(|author| &*author.name).collect();
        let emails: Vec<&str> = authors.iter().map(|author| &*author.email).collect();
        let ages: Vec<Option<i32>> = authors.iter().map(|author| author.age).collect();
        let bios: Vec<Option<&str>> = authors.iter().map(|author| author.bio.as_deref()).collect();
        let author_params: [&(dyn ToSql + Sync); 4] = [&names, &emails, &ages, &bios];
        let tag_params: [&(dyn ToSql + Sync); 1] = [tags];
        let begin = async { Ok(raw.client.batch_execute("begin").await?) };
        // neither needs the other's keys
        let inserts = (keys(raw, &raw.insert_many, &author_params), keys(raw, &raw.insert_tags, &tag_params));
        let ((), author_keys, tag_keys) = try_join3(begin, inserts.0, inserts.1).await?;
        let titles: Vec<&str> = books.iter().map(|book| &*book.title).collect();
        let owners: Vec<i64> = (0..books.len()).map(|place| author_keys[place / BOOKS]).collect();
        let prices: Vec<f64> = books.iter().map(|book| book.price).collect();
        let published: Vec<_> = books.iter().map(|book| book.published_at).collect();
        let pages: Vec<i32> = books.iter().map(|book| book.pages).collect();
        let book_keys = keys(raw, &raw.insert_books, &[&titles, &owners, &prices, &published, &pages]).await?;
        let links = book_keys.iter().enumerate().flat_map(|(place, book)| tags_of(place).map(|tag| (*book, tag_keys[tag])));
        let (left, right): (Vec<i64>, Vec<i64>) = links.unzip();
        let link_params: [&(dyn ToSql + Sync); 2] = [&left, &right];
        let link = raw.client.execute(&raw.insert_book_tags, &link_params);
        try_join(link, raw.client.batch_execute("commit")).await?;
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let inputs = inputs(operations);
    let meter = Meter::start();
    for Graph { authors, books, tags } in inputs {
        let em = orm.em();
        let tags: Vec<_> = tags.into_iter().map(|name| em.create(Tag::builder().name(name))).collect();
        let authors: Vec<_> = authors
            .into_iter()
            .map(|author| em.create(Author::builder().name(author.name).email(author.email).age(author.age).bio(author.bio)))
            .collect();
        for (place, book) in books.into_iter().enumerate() {
            em.create(
                Book::builder()
                    .title(book.title)
                    .author(&authors[place / BOOKS])
                    .price(book.price)
                    .published_at(book.published_at)
                    .pages(book.pages)
                    .tags(tags_of(place).map(|tag| &tags[tag])),
            );
        }
        em.flush().await?;
        std::hint::black_box(authors.iter().map(|author| author.id).max());
    }
    Ok(meter.stop())
}
