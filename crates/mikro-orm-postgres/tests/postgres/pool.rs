use super::support::*;
use mikro_orm_core::driver::{Connection, QueryLog};
use mikro_orm_core::error::Error;
use mikro_orm_core::value::Value;
use mikro_orm_postgres::PostgresOptions;
use std::time::{Duration, Instant};

async fn pid(connection: &mut dyn Connection) -> Value<'static> {
    scalar(connection, "select pg_backend_pid()").await
}

async fn terminate(killer: &mut dyn Connection, pid: &Value<'static>) {
    execute(killer, "select pg_terminate_backend(?)", std::slice::from_ref(pid)).await.unwrap();
    // it is gone when it is no longer listed
    let listed = "select 1 from pg_stat_activity where pid = ?";
    while !rows(killer, listed, std::slice::from_ref(pid)).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_caller_waits_for_a_connection_for_so_long_and_no_longer() {
    let database =
        Database::with("pool_limit", |options| options.max_connections(2).acquire_timeout(Duration::from_millis(200))).await;
    let (one, _two) = (database.connection().await, database.connection().await);
    let since = Instant::now();
    let error = database.driver.acquire().await.err().unwrap();
    assert!(since.elapsed() >= Duration::from_millis(200));
    assert!(matches!(error, Error::Connection { .. }) && error.to_string().contains("all 2 connections"), "{error}");

    let waiting = tokio::spawn({
        let driver = database.driver.clone();
        async move { driver.acquire().await.is_ok() }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    drop(one);
    assert!(waiting.await.unwrap());
}

#[tokio::test]
async fn the_server_may_end_connections_by_itself() {
    let database = Database::new("pool_ended").await;
    let mut connection = database.connection().await;
    execute(&mut *connection, "set idle_in_transaction_session_timeout = 50", &[]).await.unwrap();
    connection.begin(Default::default()).await.unwrap();
    execute(&mut *connection, "select 1", &[]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let error = execute(&mut *connection, "select 1", &[]).await.unwrap_err();
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    connection.rollback().await.unwrap();
}

#[tokio::test]
async fn any_name_of_a_schema_is_found() {
    let metadata = Database::new("pool_schema").await.metadata;
    for name in ["test_ it's \\ \"odd\"", "test_Grüße"] {
        let options = PostgresOptions::new(&url()).unwrap().schema(name);
        let driver = open(options, &metadata, QueryLog::default()).await.unwrap();
        let mut connection = driver.acquire().await.unwrap();
        let quoted = name.replace('"', "\"\"");
        execute(&mut *connection, &format!("create schema if not exists \"{quoted}\""), &[]).await.unwrap();
        assert_eq!(scalar(&mut *connection, "select current_schema()").await, Value::Text(name.into()));
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let database = Database::new("pool_reuse").await;
    let mut connection = database.connection().await;
    let first = pid(&mut *connection).await;
    drop(connection);
    assert_eq!(pid(&mut *database.connection().await).await, first);
}

#[tokio::test]
async fn closing_waits_for_what_runs_and_refuses_what_comes() {
    let database = Database::with("pool_close", |options| options.max_connections(1)).await;
    let mut connection = database.connection().await;
    let waiting = tokio::spawn({
        let driver = database.driver.clone();
        async move { driver.acquire().await.err() }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let closing = tokio::spawn({
        let driver = database.driver.clone();
        async move { driver.close().await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(matches!(database.driver.acquire().await.err(), Some(Error::Closed)));
    assert!(!closing.is_finished());
    let own = pid(&mut *connection).await;
    drop(connection);
    closing.await.unwrap();
    assert!(matches!(waiting.await.unwrap(), Some(Error::Closed)));
    database.driver.close().await;

    let other = Database::new("pool_close_other").await;
    let listed = rows(&mut *other.connection().await, "select 1 from pg_stat_activity where pid = ?", &[own]).await.unwrap();
    assert!(listed.is_empty(), "the connection is closed when `close` returns");
}

#[tokio::test]
async fn lost_connections_are_discarded() {
    let database = Database::new("pool_lost").await;
    let mut connection = database.connection().await;
    let mut killer = database.connection().await;
    let own = pid(&mut *connection).await;
    terminate(&mut *killer, &own).await;
    let error = execute(&mut *connection, "select 1", &[]).await.unwrap_err();
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    drop(connection);
    // the ones that are idle too, without anybody trying them first
    for _ in 0..3 {
        let mut connection = database.connection().await;
        let idle = pid(&mut *connection).await;
        drop(connection);
        terminate(&mut *killer, &idle).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_ne!(pid(&mut *database.connection().await).await, idle);
    }
}

#[tokio::test]
async fn a_connection_lost_in_a_transaction_is_an_error_and_nothing_is_stored() {
    let database = Database::new("pool_lost_transaction").await;
    let mut killer = database.connection().await;
    for step in ["statement", "commit", "rollback"] {
        let mut connection = database.connection().await;
        let own = pid(&mut *connection).await;
        connection.begin(Default::default()).await.unwrap();
        insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
        terminate(&mut *killer, &own).await;
        let result = match step {
            "statement" => execute(&mut *connection, "select 1", &[]).await.map(drop),
            "commit" => connection.commit().await,
            _ => connection.rollback().await,
        };
        match step {
            "statement" => assert!(matches!(result, Err(Error::Connection { .. })), "{result:?}"),
            // whether the news was there already
            "commit" => assert!(matches!(result, Err(Error::Connection { .. } | Error::OutcomeUnknown { .. })), "{result:?}"),
            _ => assert!(result.is_ok(), "{result:?}"),
        }
    }
    assert_eq!(killer.count(AUTHOR, None).await.unwrap(), 0);
}

#[tokio::test]
async fn a_connection_lost_during_commit_leaves_the_outcome_unknown() {
    let database = Database::new("pool_unknown").await;
    let (mut connection, mut killer) = (database.connection().await, database.connection().await);
    for sql in [
        "create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(30); return null; end'",
        "create constraint trigger slow after insert on author deferrable initially deferred for each row execute function wait()",
    ] {
        execute(&mut *connection, sql, &[]).await.unwrap();
    }
    let own = pid(&mut *connection).await;
    connection.begin(Default::default()).await.unwrap();
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    let commit = async { connection.commit().await };
    let kill = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        terminate(&mut *killer, &own).await;
    };
    let (result, ()) = tokio::join!(commit, kill);
    assert!(matches!(result, Err(Error::OutcomeUnknown { .. })), "{result:?}");
}

#[tokio::test]
async fn connecting_fails_with_the_address_and_without_the_password() {
    let metadata = Database::new("pool_connect").await.metadata;
    let good = url();
    let (_, rest) = good.split_once("://").unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    let bad = [
        format!("postgres://nobody_here:s3cret@{place}"),
        "postgres://postgres:s3cret@127.0.0.1:1/db".to_owned(),
        format!("postgres://postgres:s3cret@{}/no_such_database", place.split('/').next().unwrap()),
    ];
    for url in bad {
        let error = open(PostgresOptions::new(&url).unwrap(), &metadata, QueryLog::default()).await.unwrap_err();
        assert!(matches!(error, Error::Connection { .. }) && error.to_string().contains("127.0.0.1"), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
    // a server that takes connections and says nothing
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://postgres:s3cret@{}/db", silent.local_addr().unwrap());
    let options = PostgresOptions::new(&url).unwrap().connect_timeout(Duration::from_millis(100));
    let error = open(options, &metadata, QueryLog::default()).await.unwrap_err();
    assert!(error.to_string().contains("longer than 100ms"), "{error}");
}
