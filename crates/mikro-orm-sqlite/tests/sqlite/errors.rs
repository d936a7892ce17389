use crate::fixture::{author, book};
use crate::support::*;
use mikro_orm_core::driver::Row;
use mikro_orm_core::error::Error;
use mikro_orm_core::query::Select;
use mikro_orm_core::value::Value;
use mikro_orm_sqlite::SqliteOptions;

#[tokio::test]
async fn unique_violations_name_entity_property_and_constraint() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let columns = [author::NAME, author::EMAIL];
    let rows = || vec![vec![text("a"), text("hunter2")]];
    insert(&mut *connection, "Author", &columns, rows(), &[]).await.unwrap();
    let error = insert(&mut *connection, "Author", &columns, rows(), &[]).await.unwrap_err();
    let violation = error.constraint().unwrap();
    assert_eq!(violation.table.as_deref(), Some("author"));
    assert_eq!(violation.columns, ["email"]);
    assert_eq!(violation.constraint.as_deref(), Some("author_email_unique"));
    assert!(error.is_unique_violation());
    insta::assert_snapshot!(error, @"unique constraint violated: Author.email (constraint author_email_unique): another row has this value: use another one, or find and edit that row");
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_key_twice_is_a_unique_violation() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    authors(&mut *connection, &["a"]).await;
    let values = vec![vec![Value::Int(1), text("b"), text("b")]];
    let error = insert(&mut *connection, "Author", &[author::ID, author::NAME, author::EMAIL], values, &[]).await.unwrap_err();
    insta::assert_snapshot!(error, @"unique constraint violated: Author.id: a row with this key exists: find and edit it, or use another key");
}

#[tokio::test]
async fn hostile_names_are_told_apart() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let rows = || vec![vec![text("a")]];
    insert(&mut *connection, "Odd", &[1], rows(), &[]).await.unwrap();
    let error = insert(&mut *connection, "Odd", &[1], rows(), &[]).await.unwrap_err();
    assert_eq!(error.constraint().unwrap().properties, ["name"]);
}

#[tokio::test]
async fn foreign_keys() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let values = vec![vec![text("a"), Value::Int(7)]];
    let error = insert(&mut *connection, "Book", &[book::TITLE, book::AUTHOR], values, &[]).await.unwrap_err();
    assert!(error.is_foreign_key_violation());
    insta::assert_snapshot!(error, @"foreign key violated: Book.author (constraint book_author_id_foreign): what it refers to does not exist: flush that too, or refer to something that exists");
    let keys = authors(&mut *connection, &["a"]).await;
    books(&mut *connection, &[("a", keys[0], None)]).await;
    let error = delete(&mut *connection, "Author", vec![Value::Int(keys[0])]).await.unwrap_err();
    insta::assert_snapshot!(error, @"foreign key violated: Author: other rows still refer to it: remove them too, or point them elsewhere first");
}

#[tokio::test]
async fn missing_values_and_checks() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let error = insert(&mut *connection, "Author", &[author::NAME], vec![vec![text("a")]], &[]).await.unwrap_err();
    assert!(matches!(error, Error::NotNullViolation(_)));
    insta::assert_snapshot!(error, @"a value is missing: Author.email: set the property, or make it an `Option` and its column nullable");
    run(&mut *connection, "create table c (a int constraint small check (a < 3))").await.unwrap();
    let error = run(&mut *connection, "insert into c values (3)").await.unwrap_err();
    assert!(matches!(error, Error::CheckViolation(_)));
    insta::assert_snapshot!(error, @"check constraint violated: a constraint of the database (constraint small): the database's check does not allow the value: use one that it allows");
}

#[tokio::test]
async fn a_statement_that_is_wrong_comes_with_its_text() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let error = run(&mut *connection, "select nothing from nowhere").await.unwrap_err();
    assert!(matches!(&error, Error::Query { sql, .. } if sql == "select nothing from nowhere"), "{error}");
    let error = run(&mut *connection, "select 1; select 2").await.unwrap_err();
    assert!(matches!(error, Error::Validation { .. }), "{error}");
    let error = query(&mut *connection, "select ?", &[]).await.unwrap_err();
    assert!(matches!(error, Error::Validation { .. }), "{error}");
}

#[tokio::test]
async fn a_sinks_error_ends_the_query() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    authors(&mut *connection, &["a", "b"]).await;
    let mut seen = 0;
    let mut sink = |_: &dyn Row| {
        seen += 1;
        Err(Error::Closed)
    };
    let result = connection.find(&Select::new(id("Author"), vec![author::ID]), &mut sink).await;
    assert!(matches!(result, Err(Error::Closed)));
    assert_eq!(seen, 1);
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 2);
}

#[tokio::test]
async fn files_that_can_not_be_opened_are_connection_errors_with_the_path() {
    let dir = Dir::new();
    let path = dir.file("missing/a.db");
    let error = Db::open(SqliteOptions::new(&path)).await.err().unwrap();
    assert!(matches!(error, Error::Connection { .. }));
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");

    let path = dir.file("text.db");
    std::fs::write(&path, "this is no database, and long enough to be seen as none by everybody who looks").unwrap();
    let error = Db::open(SqliteOptions::new(&path)).await.err().unwrap();
    assert!(matches!(error, Error::Connection { .. }), "{error:?}");
    assert!(error.to_string().contains("text.db"), "{error}");
}
