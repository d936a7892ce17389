use crate::fixture::{author, book};
use crate::support::*;
use mikro_orm_core::error::Error;
use mikro_orm_core::query::{Expr, Select};
use mikro_orm_core::value::Value;

#[tokio::test]
async fn updates_tell_which_rows_were_there() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let keys = authors(&mut *connection, &["a", "b"]).await;
    let rows = vec![
        (Value::Int(keys[0]), vec![text("A"), Value::Date(1)]),
        (Value::Int(99), vec![text("X"), Value::Null]),
        (Value::Int(keys[1]), vec![text("B"), Value::Null]),
    ];
    let found = update(&mut *connection, "Author", &[author::NAME, author::BORN], rows, None).await.unwrap();
    assert_eq!(found, [true, false, true]);
    let rows = find(&mut *connection, &Select::new(id("Author"), vec![author::NAME, author::BORN])).await.unwrap();
    assert_eq!(rows, [[text("A"), text("1970-01-02")], [text("B"), Value::Null]]);
    assert!(update(&mut *connection, "Author", &[author::NAME], vec![], None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_row_of_another_version_is_left_alone() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let author = authors(&mut *connection, &["a"]).await[0];
    let keys = books(&mut *connection, &[("a", author, None), ("b", author, None)]).await;
    let rows = keys.iter().map(|key| (Value::Int(*key), vec![text("new"), Value::Int(2)])).collect();
    let version = Some((book::VERSION, vec![Value::Int(1), Value::Int(7)]));
    let found = update(&mut *connection, "Book", &[book::TITLE, book::VERSION], rows, version).await.unwrap();
    assert_eq!(found, [true, false]);
    let titles = find(&mut *connection, &Select::new(id("Book"), vec![book::TITLE, book::VERSION])).await.unwrap();
    assert_eq!(titles, [[text("new"), Value::Int(2)], [text("b"), Value::Int(1)]]);
}

#[tokio::test]
async fn deletes_of_any_number_of_keys() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let names: Vec<_> = (0..9000).map(|i| i.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let keys = authors(&mut *connection, &names).await;
    for (count, left) in [(1, 8999), (0, 8999), (13, 8986), (8900, 86)] {
        let before = connection.count(id("Author"), None).await.unwrap() as usize;
        let from = keys.len() - before;
        let list: Values = keys[from..from + count].iter().copied().map(Value::Int).collect();
        assert_eq!(delete(&mut *connection, "Author", list).await.unwrap(), count as u64);
        assert_eq!(connection.count(id("Author"), None).await.unwrap(), left);
    }
    assert_eq!(delete(&mut *connection, "Author", vec![Value::Int(-1), Value::Int(-1)]).await.unwrap(), 0);
}

#[tokio::test]
async fn lists_of_any_length_find_their_rows() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let names: Vec<_> = (0..4100).map(|i| i.to_string()).collect();
    authors(&mut *connection, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for len in [1, 2, 9, 100, 4096, 4100] {
        let values: Values = (1..=len).map(Value::Int).collect();
        let inside =
            keys(&mut *connection, "Author", Expr::In { field: author::ID, values: values.clone(), negated: false }).await;
        assert_eq!(inside.len() as i64, len);
        let outside = keys(&mut *connection, "Author", Expr::In { field: author::ID, values, negated: true }).await;
        assert_eq!(outside.len() as i64, 4100 - len);
    }
}

#[tokio::test]
async fn a_batch_that_fails_leaves_nothing_behind() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    let mut rows: Vec<Values> = (0..200).map(|i| vec![text("a"), text(&i.to_string())]).collect();
    rows.push(vec![text("a"), text("0")]);
    let error = insert(&mut *connection, "Author", &[author::NAME, author::EMAIL], rows, &[author::ID]).await.unwrap_err();
    assert!(matches!(error, Error::UniqueViolation(_)));
    assert_eq!(connection.count(id("Author"), None).await.unwrap(), 0);
    // and the connection is as good as before
    assert_eq!(authors(&mut *connection, &["a"]).await.len(), 1);
}
