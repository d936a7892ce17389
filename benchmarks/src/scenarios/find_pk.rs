//! Find one author by key, with a fresh entity manager.

use super::read::{postgres_author, sqlite_author};
use crate::database::{Outcome, RawPostgres};
use crate::entities::Author;
use crate::measure::{Measured, Meter};
use crate::rows::AUTHORS;
use crate::scenario::Scenario;
use futures_util::TryStreamExt;
use mikro_orm::prelude::*;
use std::pin::pin;

pub const SCENARIO: Scenario = Scenario {
    name: "find_pk",
    rows: 1,
    inserts: false,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

/// Keys all over the table.
fn key(operation: u32) -> i64 {
    i64::from(operation) * 7919 % AUTHORS + 1
}

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for operation in 0..operations {
        let mut statement = connection.prepare_cached("select id, name, email, age, bio from author where id = ?")?;
        let author = statement.query_row([key(operation)], sqlite_author)?;
        std::hint::black_box(&author);
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for operation in 0..operations {
        let key = key(operation);
        let mut rows = pin!(raw.client.query_raw(&raw.author_by_key, [&key]).await?);
        while let Some(row) = rows.try_next().await? {
            std::hint::black_box(&postgres_author(&row)?);
        }
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let meter = Meter::start();
    for operation in 0..operations {
        let em = orm.em();
        let author = em.find_one_or_fail::<Author>(key(operation)).await?;
        std::hint::black_box(&author);
    }
    Ok(meter.stop())
}
