//! Statements in the user's words.

use crate::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::value::Value;
use mikro_orm_sqlite::SqliteOptions;

#[tokio::test]
async fn affected_rows_are_those_of_the_statement() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    authors(&mut *connection, &["a", "b"]).await;
    assert_eq!(run(&mut *connection, "update author set name = 'x'").await.unwrap(), 2);
    assert_eq!(run(&mut *connection, "create table t (a)").await.unwrap(), 0);
    assert_eq!(run(&mut *connection, "update author set name = 'y' where id = 99").await.unwrap(), 0);
    assert_eq!(run(&mut *connection, "select * from author").await.unwrap(), 0);
    let returned = query(&mut *connection, "delete from author where id = ? returning name", &[Value::Int(1)]).await.unwrap();
    assert_eq!(returned, [[text("x")]]);
}

#[tokio::test]
async fn a_schema_can_be_dropped_and_made_again() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let author = authors(&mut *connection, &["a"]).await[0];
    books(&mut *connection, &[("a", author, Some(author))]).await;
    for _ in 0..2 {
        for statement in db.driver.schema().drop().iter() {
            run(&mut *connection, statement).await.unwrap();
        }
    }
    for statement in db.driver.schema().create().iter() {
        run(&mut *connection, statement).await.unwrap();
    }
    authors(&mut *connection, &["a"]).await;
}

#[tokio::test]
async fn settings_do_not_leak_to_the_next_user() {
    let dir = Dir::new();
    let db = Db::file(SqliteOptions::new(dir.file("a.db")).pool_size(1)).await;
    run(&mut *db.acquire().await, "PRAGMA foreign_keys = off").await.unwrap();
    assert_eq!(query(&mut *db.acquire().await, "pragma foreign_keys", &[]).await.unwrap(), [[Value::Int(1)]]);
    assert_eq!(query(&mut *db.acquire().await, "pragma journal_mode", &[]).await.unwrap(), [[text("wal")]]);
}

#[tokio::test]
async fn single_writes_wait_for_a_transaction() {
    let dir = Dir::new();
    let db = std::sync::Arc::new(Db::file(SqliteOptions::new(dir.file("a.db"))).await);
    let mut writer = db.acquire().await;
    writer.begin(TransactionOptions::new()).await.unwrap();
    authors(&mut *writer, &["a"]).await;
    let other = tokio::spawn({
        let db = std::sync::Arc::clone(&db);
        async move { run(&mut *db.acquire().await, "update author set name = 'x'").await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    writer.commit().await.unwrap();
    assert_eq!(other.await.unwrap().unwrap(), 1);
}
