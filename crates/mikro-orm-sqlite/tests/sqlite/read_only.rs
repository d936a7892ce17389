use crate::fixture::author;
use crate::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::error::Error;
use mikro_orm_core::value::Value;
use mikro_orm_sqlite::SqliteOptions;

#[tokio::test]
async fn a_file_opened_for_reading_refuses_writes() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let db = Db::file(SqliteOptions::new(&file)).await;
    authors(&mut *db.acquire().await, &["a"]).await;
    db.driver.close().await;

    let db = Db::open(SqliteOptions::new(&file).read_only(true)).await.unwrap();
    let mut connection = db.acquire().await;
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 1);
    let update = update(&mut *connection, "Author", &[author::NAME], vec![(Value::Int(1), vec![text("b")])], None).await;
    assert!(matches!(update.unwrap_err(), Error::ReadOnly { .. }));
    assert!(matches!(run(&mut *connection, "delete from author").await.unwrap_err(), Error::ReadOnly { .. }));
    connection.begin(TransactionOptions::new()).await.unwrap();
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 1);
    assert!(matches!(delete(&mut *connection, "Author", vec![Value::Int(1)]).await.unwrap_err(), Error::ReadOnly { .. }));
    connection.rollback().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_there_is_not_created_for_reading() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let error = Db::open(SqliteOptions::new(&file).read_only(true)).await.err().unwrap();
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    assert!(!file.exists());
}

#[tokio::test]
async fn a_read_only_transaction_refuses_writes_and_the_next_does_not() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    connection.begin(TransactionOptions::new().read_only()).await.unwrap();
    let error = insert(&mut *connection, "Author", &[author::NAME, author::EMAIL], vec![vec![text("a"), text("a")]], &[])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
    connection.rollback().await.unwrap();
    authors(&mut *connection, &["a"]).await;

    // also when it was dropped half-way
    connection.begin(TransactionOptions::new().read_only()).await.unwrap();
    drop(connection);
    authors(&mut *db.acquire().await, &["b"]).await;
}
