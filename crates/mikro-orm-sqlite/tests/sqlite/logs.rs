use crate::fixture::author::{EMAIL, ID, NAME, PASSWORD};
use crate::support::*;
use mikro_orm_core::driver::TransactionOptions;
use mikro_orm_core::query::{CompareOp, Expr, Select};
use mikro_orm_core::value::Value;

#[tokio::test]
async fn a_flush_is_logged_in_order_with_one_line_per_text() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    connection.begin(TransactionOptions::new()).await.unwrap();
    let names: Vec<_> = (0..18).map(|i| format!("n{i}")).collect();
    let keys = authors(&mut *connection, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let rows = keys[..3].iter().map(|key| (Value::Int(*key), vec![text("x")])).collect();
    update(&mut *connection, "Author", &[NAME], rows, None).await.unwrap();
    delete(&mut *connection, "Author", vec![Value::Int(1), Value::Int(2)]).await.unwrap();
    connection.commit().await.unwrap();
    let log = db.logged();
    let values: Vec<_> = (0..16).map(|i| format!("('n{i}', 'n{i}@wall.north')")).collect();
    assert_eq!(
        log,
        [
            "begin".to_owned(),
            format!("insert into `author` (`name`, `email`) values {}", values.join(", ")),
            "insert into `author` (`name`, `email`) values ('n16', 'n16@wall.north') [x2]".to_owned(),
            "update `author` set `name` = 'x' where `id` = 1 [x3]".to_owned(),
            "delete from `author` where `id` in (1, 2)".to_owned(),
            "commit".to_owned(),
        ]
    );
}

#[tokio::test]
async fn queries_are_logged_with_their_values() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let mut select = Select::new(id("Author"), vec![ID, NAME]);
    select.filter = Some(Expr::In { field: ID, values: (1..=10).map(Value::Int).collect(), negated: false });
    select.limit = Some(5);
    find(&mut *connection, &select).await.unwrap();
    assert_eq!(
        db.logged(),
        [
            "select `a0`.`id`, `a0`.`name` from `author` as `a0` where `a0`.`id` in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10) limit 5"
        ]
    );
}

#[tokio::test]
async fn hidden_values_are_in_no_log() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let row = vec![text("a"), text("a"), text("hunter2")];
    insert(&mut *connection, "Author", &[NAME, EMAIL, PASSWORD], vec![row], &[]).await.unwrap();
    update(&mut *connection, "Author", &[PASSWORD], vec![(Value::Int(1), vec![text("hunter2")])], None).await.unwrap();
    let filter = Expr::Compare { field: PASSWORD, op: CompareOp::Eq, value: text("hunter2") };
    connection.count(id("Author"), Some(&filter)).await.unwrap();
    let raw = Expr::Raw { sql: "{password} = ?".into(), params: vec![text("hunter2")] };
    connection.count(id("Author"), Some(&raw)).await.unwrap();
    query(&mut *connection, "select 1 from author where password = ?", &[text("hunter2")]).await.unwrap();
    let log = db.logged();
    assert_eq!(log.len(), 5);
    for line in log {
        assert!(line.contains("'***'") && !line.contains("hunter2"), "{line}");
    }
}

#[tokio::test]
async fn failures_are_logged() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    run(&mut *connection, "select nothing").await.unwrap_err();
    assert_eq!(db.logged(), ["select nothing [failed]"]);
}
