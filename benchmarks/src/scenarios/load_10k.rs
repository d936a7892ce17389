//! Load 10 000 authors, each time anew.

use super::read::{postgres_author, postgres_rows, sqlite_author};
use crate::database::{Outcome, RawPostgres};
use crate::entities::Author;
use crate::measure::{Measured, Meter};
use crate::rows::AuthorRow;
use crate::scenario::Scenario;
use mikro_orm::prelude::*;

pub const SCENARIO: Scenario = Scenario {
    name: "load_10k",
    rows: 10_000,
    inserts: false,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let mut statement = connection.prepare_cached("select id, name, email, age, bio from author")?;
        let authors: Vec<AuthorRow> = statement.query_map([], sqlite_author)?.collect::<Result<_, _>>()?;
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let authors = postgres_rows(raw, &raw.all_authors, &[], postgres_author).await?;
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for _ in 0..operations {
        let em = orm.em();
        let authors = em.find::<Author>().await?;
        std::hint::black_box(&authors);
    }
    Ok(meter.stop())
}
