use crate::compiler::Compiler;
use crate::dialect::{Dialect, Postgres, Sqlite};
use crate::fixture::{self, author, book};
use crate::param::Param;
use mikro_orm_core::metadata::EntityId;
use mikro_orm_core::query::{CompareOp, Expr, Join, Nulls, OrderTerm, Quantifier, Select};
use mikro_orm_core::value::Value;

fn id(name: &str) -> EntityId {
    fixture::metadata().by_name(name).unwrap().id
}

fn text(dialect: &'static dyn Dialect, select: &Select) -> String {
    let compiler = Compiler::new(fixture::metadata(), dialect);
    let compiled = compiler.select(select).unwrap();
    let places: usize = compiled.params.iter().map(Param::places).sum();
    let placeholders =
        if dialect.name() == "sqlite" { compiled.sql.matches('?').count() } else { compiled.sql.matches('$').count() };
    assert_eq!(places, placeholders, "{}", compiled.sql);
    compiled.sql.to_string()
}

fn sqlite(select: &Select) -> String {
    text(&Sqlite, select)
}
fn postgres(select: &Select) -> String {
    text(&Postgres, select)
}

fn books() -> Select {
    Select::new(id("Book"), vec![book::ID, book::TITLE, book::AUTHOR])
}
fn authors() -> Select {
    Select::new(id("Author"), vec![author::ID])
}
fn books_where(filter: Expr) -> Select {
    Select { filter: Some(filter), ..Select::new(id("Book"), vec![book::ID]) }
}
fn authors_where(filter: Expr) -> Select {
    Select { filter: Some(filter), ..authors() }
}

fn eq(field: u16, value: impl Into<Value<'static>>) -> Expr {
    Expr::Compare { field, op: CompareOp::Eq, value: value.into() }
}
fn name_is(name: &'static str) -> Expr {
    Expr::Compare { field: author::NAME, op: CompareOp::Eq, value: Value::Text(name.into()) }
}
fn title_like(title: &'static str) -> Expr {
    Expr::Compare { field: book::TITLE, op: CompareOp::Like, value: Value::Text(title.into()) }
}
fn key_is(key: i64) -> Expr {
    Expr::Compare { field: 0, op: CompareOp::Eq, value: Value::Int(key) }
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
fn raw(sql: &str, params: usize) -> Expr {
    Expr::Raw { sql: sql.to_owned(), params: vec![Value::Int(1); params] }
}
fn order(path: &[u16], field: u16) -> OrderTerm {
    OrderTerm { path: path.to_vec(), ..OrderTerm::by(field) }
}
fn join(parent: Option<usize>, field: u16, entity: &str, columns: &[u16], to_many: bool) -> Join {
    Join::new(parent, field, id(entity), columns.to_vec(), to_many)
}

mod conditions;
mod joins;
mod keys;
mod pages;
