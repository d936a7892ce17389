use super::support::*;
use mikro_orm_core::driver::QueryLog;
use mikro_orm_core::error::{ConstraintViolation, Contention, Error, Result};
use mikro_orm_core::value::Value;
use mikro_orm_postgres::{PostgresError, PostgresOptions};

/// The error, its debug form, and those of its sources.
fn everything_said(error: &Error) -> String {
    let mut said = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        said += &format!(" {error} {error:?}");
        source = error.source();
    }
    said
}

/// Constraint, table, columns, entity, properties.
fn named(violation: &ConstraintViolation) -> [String; 5] {
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    [
        name(&violation.constraint),
        name(&violation.table),
        violation.columns.join(" "),
        name(&violation.entity),
        violation.properties.join(" "),
    ]
}

async fn insert_author(database: &Database, name: &str, email: &str, secret: Option<&str>) -> Result<()> {
    let mut connection = database.connection().await;
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author(name, email, secret)]), &[]).await.map(drop)
}

#[tokio::test]
async fn unique_violations_name_constraint_and_property_and_no_value() {
    let database = Database::new("errors_unique").await;
    insert_author(&database, "Jon", "jon", Some("s3cret")).await.unwrap();
    let error = insert_author(&database, "Jon", "other", Some("s3cret")).await.unwrap_err();
    assert!(error.is_unique_violation());
    let expected = ["author_secret_unique", "author", "secret", "Author", "secret"];
    assert_eq!(named(error.constraint().unwrap()), expected);
    assert!(!everything_said(&error).contains("s3cret"), "{}", everything_said(&error));

    let source = std::error::Error::source(&error).unwrap().downcast_ref::<PostgresError>().unwrap();
    assert_eq!(source.code(), "23505");
}

#[tokio::test]
async fn a_schema_that_is_missing_is_named_with_what_to_do() {
    let metadata = Database::new("errors_schema").await.metadata;
    let driver =
        open(PostgresOptions::new(&url()).unwrap().schema("test_nowhere"), &metadata, QueryLog::default()).await.unwrap();
    let mut connection = driver.acquire().await.unwrap();
    let error = execute(&mut *connection, "create table a (id int)", &[]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no schema has been selected to create in: create the schema first (`create schema ..`), or choose one that exists, with \
         `PostgresOptions::schema` or `?schema=` in the URL"
    );
}

#[tokio::test]
async fn primary_keys_and_constraints_that_only_the_database_knows_are_named_too() {
    let database = Database::new("errors_unknown").await;
    let mut connection = database.connection().await;
    execute(&mut *connection, "create unique index by_name on author (lower(name), email)", &[]).await.unwrap();
    let key = "insert into author (id, name, email) values (1, ?, ?)";
    execute(&mut *connection, key, &[Value::Text("a".into()), Value::Text("e".into())]).await.unwrap();
    let error = execute(&mut *connection, key, &[Value::Text("b".into()), Value::Text("f".into())]).await.unwrap_err();
    assert_eq!(named(error.constraint().unwrap()), ["author_pkey", "author", "id", "Author", "id"]);
    execute(&mut *connection, "drop index author_email_unique", &[]).await.unwrap();
    let error = execute(&mut *connection, "insert into author (id, name, email) values (2, 'A', 'e')", &[]).await.unwrap_err();
    let violation = error.constraint().unwrap();
    assert_eq!(violation.columns, ["lower(name::text)", "email"]);
    assert_eq!(violation.properties, ["name", "email"]);
}

#[tokio::test]
async fn foreign_keys_are_violated_from_both_ends() {
    let database = Database::new("errors_foreign").await;
    let mut connection = database.connection().await;
    let book = Rows::values([vec![Value::Text("t".into()), Value::Int(1), Value::Int(9)]]);
    let error = insert(&mut *connection, BOOK, &[1, 2, 3], &book, &[]).await.unwrap_err();
    let expected = ["book_author_id_foreign", "book", "author_id", "Book", "author"];
    assert_eq!(named(error.constraint().unwrap()), expected);
    assert!(error.is_foreign_key_violation());

    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("a", "e", None)]), &[]).await.unwrap();
    let book = Rows::values([vec![Value::Text("t".into()), Value::Int(1), Value::Int(1)]]);
    insert(&mut *connection, BOOK, &[1, 2, 3], &book, &[]).await.unwrap();
    let error = delete(&mut *connection, AUTHOR, [1]).await.unwrap_err();
    assert_eq!(named(error.constraint().unwrap()), expected);
    assert!(error.to_string().contains("still refer"), "{error}");
}

