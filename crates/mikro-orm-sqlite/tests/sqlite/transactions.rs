use crate::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::error::Error;
use mikro_orm_sqlite::SqliteOptions;
use std::time::Duration;

#[tokio::test]
async fn savepoints_nest() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    authors(&mut *connection, &["a"]).await;
    connection.savepoint(1).await.unwrap();
    authors(&mut *connection, &["b"]).await;
    connection.savepoint(2).await.unwrap();
    authors(&mut *connection, &["c"]).await;
    connection.rollback_to(2).await.unwrap();
    connection.release(1).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 2);
    let log: Vec<_> = db.logged().into_iter().filter(|line| !line.starts_with("insert") && !line.starts_with("select")).collect();
    assert_eq!(
        log,
        ["begin", "savepoint trx1", "savepoint trx2", "rollback to savepoint trx2", "release savepoint trx1", "commit"]
    );
}

#[tokio::test]
async fn dropping_a_connection_rolls_back() {
    let dir = Dir::new();
    for options in [SqliteOptions::memory(), SqliteOptions::new(dir.file("a.db"))] {
        let db = Db::file(options).await;
        let mut connection = db.acquire().await;
        connection.begin(TransactionOptions::new()).await.unwrap();
        authors(&mut *connection, &["a"]).await;
        drop(connection);
        let mut connection = db.acquire().await;
        assert_eq!(connection.count(id("Author"), None).await.unwrap(), 0);
        connection.begin(TransactionOptions::new()).await.unwrap();
    }
}

#[tokio::test]
async fn demarcation_out_of_order_is_an_error() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    assert!(connection.commit().await.is_err());
    assert!(connection.rollback().await.is_err());
    assert!(connection.savepoint(1).await.is_err());
    connection.begin(TransactionOptions::new()).await.unwrap();
    assert!(connection.begin(TransactionOptions::new()).await.is_err());
    connection.rollback().await.unwrap();
    assert_eq!(db.logged(), ["begin", "rollback"]);
}

#[tokio::test]
async fn a_begin_that_nobody_waits_for_leaves_nothing_open() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let db = Db::file(SqliteOptions::new(&file)).await;
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let mut connection = db.acquire().await;
    let waited = tokio::time::timeout(Duration::from_millis(5), connection.begin(TransactionOptions::new())).await;
    assert!(waited.is_err());
    other.execute_batch("rollback").unwrap();
    connection.begin(TransactionOptions::new()).await.unwrap();
    connection.rollback().await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_sqlite_rolled_back_is_not_written_outside_of() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    run(&mut *connection, "create table t (a int unique on conflict rollback)").await.unwrap();
    connection.begin(TransactionOptions::new()).await.unwrap();
    run(&mut *connection, "insert into t values (1)").await.unwrap();
    assert!(run(&mut *connection, "insert into t values (1)").await.is_err());
    // gone with the transaction: what follows must not be stored alone
    for result in [connection.commit().await, run(&mut *connection, "insert into t values (2)").await.map(|_| ())] {
        assert!(matches!(result, Err(Error::Query { .. })), "{result:?}");
    }
    connection.rollback().await.unwrap();
    assert!(query(&mut *connection, "select * from t", &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn begin_in_the_users_words_counts() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    run(&mut *connection, "begin").await.unwrap();
    authors(&mut *connection, &["a"]).await;
    connection.rollback().await.unwrap();
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 0);
}
