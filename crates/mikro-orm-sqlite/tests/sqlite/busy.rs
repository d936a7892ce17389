//! Files that others write to.

use crate::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::error::Error;
use mikro_orm_sqlite::SqliteOptions;
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(60);

#[tokio::test]
async fn another_process_is_waited_for_and_then_given_up_on() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let db = Db::file(SqliteOptions::new(&file).busy_timeout(SHORT)).await;
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let mut connection = db.acquire().await;

    let started = Instant::now();
    let error = connection.begin(TransactionOptions::new()).await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    assert!(started.elapsed() >= SHORT);
    assert!(error.to_string().contains("a.db"), "{error}");
    let error = run(&mut *connection, "delete from author").await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    // reading goes on
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 0);

    other.execute_batch("commit").unwrap();
    connection.begin(TransactionOptions::new()).await.unwrap();
    connection.commit().await.unwrap();
}

/// On one thread: were it blocked, the other would never commit.
#[tokio::test(flavor = "current_thread")]
async fn waiting_does_not_block_the_thread() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let db = Db::file(SqliteOptions::new(&file)).await;
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        other.execute_batch("commit").unwrap();
    });
    let mut connection = db.acquire().await;
    authors(&mut *connection, &["a"]).await;
    release.await.unwrap();
}

#[tokio::test]
async fn writers_of_one_process_take_turns() {
    let dir = Dir::new();
    let db = std::sync::Arc::new(Db::file(SqliteOptions::new(dir.file("a.db"))).await);
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let db = std::sync::Arc::clone(&db);
            tokio::spawn(async move {
                let mut connection = db.acquire().await;
                for i in 0..5 {
                    connection.begin(TransactionOptions::new()).await.unwrap();
                    let name = format!("{task}-{i}");
                    authors(&mut *connection, &[&name]).await;
                    tokio::task::yield_now().await;
                    connection.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(db.acquire().await.count(id("Author"), None).await.unwrap(), 40);
}

#[tokio::test]
async fn a_second_writer_gives_up_in_time_and_names_the_reason() {
    let dir = Dir::new();
    let db = Db::file(SqliteOptions::new(dir.file("a.db")).busy_timeout(SHORT)).await;
    let (mut first, mut second) = (db.acquire().await, db.acquire().await);
    first.begin(TransactionOptions::new()).await.unwrap();
    let error = second.begin(TransactionOptions::new()).await.unwrap_err();
    assert!(error.to_string().contains("another transaction of this program"), "{error}");
    drop(first);
    second.begin(TransactionOptions::new()).await.unwrap();
}

#[tokio::test]
async fn a_pool_that_is_used_up_says_so() {
    let dir = Dir::new();
    let db = Db::file(SqliteOptions::new(dir.file("a.db")).busy_timeout(SHORT).pool_size(2)).await;
    let (_first, second) = (db.acquire().await, db.acquire().await);
    let error = db.driver.acquire().await.err().unwrap();
    assert!(matches!(error, Error::Busy { .. }));
    assert!(error.to_string().contains("pool_size"), "{error}");
    drop(second);
    db.acquire().await;
}

#[tokio::test]
async fn readers_see_what_is_committed_while_somebody_writes() {
    let dir = Dir::new();
    let db = Db::file(SqliteOptions::new(dir.file("a.db"))).await;
    let (mut writer, mut reader) = (db.acquire().await, db.acquire().await);
    writer.begin(TransactionOptions::new()).await.unwrap();
    authors(&mut *writer, &["a"]).await;
    assert_eq!(reader.count(id("Author"), None).await.unwrap(), 0);
    writer.commit().await.unwrap();
    assert_eq!(reader.count(id("Author"), None).await.unwrap(), 1);
}
