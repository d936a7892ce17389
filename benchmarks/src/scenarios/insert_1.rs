//! Insert one author and get its key; a transaction each.

use crate::database::{Outcome, RawPostgres};
use crate::entities::Author;
use crate::measure::{Measured, Meter};
use crate::rows::new_authors;
use crate::scenario::Scenario;
use futures_util::future::try_join3;
use mikro_orm::prelude::*;
use rusqlite::params;

pub const SCENARIO: Scenario = Scenario {
    name: "insert_1",
    rows: 1,
    inserts: true,
    raw_sqlite,
    raw_postgres: |raw, operations| Box::pin(raw_postgres(raw, operations)),
    orm: |orm, operations| Box::pin(with_orm(orm, operations)),
};

fn raw_sqlite(connection: &mut rusqlite::Connection, operations: u32) -> Outcome<Measured> {
    let mut authors = new_authors(operations as usize);
    let meter = Meter::start();
    for author in &mut authors {
        let mut insert = connection.prepare_cached("insert into author (name, email, age, bio) values (?, ?, ?, ?)")?;
        // (a single statement is a transaction)
        author.id = insert.insert(params![author.name, author.email, author.age, author.bio])?;
    }
    Ok(meter.stop())
}

async fn raw_postgres(raw: &mut RawPostgres, operations: u32) -> Outcome<Measured> {
    let mut authors = new_authors(operations as usize);
    let meter = Meter::start();
    for author in &mut authors {
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] = [&author.name, &author.email, &author.age, &author.bio];
        let insert = raw.client.query_one(&raw.insert, &params);
        let (_, row, _) = try_join3(raw.client.batch_execute("begin"), insert, raw.client.batch_execute("commit")).await?;
        author.id = row.try_get(0)?;
    }
    Ok(meter.stop())
}

async fn with_orm(orm: &Orm, operations: u32) -> Outcome<Measured> {
    let authors = new_authors(operations as usize);
    let meter = Meter::start();
    for author in authors {
        let em = orm.em();
        let created = em.create(Author::builder().name(author.name).email(author.email).age(author.age).bio(author.bio));
        em.flush().await?;
        std::hint::black_box(created.id);
    }
    Ok(meter.stop())
}
