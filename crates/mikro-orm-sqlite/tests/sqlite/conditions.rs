//! What conditions mean, where nulls make it hard.

use crate::fixture::{author, book};
use crate::support::*;
use mikro_orm_core::driver::Connection;
use mikro_orm_core::query::{CompareOp, Expr, Join, OrderTerm, Quantifier, Select};
use mikro_orm_core::value::Value;

/// Authors: 1 has `ab` and `b`, 2 has `ab`, 3 has none. Books: 1 `ab` (edited by 2), 2 `b`, 3 `ab`. Author 1 is
/// mentored by 2, and only 2 was born.
async fn filled() -> (Db, Box<dyn Connection>) {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    authors(&mut *connection, &["one", "two", "three"]).await;
    books(&mut *connection, &[("ab", 1, Some(2)), ("b", 1, None), ("ab", 2, None)]).await;
    run(&mut *connection, "update author set mentor_id = 2 where id = 1").await.unwrap();
    run(&mut *connection, "update author set born = '1970-01-01' where id = 2").await.unwrap();
    (db, connection)
}

fn like(field: u16, pattern: &str) -> Expr {
    Expr::Compare { field, op: CompareOp::Like, value: text(pattern) }
}
fn related(field: u16, quantifier: Quantifier, condition: Expr) -> Expr {
    Expr::Related { field, quantifier, condition: Box::new(condition) }
}
fn not(expr: Expr) -> Expr {
    Expr::Not(Box::new(expr))
}
fn null(field: u16, negated: bool) -> Expr {
    Expr::IsNull { field, negated }
}

#[tokio::test]
async fn some_none_and_every() {
    let (_db, mut connection) = filled().await;
    for (field, quantifier, pattern, expected) in [
        (author::BOOKS, Quantifier::Some, "a%", vec![1, 2]),
        (author::BOOKS, Quantifier::None, "a%", vec![3]),
        (author::BOOKS, Quantifier::Every, "a%", vec![2, 3]),
        // the editor of most books is null
        (author::EDITED, Quantifier::Some, "a%", vec![2]),
        (author::EDITED, Quantifier::None, "a%", vec![1, 3]),
        (author::EDITED, Quantifier::Every, "a%", vec![1, 2, 3]),
        (author::EDITED, Quantifier::Every, "b%", vec![1, 3]),
    ] {
        let condition = related(field, quantifier, like(book::TITLE, pattern));
        assert_eq!(keys(&mut *connection, "Author", condition.clone()).await, expected, "{quantifier:?} {pattern}");
        // the opposite is exactly the others
        let others: Vec<i64> = (1..=3).filter(|key| !expected.contains(key)).collect();
        assert_eq!(keys(&mut *connection, "Author", not(condition)).await, others, "not {quantifier:?} {pattern}");
    }
}

#[tokio::test]
async fn every_fails_where_the_condition_is_unknown() {
    let (_db, mut connection) = filled().await;
    run(&mut *connection, "update book set text = 'x' where id = 3").await.unwrap();
    let every = related(author::BOOKS, Quantifier::Every, like(book::TEXT, "x"));
    assert_eq!(keys(&mut *connection, "Author", every).await, [2, 3]);
}

#[tokio::test]
async fn empty_conditions_ask_whether_there_are_any() {
    let (_db, mut connection) = filled().await;
    let all = || Expr::And(Vec::new());
    assert_eq!(keys(&mut *connection, "Author", related(author::BOOKS, Quantifier::Some, all())).await, [1, 2]);
    assert_eq!(keys(&mut *connection, "Author", related(author::EDITED, Quantifier::None, all())).await, [1, 3]);
    assert_eq!(keys(&mut *connection, "Author", related(author::EDITED, Quantifier::Every, all())).await, [1, 2, 3]);
    assert_eq!(keys(&mut *connection, "Book", related(book::EDITOR, Quantifier::Is, all())).await, [1]);
    assert_eq!(keys(&mut *connection, "Book", all()).await, [1, 2, 3]);
    assert!(keys(&mut *connection, "Book", Expr::Or(Vec::new())).await.is_empty());
}

