//! Load 1000 authors, change the age of each, and save all in one transaction.

use super::read::{postgres_authors, sqlite_authors};
use crate::database::{Outcome, RawPostgres};
use crate::entities::Author;
use crate::measure::{Measured, Meter};
use crate::rows::WITH_BOOKS;
use crate::scenario::Scenario;
use futures_util::future::try_join3;
use mikro_orm::prelude::*;
use rusqlite::params;

pub const SCENARIO: Scenario = Scenario {
    name: "update_1000",
    rows: 1000,
    inserts: false,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

fn older(age: Option<i32>) -> Option<i32> {
    Some(age.unwrap_or(20) % 100 + 1)
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let mut authors = sqlite_authors(connection)?;
        for author in &mut authors {
            author.age = older(author.age);
        }
        let transaction = connection.transaction()?;
        {
            let mut update = transaction.prepare_cached("update author set age = ? where id = ?")?;
            for author in &authors {
                update.execute(params![author.age, author.id])?;
            }
        }
        transaction.commit()?;
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let mut authors = postgres_authors(raw).await?;
        for author in &mut authors {
            author.age = older(author.age);
        }
        let keys: Vec<i64> = authors.iter().map(|author| author.id).collect();
        let ages: Vec<Option<i32>> = authors.iter().map(|author| author.age).collect();
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&keys, &ages];
        let update = raw.client.execute(&raw.update_many, &params);
        try_join3(raw.client.batch_execute("begin"), update, raw.client.batch_execute("commit")).await?;
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let em = orm.em();
        let authors = em.find::<Author>().filter(Author::id.lte(WITH_BOOKS)).await?;
        for author in &authors {
            let age = older(author.age);
            author.edit().age = age;
        }
        em.flush().await?;
    }
    Ok(meter.stop())
}
