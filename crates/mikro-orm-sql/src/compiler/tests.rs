use super::*;
use crate::dialect::{Postgres, Sqlite};
use crate::fixture::{self, author, book};
use mikro_orm_core::query::{CompareOp, Join, JoinType, OrderTerm};
use mikro_orm_core::value::Value;

fn compiler(dialect: &'static dyn Dialect) -> Compiler {
    Compiler::new(fixture::metadata(), dialect)
}

fn by_title(compiler: &Compiler, title: &str) -> Select {
    let mut select = Select::new(compiler.metadata().by_name("Book").unwrap().id, vec![book::ID]);
    select.filter = Some(Expr::Compare { field: book::TITLE, op: CompareOp::Eq, value: Value::Text(title.to_owned().into()) });
    select
}

fn in_list(compiler: &Compiler, keys: std::ops::Range<i64>) -> Select {
    let mut select = Select::new(compiler.metadata().by_name("Book").unwrap().id, vec![book::ID]);
    select.filter = Some(Expr::In { field: book::ID, values: keys.map(Value::Int).collect(), negated: false });
    select
}

#[test]
fn queries_of_one_shape_share_their_text() {
    let compiler = compiler(&Sqlite);
    let (a, b) = (by_title(&compiler, "a"), by_title(&compiler, "b"));
    let (a, b) = (compiler.select(&a).unwrap(), compiler.select(&b).unwrap());
    assert!(Arc::ptr_eq(&a.sql, &b.sql));
    assert_ne!(a.params, b.params);
}

/// One step away from each other in every direction: no two may share a text unless the texts are equal.
#[test]
fn different_shapes_have_different_texts() {
    let compiler = compiler(&Sqlite);
    let base = by_title(&compiler, "a");
    let mut shapes = vec![base.clone()];
    let mut with = |change: &dyn Fn(&mut Select)| {
        let mut shape = base.clone();
        change(&mut shape);
        shapes.push(shape);
    };
    with(&|s| s.columns.push(book::TITLE));
    with(&|s| s.limit = Some(1));
    with(&|s| s.limit = Some(2));
    with(&|s| s.offset = Some(2));
    with(&|s| s.filter = None);
    for op in [CompareOp::Ne, CompareOp::Gt, CompareOp::Gte, CompareOp::Lt, CompareOp::Lte, CompareOp::Like, CompareOp::NotLike] {
        with(&|s| s.filter = Some(Expr::Compare { field: book::TITLE, op, value: Value::Null }));
    }
    for negated in [false, true] {
        with(&|s| s.filter = Some(Expr::IsNull { field: book::TEXT, negated }));
        for len in [0, 1, 2, 12] {
            with(&|s| s.filter = Some(Expr::In { field: book::ID, values: vec![Value::Int(1); len], negated }));
        }
    }
    with(&|s| s.distinct = true);
    with(&|s| (s.per, s.limit) = (Some(book::AUTHOR), Some(2)));
    with(&|s| (s.per, s.limit) = (Some(book::ID), Some(2)));
    with(&|s| (s.per, s.offset) = (Some(book::AUTHOR), Some(2)));
    with(&|s| (s.per, s.limit, s.offset) = (Some(book::AUTHOR), Some(2), Some(2)));
    let author = compiler.metadata().by_name("Author").unwrap().id;
    let joined = |change: &dyn Fn(&mut Join)| {
        let mut join = Join::new(None, book::AUTHOR, author, vec![author::ID], false);
        change(&mut join);
        join
    };
    with(&|s| s.joins.push(joined(&|_| {})));
    with(&|s| s.joins.push(joined(&|join| join.kind = Some(JoinType::Left))));
    with(&|s| s.joins.push(joined(&|join| join.columns.push(author::NAME))));
    for field in [author::ID, author::NAME] {
        with(&|s| {
            s.joins.push(joined(&|join| join.filter = Some(Expr::IsNull { field, negated: true })));
        });
        for descending in [false, true] {
            with(&|s| {
                let term = OrderTerm { descending, ..OrderTerm::by(field) };
                s.joins.push(joined(&|join| join.order.push(term.clone())));
            });
        }
    }
    for sql in ["1 = 1", "1 = 2"] {
        with(&|s| s.filter = Some(Expr::Raw { sql: sql.to_owned(), params: Vec::new() }));
    }
    let mut texts: Vec<_> = shapes.iter().map(|shape| compiler.select(shape).unwrap().sql).collect();
    let count = texts.len();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), count);
    // and the other way round: asked again, in any order, each shape finds its own
    for shape in shapes.iter().rev() {
        assert_eq!(*compiler.select(shape).unwrap().sql, *select::select(&compiler.metadata, compiler.dialect, shape).unwrap());
    }
}

