//! Insert 1000 authors in one transaction; their keys are known afterwards.

use crate::database::{Outcome, RawPostgres};
use crate::entities::Author;
use crate::measure::{Measured, Meter};
use crate::rows::{AuthorRow, new_authors};
use crate::scenario::Scenario;
use futures_util::TryStreamExt;
use futures_util::future::try_join3;
use mikro_orm::prelude::*;
use rusqlite::params;
use std::pin::pin;

pub const SCENARIO: Scenario = Scenario {
    name: "insert_1000",
    rows: 1000,
    inserts: true,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

fn inputs(operations: u32) -> Vec<Vec<AuthorRow>> {
    (0..operations).map(|_| new_authors(1000)).collect()
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let mut inputs = inputs(operations);
    let meter = Meter::start();
    for authors in &mut inputs {
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached("insert into author (name, email, age, bio) values (?, ?, ?, ?)")?;
            for author in authors {
                author.id = insert.insert(params![author.name, author.email, author.age, author.bio])?;
            }
        }
        transaction.commit()?;
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let mut inputs = inputs(operations);
    let meter = Meter::start();
    for authors in &mut inputs {
        let names: Vec<&str> = authors.iter().map(|author| &*author.name).collect();
        let emails: Vec<&str> = authors.iter().map(|author| &*author.email).collect();
        let ages: Vec<Option<i32>> = authors.iter().map(|author| author.age).collect();
        let bios: Vec<Option<&str>> = authors.iter().map(|author| author.bio.as_deref()).collect();
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&names, &emails, &ages, &bios];
        let insert = async {
            let mut rows = pin!(raw.client.query_raw(&raw.insert_many, params.iter().copied()).await?);
            let mut keys: Vec<i64> = Vec::with_capacity(names.len());
            while let Some(row) = rows.try_next().await? {
                keys.push(row.try_get(0)?);
            }
            Ok(keys)
        };
        let (_, keys, _) = try_join3(raw.client.batch_execute("begin"), insert, raw.client.batch_execute("commit")).await?;
        for (author, key) in authors.iter_mut().zip(keys) {
            author.id = key;
        }
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let inputs = inputs(operations);
    let meter = Meter::start();
    for authors in inputs {
        let em = orm.em();
        let created: Vec<_> = authors
            .into_iter()
            .map(|author| em.create(Author::builder().name(author.name).email(author.email).age(author.age).bio(author.bio)))
            .collect();
        em.flush().await?;
        std::hint::black_box(created.iter().map(|author| author.id).max());
    }
    Ok(meter.stop())
}
