//! Load 1000 authors, change one, and save.

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
    name: "update_1_of_1000",
    rows: 1000,
    inserts: false,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

const CHANGED: usize = 500;

fn age(operation: u32) -> Option<i32> {
    Some((operation % 90) as i32)
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for operation in 0..operations {
        let mut authors = sqlite_authors(connection)?;
        let author = &mut authors[CHANGED];
        author.age = age(operation);
        connection.prepare_cached("update author set age = ? where id = ?")?.execute(params![author.age, author.id])?;
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for operation in 0..operations {
        let mut authors = postgres_authors(raw).await?;
        let author = &mut authors[CHANGED];
        author.age = age(operation);
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&author.age, &author.id];
        let update = raw.client.execute(&raw.update, &params);
        try_join3(raw.client.batch_execute("begin"), update, raw.client.batch_execute("commit")).await?;
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for operation in 0..operations {
        let em = orm.em();
        let authors = em.find::<Author>().filter(Author::id.lte(WITH_BOOKS)).await?;
        authors[CHANGED].edit().age = age(operation);
        em.flush().await?;
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}