#[test]
fn lists_are_padded_to_a_few_sizes_or_bound_as_one() {
    let sqlite = compiler(&Sqlite);
    let select = in_list(&sqlite, 0..10);
    let compiled = sqlite.select(&select).unwrap();
    assert_eq!(compiled.params.iter().map(Param::places).sum::<usize>(), 12);
    assert_eq!(compiled.sql.matches('?').count(), 12);

    let postgres = compiler(&Postgres);
    let (few, many) = (in_list(&postgres, 0..1), in_list(&postgres, 0..1000));
    let (few, many) = (postgres.select(&few).unwrap(), postgres.select(&many).unwrap());
    assert!(Arc::ptr_eq(&few.sql, &many.sql));
    assert_eq!(many.params.len(), 1);
}

#[test]
fn long_lists_are_one_parameter() {
    let sqlite = compiler(&Sqlite);
    let (few, many) = (in_list(&sqlite, 0..5000), in_list(&sqlite, 0..100_000));
    let (few, many) = (sqlite.select(&few).unwrap(), sqlite.select(&many).unwrap());
    assert!(Arc::ptr_eq(&few.sql, &many.sql));
    assert_eq!(many.params.iter().map(Param::places).sum::<usize>(), 1);
    assert!(many.sql.ends_with("in (select value from json_each(?))"), "{}", many.sql);
    let mut bytes = in_list(&sqlite, 0..1);
    bytes.filter = Some(Expr::In { field: author::ID, values: vec![Value::Uuid([0; 16]); 5000], negated: true });
    let sql = sqlite.select(&bytes).unwrap().sql;
    assert!(sql.ends_with("not in (select unhex(value) from json_each(?))"), "{sql}");
}

#[test]
fn too_many_parameters_are_refused_before_the_database_sees_them() {
    let compiler = compiler(&Sqlite);
    let list = |length| Expr::In { field: author::ID, values: vec![Value::Int(1); length], negated: false };
    let mut select = in_list(&compiler, 0..1);
    select.filter = Some(Expr::Or(vec![list(4096); 8]));
    let error = compiler.select(&select).unwrap_err();
    insta::assert_snapshot!(error, @"the query has 32768 parameters, and sqlite takes 32766 at most: ask in parts");
}

#[test]
fn origins_name_properties_and_what_is_hidden() {
    let compiler = compiler(&Sqlite);
    let author = compiler.metadata().by_name("Author").unwrap().id;
    let mut select = Select::new(author, vec![author::ID]);
    let compare = |field| Expr::Compare { field, op: CompareOp::Eq, value: Value::Text("x".into()) };
    let raw = |sql: &str| Expr::Raw { sql: sql.to_owned(), params: vec![Value::Int(1)] };
    select.filter = Some(Expr::And(vec![
        compare(author::NAME),
        compare(author::PASSWORD),
        raw("length({password}) > ?"),
        raw("length({name}) > ?"),
    ]));
    select.limit = Some(5);
    let origins = compiler.select_origins(&select).unwrap();
    let hidden: Vec<_> = origins.iter().map(|origin| (origin.property, origin.hidden)).collect();
    assert_eq!(hidden, [(Some(author::NAME), false), (Some(author::PASSWORD), true), (None, true), (None, false), (None, false)]);
    assert_eq!(origins.len(), compiler.select(&select).unwrap().params.len());
}

#[test]
fn statements_that_name_a_hidden_column_are_logged_without_values() {
    let metadata = fixture::metadata();
    let params = [Value::Int(1)];
    let shown = |sql| crate::origin::logged_statement(&metadata, sql, &params) == params;
    assert!(shown("update author set name = ?"));
    assert!(!shown("update author set PASSWORD = ?"));
}
