use super::support::*;
use mikro_orm_core::driver::{Connection, IsolationLevel, TransactionOptions};
use mikro_orm_core::error::Error;
use mikro_orm_core::value::Value;
use std::time::Duration;

async fn add(connection: &mut dyn Connection, email: &str) -> Result<(), Error> {
    insert(connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("n", email, None)]), &[]).await.map(drop)
}

#[tokio::test]
async fn begin_goes_with_the_first_statement_and_does_not_wait() {
    let (gate, url) = Gate::start(&url()).await;
    let database = Database::at(&url, "transactions_pipelined", |options| options).await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new().isolation(IsolationLevel::Serializable)).await.unwrap();
    assert!(database.sent().is_empty(), "nothing is sent before there is something to do");
    // no answer comes before both were sent
    gate.hold_until(&["begin isolation level serializable", "select txid_current_if_assigned()"]);
    let first = scalar(
        &mut *connection,
        "select txid_current_if_assigned() is null and current_setting('transaction_isolation') = 'serializable'",
    );
    assert_eq!(
        tokio::time::timeout(Duration::from_secs(20), first).await.expect("begin waited for its answer"),
        Value::Bool(true)
    );
    connection.commit().await.unwrap();

    connection.begin(TransactionOptions::new()).await.unwrap();
    gate.hold_until(&["begin", "savepoint trx1"]);
    tokio::time::timeout(Duration::from_secs(20), connection.savepoint(1)).await.expect("begin waited for its answer").unwrap();
    connection.rollback().await.unwrap();
}

#[tokio::test]
async fn every_statement_is_reported_once_and_in_order() {
    let database = Database::new("transactions_log").await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new().isolation(IsolationLevel::RepeatableRead).read_only()).await.unwrap();
    execute(&mut *connection, "select 1", &[]).await.unwrap();
    connection.commit().await.unwrap();
    connection.begin(TransactionOptions::new()).await.unwrap();
    execute(&mut *connection, "select 2", &[]).await.unwrap();
    connection.savepoint(1).await.unwrap();
    connection.release(1).await.unwrap();
    connection.savepoint(1).await.unwrap();
    execute(&mut *connection, "select 1/0", &[]).await.unwrap_err();
    connection.rollback_to(1).await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(
        database.sent(),
        [
            "begin isolation level repeatable read, read only",
            "select 1",
            "commit",
            "begin",
            "select 2",
            "savepoint trx1",
            "release savepoint trx1",
            "savepoint trx1",
            "select 1/0 [failed]",
            "rollback to savepoint trx1",
            "rollback",
        ]
    );
}

#[tokio::test]
async fn a_transaction_without_statements_sends_nothing() {
    let database = Database::new("transactions_empty").await;
    let mut connection = database.connection().await;
    for _ in 0..2 {
        connection.begin(TransactionOptions::new()).await.unwrap();
        connection.commit().await.unwrap();
        connection.begin(TransactionOptions::new()).await.unwrap();
        connection.rollback().await.unwrap();
    }
    assert!(database.sent().is_empty());
    connection.begin(TransactionOptions::new()).await.unwrap();
    assert!(connection.begin(TransactionOptions::new()).await.is_err(), "one at a time");
    drop(connection);
    assert!(database.sent().is_empty());
}

#[tokio::test]
async fn savepoints_take_back_what_came_after_them() {
    let database = Database::new("transactions_savepoints").await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    add(&mut *connection, "1").await.unwrap();
    connection.savepoint(1).await.unwrap();
    add(&mut *connection, "2").await.unwrap();
    connection.savepoint(2).await.unwrap();
    assert!(add(&mut *connection, "1").await.unwrap_err().is_unique_violation());
    connection.rollback_to(2).await.unwrap();
    add(&mut *connection, "3").await.unwrap();
    connection.release(2).await.unwrap();
    connection.release(1).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 3);
}

#[tokio::test]
async fn a_transaction_with_a_failed_statement_is_not_committed_in_silence() {
    let database = Database::new("transactions_aborted").await;
    let mut connection = database.connection().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    add(&mut *connection, "1").await.unwrap();
    add(&mut *connection, "1").await.unwrap_err();
    let error = connection.commit().await.unwrap_err();
    assert!(error.to_string().contains("rolled back"), "{error}");
    assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 0);

    // a parameter that can't be sent is no failed statement
    connection.begin(TransactionOptions::new()).await.unwrap();
    add(&mut *connection, "1").await.unwrap();
    add(&mut *connection, "\0").await.unwrap_err();
    connection.commit().await.unwrap();
    assert_eq!(connection.count(AUTHOR, None).await.unwrap(), 1);
}

#[tokio::test]
async fn constraints_that_are_checked_at_the_end_fail_the_commit() {
    let database = Database::new("transactions_deferred").await;
    let mut connection = database.connection().await;
    execute(&mut *connection, "alter table book alter constraint book_author_id_foreign deferrable initially deferred", &[])
        .await
        .unwrap();
    connection.begin(TransactionOptions::new()).await.unwrap();
    let book = Rows::values([vec![Value::Text("t".into()), Value::Int(1), Value::Int(9)]]);
    insert(&mut *connection, BOOK, &[1, 2, 3], &book, &[]).await.unwrap();
    let error = connection.commit().await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(connection.count(BOOK, None).await.unwrap(), 0);
    connection.begin(TransactionOptions::new()).await.unwrap();
    execute(&mut *connection, "select 1", &[]).await.unwrap();
    connection.commit().await.unwrap();
}

#[tokio::test]
async fn a_begin_that_fails_is_the_error_that_is_reported() {
    let database = Database::with("transactions_begin", |options| options.max_connections(1)).await;
    let mut connection = database.connection().await;
    // the server takes no `begin` with another isolation level inside a transaction that has done something
    execute(&mut *connection, "begin", &[]).await.unwrap();
    execute(&mut *connection, "select 1/0", &[]).await.unwrap_err();
    connection.begin(TransactionOptions::new()).await.unwrap();
    database.sent();
    let error = execute(&mut *connection, "select 1", &[]).await.unwrap_err();
    assert!(error.to_string().contains("(in: begin)"), "{error}");
    assert_eq!(database.sent(), ["begin [failed]", "select 1 [failed]"]);
    drop(connection);
    assert_eq!(scalar(&mut *database.connection().await, "select 1").await, Value::Int(1));
}
