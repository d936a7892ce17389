use crate::support::*;
use mikro_orm_core::error::Error;
use mikro_orm_sqlite::SqliteOptions;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn a_closed_driver_gives_no_connections_and_lets_users_end() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let db = Db::file(SqliteOptions::new(&file)).await;
    let mut used = db.acquire().await;
    db.driver.close().await;
    assert!(matches!(db.driver.acquire().await, Err(Error::Closed)));
    authors(&mut *used, &["a"]).await;
    drop(used);
    // nobody has the file open any more: its log was taken in
    assert!(!dir.file("a.db-wal").exists());
    db.driver.close().await;
}

#[tokio::test]
async fn who_waits_is_told() {
    let db = Arc::new(Db::memory().await);
    let _held = db.acquire().await;
    let waiting = tokio::spawn({
        let db = Arc::clone(&db);
        async move { db.driver.acquire().await.map(|_| ()) }
    });
    tokio::time::sleep(Duration::from_millis(10)).await;
    db.driver.close().await;
    assert!(matches!(waiting.await.unwrap(), Err(Error::Closed)));
}
