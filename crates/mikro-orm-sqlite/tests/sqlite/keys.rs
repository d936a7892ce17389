//! Keys of inserted rows, computed and returned.

use crate::fixture::author::{EMAIL, ID, NAME};
use crate::support::*;
use mikro_orm_core::driver::Connection;
use mikro_orm_core::value::Value;

/// Inserts `count` authors and checks that each got the key that was reported for it.
async fn check(connection: &mut dyn Connection, prefix: &str, count: usize) -> Vec<i64> {
    let names: Vec<_> = (0..count).map(|i| format!("{prefix}{i}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let keys = authors(connection, &names).await;
    assert_eq!(keys.len(), count);
    for (key, name) in keys.iter().zip(names) {
        let rows = query(connection, "select name from author where id = ?", &[Value::Int(*key)]).await.unwrap();
        assert_eq!(rows, [[text(name)]]);
    }
    keys
}

#[tokio::test]
async fn keys_of_every_group_size_are_right() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let mut next = 1;
    for count in [1, 2, 15, 16, 17, 127, 128, 129, 300] {
        let keys = check(&mut *connection, &format!("n{count}-"), count).await;
        assert_eq!(keys, (next..next + count as i64).collect::<Vec<_>>());
        next += count as i64;
    }
    assert!(!db.logged().iter().any(|line| line.contains("returning")));
}

#[tokio::test]
async fn deleted_keys_are_not_given_again() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    check(&mut *connection, "a", 20).await;
    run(&mut *connection, "delete from author where id > 5").await.unwrap();
    assert_eq!(check(&mut *connection, "b", 3).await, [21, 22, 23]);
}

#[tokio::test]
async fn triggers_make_the_database_return_the_keys() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    check(&mut *connection, "before", 2).await;
    run(
        &mut *connection,
        "create trigger twins after insert on author when new.name not like '%twin' begin \
         insert into author (name, email) values (new.name || ' twin', new.email || '.twin'); end",
    )
    .await
    .unwrap();
    db.logged();
    let keys = check(&mut *connection, "with", 20).await;
    assert!(keys.windows(2).all(|pair| pair[1] > pair[0] + 1), "{keys:?}");
    assert!(db.logged().iter().any(|line| line.contains("returning `id`")));
    run(&mut *connection, "drop trigger twins").await.unwrap();
    db.logged();
    check(&mut *connection, "after", 20).await;
    assert!(!db.logged().iter().any(|line| line.contains("returning")));
}

#[tokio::test]
async fn triggers_of_other_connections_are_noticed() {
    let dir = Dir::new();
    let file = dir.file("a.db");
    let db = Db::file(mikro_orm_sqlite::SqliteOptions::new(&file)).await;
    let mut connection = db.acquire().await;
    check(&mut *connection, "before", 2).await;
    let other = rusqlite::Connection::open(&file).unwrap();
    other
        .execute_batch(
            "create trigger twins before insert on author when new.name not like '%twin' begin \
             insert into author (name, email) values (new.name || ' twin', new.email || '.twin'); end",
        )
        .unwrap();
    check(&mut *connection, "with", 20).await;
}

#[tokio::test]
async fn temporary_triggers_are_noticed() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    check(&mut *connection, "before", 2).await;
    run(
        &mut *connection,
        "create temp trigger twins after insert on author when new.name not like '%twin' begin \
         insert into author (name, email) values (new.name || ' twin', new.email || '.twin'); end",
    )
    .await
    .unwrap();
    check(&mut *connection, "with", 20).await;
}

#[tokio::test]
async fn keys_without_autoincrement_are_returned() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    for sql in [
        "drop table book",
        "drop table author",
        "create table author (id integer primary key, name text, email text, password text, born text, mentor_id int)",
    ] {
        run(&mut *connection, sql).await.unwrap();
    }
    // from here on SQLite tries random keys
    query(&mut *connection, "insert into author (id, name, email) values (?, 'last', 'last')", &[Value::Int(i64::MAX)])
        .await
        .unwrap();
    check(&mut *connection, "random", 20).await;
}

#[tokio::test]
async fn given_keys_are_kept_and_other_columns_returned() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let values = vec![vec![Value::Int(70), text("a"), text("a")], vec![Value::Int(7), text("b"), text("b")]];
    let returned = insert(&mut *connection, "Author", &[ID, NAME, EMAIL], values, &[ID, NAME]).await.unwrap();
    assert_eq!(returned, [[Value::Int(70), text("a")], [Value::Int(7), text("b")]]);
    assert_eq!(authors(&mut *connection, &["c"]).await, [71]);
}

#[tokio::test]
async fn rows_without_columns_are_rows_of_defaults() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    for sql in [
        "drop table book",
        "drop table author",
        "create table author (id integer primary key autoincrement, name text default 'x')",
    ] {
        run(&mut *connection, sql).await.unwrap();
    }
    db.logged();
    let returned = insert(&mut *connection, "Author", &[], vec![vec![]; 20], &[ID]).await.unwrap();
    assert_eq!(returned, (1..=20).map(|key| vec![Value::Int(key)]).collect::<Vec<_>>());
    assert_eq!(db.logged(), ["insert into `author` default values [x20]"]);
    let returned = insert(&mut *connection, "Author", &[], vec![vec![]; 2], &[ID, NAME]).await.unwrap();
    assert_eq!(returned, [[Value::Int(21), text("x")], [Value::Int(22), text("x")]]);
    assert!(insert(&mut *connection, "Author", &[], vec![], &[ID]).await.unwrap().is_empty());
}