#[tokio::test]
async fn a_relation_to_nothing_satisfies_no_condition() {
    let (_db, mut connection) = filled().await;
    let editor = |condition| related(book::EDITOR, Quantifier::Is, condition);
    for (condition, expected) in [
        (like(author::NAME, "two"), vec![1]),
        (like(author::NAME, "x"), vec![]),
        (not(like(author::NAME, "x")), vec![1]),
        (null(author::BORN, true), vec![1]),
        (null(author::BORN, false), vec![]),
        (null(author::MENTOR, false), vec![1]),
        (Expr::Raw { sql: "{mentor} is null".into(), params: vec![] }, vec![1]),
        (related(author::BOOKS, Quantifier::None, like(book::TITLE, "b")), vec![1]),
        (not(related(author::BOOKS, Quantifier::Some, like(book::TITLE, "x"))), vec![1]),
        (not(related(author::MENTOR, Quantifier::Is, null(author::NAME, true))), vec![1]),
    ] {
        assert_eq!(keys(&mut *connection, "Book", editor(condition.clone())).await, expected, "{condition:?}");
    }
}

#[tokio::test]
async fn paths_of_relations() {
    let (_db, mut connection) = filled().await;
    let mentor = related(book::AUTHOR, Quantifier::Is, related(author::MENTOR, Quantifier::Is, like(author::NAME, "two")));
    assert_eq!(keys(&mut *connection, "Book", mentor.clone()).await, [1, 2]);
    let filter = Expr::Or(vec![
        Expr::And(vec![mentor, like(book::TITLE, "b")]),
        related(book::EDITOR, Quantifier::Is, null(author::BORN, true)),
    ]);
    assert_eq!(keys(&mut *connection, "Book", filter).await, [1, 2]);
}

#[tokio::test]
async fn raw_conditions_bind_their_values_in_place() {
    let (_db, mut connection) = filled().await;
    let filter = Expr::And(vec![
        Expr::Raw { sql: "upper({title}) = ?".into(), params: vec![text("AB")] },
        Expr::Compare { field: book::ID, op: CompareOp::Gt, value: Value::Int(1) },
    ]);
    assert_eq!(keys(&mut *connection, "Book", filter).await, [3]);
}

#[tokio::test]
async fn a_page_with_a_joined_collection_is_one_of_owners() {
    let (_db, mut connection) = filled().await;
    let mut select = Select::new(id("Author"), vec![author::ID]);
    select.joins = vec![Join::new(None, author::BOOKS, id("Book"), vec![book::ID], true)];
    select.order = vec![OrderTerm { descending: true, ..OrderTerm::by(author::ID) }];
    let mut page = async |limit, offset| {
        let select = Select { limit, offset, ..select.clone() };
        let rows = find(&mut *connection, &select).await.unwrap();
        rows.iter().map(|row| (integer(&row[0]), row[1].clone())).collect::<Vec<_>>()
    };
    let (three, two, one) = ((3, Value::Null), (2, Value::Int(3)), [(1, Value::Int(1)), (1, Value::Int(2))]);
    assert_eq!(page(Some(2), None).await, [three.clone(), two.clone()]);
    let mut last = page(Some(2), Some(2)).await;
    last.sort_by_key(|row| integer(&row.1));
    assert_eq!(last, one);
    assert_eq!(page(Some(1), Some(1)).await, [two]);
    assert_eq!(page(None, Some(1)).await.len(), 3);
    assert_eq!(page(Some(0), None).await, []);
}

#[tokio::test]
async fn offsets_work_without_a_limit() {
    let (_db, mut connection) = filled().await;
    let order = vec![OrderTerm::by(author::ID)];
    let select = Select { offset: Some(1), order, ..Select::new(id("Author"), vec![author::ID]) };
    assert_eq!(find(&mut *connection, &select).await.unwrap(), [[Value::Int(2)], [Value::Int(3)]]);
    let select = Select { limit: Some(u64::MAX), ..select };
    assert_eq!(find(&mut *connection, &select).await.unwrap().len(), 2);
}

#[tokio::test]
async fn hostile_names_work() {
    let db = Db::memory().await;
    let mut connection = db.acquire().await;
    insert(&mut *connection, "Odd", &[1, 2], vec![vec![text("a"), Value::Null], vec![text("b"), Value::Int(1)]], &[0])
        .await
        .unwrap();
    assert_eq!(keys(&mut *connection, "Odd", related(2, Quantifier::Is, like(1, "a"))).await, [2]);
    assert_eq!(update(&mut *connection, "Odd", &[1], vec![(Value::Int(1), vec![text("c")])], None).await.unwrap(), [true]);
    assert_eq!(delete(&mut *connection, "Odd", vec![Value::Int(2)]).await.unwrap(), 1);
    for statement in db.driver.schema().drop().iter() {
        run(&mut *connection, statement).await.unwrap();
    }
    assert!(
        query(&mut *connection, "select name from sqlite_master where name not like 'sqlite_%'", &[]).await.unwrap().is_empty()
    );
}
