use super::support::*;
use mikro_orm_core::driver::Row;
use mikro_orm_core::error::Error;
use mikro_orm_core::query::{Expr, Join, Quantifier, Select};
use mikro_orm_core::value::Value;

#[tokio::test]
async fn joined_columns_follow_the_queried_entitys() {
    let database = Database::new("queries_joins").await;
    let mut connection = database.connection().await;
    insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &Rows::values([author("Jon", "jon", None)]), &[]).await.unwrap();
    let book = vec![Value::Text("Oaths".into()), Value::Int(1), Value::Int(1)];
    insert(&mut *connection, BOOK, &[1, 2, 3], &Rows::values([book]), &[]).await.unwrap();

    let mut select = Select::new(BOOK, vec![0, 1]);
    select.joins.push(Join::new(None, 3, AUTHOR, vec![0, 1], false));
    let name = Expr::In { field: 1, values: vec![Value::Text("Jon".into())], negated: false };
    select.filter = Some(Expr::Related { field: 3, quantifier: Quantifier::Is, condition: Box::new(name) });
    select.limit = Some(10);
    let mut found = Vec::new();
    connection.find(&select, &mut collect(&mut found)).await.unwrap();
    assert_eq!(found, [[Value::Int(1), Value::Text("Oaths".into()), Value::Int(1), Value::Text("Jon".into())]]);
    assert_eq!(connection.count(BOOK, select.filter.as_ref()).await.unwrap(), 1);
    assert_eq!(connection.count(BOOK, Some(&Expr::Or(Vec::new()))).await.unwrap(), 0);
}

#[tokio::test]
async fn raw_rows_have_names_and_statements_say_what_they_affected() {
    let database = Database::new("queries_raw").await;
    let mut connection = database.connection().await;
    let mut names = Vec::new();
    let mut sink = |row: &dyn Row| {
        names.extend((0..row.len()).map(|index| row.name(index).map(str::to_owned)));
        Ok(())
    };
    connection.execute("select 1 as one, '?' as \"Two\"", &[], &mut sink).await.unwrap();
    assert_eq!(names, [Some("one".to_owned()), Some("Two".to_owned())]);
    let affected = execute(
        &mut *connection,
        "insert into author (name, email) select 'n', 'e' || g from generate_series(1, ?) g",
        &[Value::Int(5)],
    )
    .await;
    assert_eq!(affected.unwrap(), 5);
}

#[tokio::test]
async fn a_sink_that_has_seen_enough_ends_the_query_and_the_connection_goes_on() {
    let database = Database::with("queries_sink", |options| options.max_connections(1)).await;
    let mut connection = database.connection().await;
    let mut rows = 0;
    let mut sink = |_: &dyn Row| {
        rows += 1;
        if rows == 3 { Err(Error::Detached { what: "row".into() }) } else { Ok(()) }
    };
    let ended = connection.execute("select * from generate_series(1, 100000)", &[], &mut sink).await;
    assert!(matches!(ended, Err(Error::Detached { .. })));
    assert_eq!(rows, 3);
    assert_eq!(scalar(&mut *connection, "select 1").await, Value::Int(1));
}

#[tokio::test]
async fn statements_are_prepared_once_and_again_when_the_schema_changes() {
    let database = Database::with("queries_stale", |options| options.statement_cache(2).max_connections(1)).await;
    let mut connection = database.connection().await;
    let prepared = "select count(*) from pg_prepared_statements where statement like 'select * from author%'";
    for _ in 0..3 {
        execute(&mut *connection, "select * from author", &[]).await.unwrap();
    }
    assert_eq!(scalar(&mut *connection, prepared).await, Value::Int(1));
    execute(&mut *connection, "alter table author add column extra int", &[]).await.unwrap();
    // the cache has room for two: these fill it, the first comes back by being prepared again
    execute(&mut *connection, "select * from author", &[]).await.unwrap();
    execute(&mut *connection, "alter table author add column more int", &[]).await.unwrap();
    let found = rows(&mut *connection, "select * from author", &[]).await;
    assert!(found.unwrap().is_empty());

    connection.begin(Default::default()).await.unwrap();
    execute(&mut *connection, "alter table author drop column more", &[]).await.unwrap();
    let error = execute(&mut *connection, "select * from author", &[]).await.unwrap_err();
    assert!(error.to_string().contains("cached plan"), "{error}");
    connection.rollback().await.unwrap();
    execute(&mut *connection, "deallocate all", &[]).await.unwrap();
    execute(&mut *connection, "select * from author", &[]).await.unwrap();
}

#[tokio::test]
async fn values_of_hidden_properties_are_not_logged() {
    let database = Database::new("queries_hidden").await;
    let mut connection = database.connection().await;
    for rows in [1, 2] {
        let batch = Rows::values((0..rows).map(|i| author("n", &format!("e{rows}{i}"), Some(&format!("s3cret{rows}{i}")))));
        insert(&mut *connection, AUTHOR, AUTHOR_COLUMNS, &batch, &[]).await.unwrap();
    }
    let mut select = Select::new(AUTHOR, vec![0]);
    select.filter = Some(Expr::In { field: 3, values: vec![Value::Text("s3cret10".into())], negated: false });
    connection.find(&select, &mut |_: &dyn Row| Ok(())).await.unwrap();
    let sent = database.sent();
    assert_eq!(sent.len(), 3);
    for line in sent {
        assert!(line.contains("'***'") && !line.contains("s3cret"), "{line}");
    }
}

#[tokio::test]
async fn dropping_the_schema_is_no_error_when_it_is_gone() {
    let database = Database::new("queries_schema").await;
    let mut connection = database.connection().await;
    for _ in 0..2 {
        for sql in database.driver.schema().drop().iter() {
            execute(&mut *connection, sql, &[]).await.unwrap();
        }
    }
    for sql in database.driver.schema().create().iter() {
        execute(&mut *connection, sql, &[]).await.unwrap();
    }
}