#[tokio::test]
async fn missing_values_and_checks_are_violations() {
    let database = Database::new("errors_checks").await;
    let mut connection = database.connection().await;
    let row = Rows::values([vec![Value::Null, Value::Text("s3cret".into()), Value::Null]]);
    let error = insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &row, &[]).await.unwrap_err();
    assert!(matches!(error, Error::NotNullViolation(_)));
    assert_eq!(named(error.constraint().unwrap()), ["", "author", "name", "Author", "name"]);
    assert!(!everything_said(&error).contains("s3cret"));

    execute(&mut *connection, "alter table counter add constraint small check (count < 10)", &[]).await.unwrap();
    let error = execute(&mut *connection, "insert into counter (count) values (11)", &[]).await.unwrap_err();
    assert!(matches!(error, Error::CheckViolation(_)));
    assert_eq!(named(error.constraint().unwrap()), ["small", "counter", "", "Counter", ""]);
}

#[tokio::test]
async fn other_errors_have_the_statement_and_no_values() {
    let database = Database::new("errors_other").await;
    let mut connection = database.connection().await;
    for (sql, code) in [("selec 1", "42601"), ("select * from nowhere", "42P01"), ("select 1/0", "22012")] {
        let error = execute(&mut *connection, sql, &[]).await.unwrap_err();
        assert!(matches!(&error, Error::Query { sql: text, .. } if text == sql), "{error}");
        assert!(error.to_string().contains(code), "{error}");
    }
    let error = execute(&mut *connection, "select ?::int", &[Value::Text("s3cret".into())]).await.unwrap_err();
    assert!(error.to_string().contains("invalid input syntax"), "{error}");
    assert!(!everything_said(&error).contains("s3cret"), "{}", everything_said(&error));

    let long = insert_author(&database, &"s3cret".repeat(5), "e", None).await.unwrap_err();
    assert!(long.to_string().starts_with("Author.name: is too long for its column, which takes "), "{long}");
    assert!(!everything_said(&long).contains("s3cret"));
    let cause = std::error::Error::source(&long).and_then(|cause| cause.downcast_ref::<PostgresError>());
    assert_eq!(cause.map(PostgresError::code), Some("22001"));

    let error = execute(&mut *connection, "select ?, ?", &[Value::Int(1)]).await.unwrap_err();
    assert!(error.to_string().contains("expected 2 parameters but got 1"), "{error}");

    let error = execute(&mut *connection, "select '\0'", &[]).await.unwrap_err();
    assert!(matches!(error, Error::Query { .. }), "{error:?}");
}

#[tokio::test]
async fn what_waits_too_long_or_collides_is_busy_and_read_only_is_told_apart() {
    let database = Database::new("errors_busy").await;
    insert_author(&database, "a", "e", None).await.unwrap();
    use mikro_orm_core::driver::{IsolationLevel, TransactionOptions};
    let (mut one, mut two) = (database.connection().await, database.connection().await);
    let rename = "update author set name = 'x'";

    one.begin(Default::default()).await.unwrap();
    execute(&mut *one, rename, &[]).await.unwrap();
    execute(&mut *two, "set lock_timeout = 50", &[]).await.unwrap();
    let error = execute(&mut *two, rename, &[]).await.unwrap_err();
    assert!(matches!(error, Error::Busy { cause: Contention::LockTimeout, .. }), "{error}");
    one.rollback().await.unwrap();

    for connection in [&mut one, &mut two] {
        connection.begin(TransactionOptions::new().isolation(IsolationLevel::RepeatableRead)).await.unwrap();
        execute(&mut **connection, "select * from author", &[]).await.unwrap();
    }
    execute(&mut *one, rename, &[]).await.unwrap();
    one.commit().await.unwrap();
    let error = execute(&mut *two, rename, &[]).await.unwrap_err();
    assert!(matches!(error, Error::Busy { cause: Contention::Serialization, .. }), "{error}");
    two.rollback().await.unwrap();

    one.begin(TransactionOptions::new().read_only()).await.unwrap();
    let error = execute(&mut *one, rename, &[]).await.unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
}
