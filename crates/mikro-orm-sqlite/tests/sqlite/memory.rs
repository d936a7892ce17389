use crate::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::error::Error;
use mikro_orm_sqlite::SqliteOptions;
use std::time::Duration;

#[tokio::test]
async fn the_only_connection_is_waited_for_in_turn() {
    let db = Db::file(SqliteOptions::memory().busy_timeout(Duration::from_millis(50))).await;
    let mut held = db.acquire().await;
    held.begin(TransactionOptions::new()).await.unwrap();
    let error = db.driver.acquire().await.err().unwrap();
    assert!(matches!(error, Error::Busy { .. }));
    insta::assert_snapshot!(error, @"the database is busy: another transaction has held the only connection of the in-memory database for 50ms; an in-memory database has one connection, so end one transaction before starting another; try again");
    drop(held);
    db.acquire().await;
}

#[tokio::test]
async fn the_database_outlives_its_users() {
    let db = Db::memory().await;
    authors(&mut *db.acquire().await, &["a"]).await;
    assert_eq!(db.acquire().await.count(id("Author"), None).await.unwrap(), 1);
}

#[tokio::test]
async fn each_driver_has_a_database_of_its_own() {
    let (a, b) = (Db::memory().await, Db::memory().await);
    authors(&mut *a.acquire().await, &["a"]).await;
    assert_eq!(b.acquire().await.count(id("Author"), None).await.unwrap(), 0);
}
