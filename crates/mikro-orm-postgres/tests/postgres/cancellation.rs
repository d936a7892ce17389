use super::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::value::Value;
use std::time::{Duration, Instant};

/// Polls for so long, then drops.
async fn dropped<T>(future: impl Future<Output = T>) {
    assert!(tokio::time::timeout(Duration::from_millis(100), future).await.is_err(), "it ended before it was dropped");
}

async fn one(name: &str) -> Database {
    Database::with(name, |options| options.max_connections(1)).await
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_cancelled() {
    let database = one("cancellation_statement").await;
    let mut connection = database.connection().await;
    let own = scalar(&mut *connection, "select pg_backend_pid()").await;
    dropped(execute(&mut *connection, "select pg_sleep(30)", &[])).await;
    drop(connection);
    let since = Instant::now();
    let mut connection = database.connection().await;
    assert!(since.elapsed() < Duration::from_secs(10));
    assert!(database.sent().contains(&"select pg_sleep(30) [failed]".to_owned()), "it was sent, so it is reported");
    // the pool waits for the server before it opens another connection
    let listed = rows(&mut *connection, "select 1 from pg_stat_activity where pid = ?", &[own]).await.unwrap();
    assert!(listed.is_empty());
}

#[tokio::test]
async fn the_connection_of_a_statement_that_soon_ends_is_used_again() {
    let database = one("cancellation_short").await;
    let mut connection = database.connection().await;
    let own = scalar(&mut *connection, "select pg_backend_pid()").await;
    dropped(execute(&mut *connection, "select pg_sleep(0.15)", &[])).await;
    drop(connection);
    assert_eq!(scalar(&mut *database.connection().await, "select pg_backend_pid()").await, own);
}

#[tokio::test]
async fn a_connection_goes_on_after_a_future_of_it_was_dropped() {
    let database = one("cancellation_reuse").await;
    let mut connection = database.connection().await;
    dropped(execute(&mut *connection, "select pg_sleep(0.5)", &[])).await;
    assert_eq!(scalar(&mut *connection, "select 5").await, Value::Int(5));
}

#[tokio::test]
async fn a_dropped_connection_rolls_its_transaction_back_before_anybody_gets_it() {
    let database = one("cancellation_transaction").await;
    for statement in ["select 1", "select 1/0", "select pg_sleep(30)"] {
        let mut connection = database.connection().await;
        connection.begin(TransactionOptions::new()).await.unwrap();
        insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_millis(100), execute(&mut *connection, statement, &[])).await;
        drop(connection);
        let mut connection = database.connection().await;
        assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 0);
        assert_eq!(database.sent().iter().filter(|sql| sql.starts_with("rollback")).count(), 1);
    }
}

#[tokio::test]
async fn a_transaction_in_the_users_words_does_not_outlive_its_connection() {
    let database = one("cancellation_raw").await;
    let mut connection = database.connection().await;
    execute(&mut *connection, " Begin", &[]).await.unwrap();
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    drop(connection);
    assert_eq!(database.connection().await.count(AUTHOR, None).await.unwrap(), 0);
}

#[tokio::test]
async fn a_begin_whose_statement_was_dropped_counts_as_open() {
    let database = one("cancellation_begin").await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    dropped(execute(&mut *connection, "select pg_sleep(0.3)", &[])).await;
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 0);
}

#[tokio::test]
async fn a_statement_that_failed_unseen_does_not_turn_the_commit_into_a_rollback_unseen() {
    let database = one("cancellation_unseen").await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    let failing = "select 1/(case when pg_sleep(0.3) is null then 1 else 0 end)";
    dropped(execute(&mut *connection, failing, &[])).await;
    let error = connection.commit().await.unwrap_err();
    assert!(error.to_string().contains("rolled back"), "{error}");

    connection.begin(TransactionOptions::new()).await.unwrap();
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    dropped(execute(&mut *connection, "select pg_sleep(0.3)", &[])).await;
    connection.commit().await.unwrap();
    assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 1);
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_runs_to_its_end() {
    let database = one("cancellation_commit").await;
    let mut connection = database.connection().await;
    for sql in [
        "create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(0.5); return null; end'",
        "create constraint trigger slow after insert on author deferrable initially deferred for each row execute function wait()",
    ] {
        execute(&mut *connection, sql, &[]).await.unwrap();
    }
    connection.begin(TransactionOptions::new()).await.unwrap();
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    dropped(connection.commit()).await;
    drop(connection);
    assert_eq!(database.connection().await.count(AUTHOR, None).await.unwrap(), 1);
}

#[tokio::test]
async fn a_connection_dropped_outside_of_a_runtime_is_closed() {
    let database = one("cancellation_runtime").await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", "e", None)]), &[]).await.unwrap();
    std::thread::spawn(move || drop(connection)).join().unwrap();
    let since = Instant::now();
    while database.connection().await.count(AUTHOR, None).await.unwrap() > 0 {
        assert!(since.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(database.connection().await.count(AUTHOR, None).await.unwrap(), 0);
}
