//! Keys of several columns.

use super::*;
use crate::fixture::{label, place, shelf};
use mikro_orm_core::metadata::KEY;

fn both(select: &Select) -> String {
    let text = |dialect: &'static dyn Dialect| {
        let compiler = Compiler::new(fixture::composite(), dialect);
        let compiled = compiler.select(select).unwrap();
        format!("{}\n{:?}", compiled.sql, compiled.params.iter().map(Param::places).collect::<Vec<_>>())
    };
    format!("{}\n{}", text(&Sqlite), text(&Postgres))
}
fn of(entity: &str, columns: &[u16]) -> Select {
    Select::new(fixture::composite().by_name(entity).unwrap().id, columns.to_vec())
}
fn row(room: i64, name: &'static str) -> Value<'static> {
    Value::Row(vec![Value::Int(room), Value::Text(name.into())])
}

#[test]
fn conditions() {
    let shelves = |filter| Select { filter: Some(filter), ..of("Shelf", &[shelf::ROOM, shelf::NAME]) };
    let eq = Expr::Compare { field: KEY, op: CompareOp::Eq, value: row(1, "a") };
    insta::assert_snapshot!(both(&shelves(eq)), @r#"
select `s0`.`room`, `s0`.`name` from `shelf` as `s0` where (`s0`.`room`, `s0`.`name`) = (?, ?)
[1, 1]
select "s0"."room", "s0"."name" from "shelf" as "s0" where ("s0"."room", "s0"."name") = ($1, $2)
[1, 1]
"#);
    let any = |negated| Expr::In { field: KEY, values: vec![row(1, "a"), row(2, "b")], negated };
    insta::assert_snapshot!(both(&shelves(any(false))), @r#"
select `s0`.`room`, `s0`.`name` from `shelf` as `s0` where (`s0`.`room`, `s0`.`name`) in (values (?, ?), (?, ?))
[4]
select "s0"."room", "s0"."name" from "shelf" as "s0" where ("s0"."room", "s0"."name") in (select v.c0, v.c1 from unnest($1::int[], $2::text[]) as v(c0, c1))
[1, 1]
"#);
    insta::assert_snapshot!(both(&shelves(any(true))), @r#"
select `s0`.`room`, `s0`.`name` from `shelf` as `s0` where (`s0`.`room`, `s0`.`name`) not in (values (?, ?), (?, ?))
[4]
select "s0"."room", "s0"."name" from "shelf" as "s0" where ("s0"."room", "s0"."name") not in (select v.c0, v.c1 from unnest($1::int[], $2::text[]) as v(c0, c1))
[1, 1]
"#);
    let some = |quantifier| related(shelf::PLACES, quantifier, Expr::And(Vec::new()));
    insta::assert_snapshot!(both(&shelves(some(Quantifier::None))), @r#"
select `s0`.`room`, `s0`.`name` from `shelf` as `s0` where (`s0`.`room`, `s0`.`name`) not in (select `p1`.`shelf_room`, `p1`.`shelf_name` from `place` as `p1`)
[]
select "s0"."room", "s0"."name" from "shelf" as "s0" where ("s0"."room", "s0"."name") not in (select "p1"."shelf_room", "p1"."shelf_name" from "place" as "p1")
[]
"#);
    let size = Expr::Size { field: shelf::PLACES, op: CompareOp::Gt, count: 2 };
    insta::assert_snapshot!(both(&shelves(size)), @r#"
select `s0`.`room`, `s0`.`name` from `shelf` as `s0` where (select count(*) from `place` as `p1` where (`p1`.`shelf_room`, `p1`.`shelf_name`) = (`s0`.`room`, `s0`.`name`)) > ?
[1]
select "s0"."room", "s0"."name" from "shelf" as "s0" where (select count(*) from "place" as "p1" where ("p1"."shelf_room", "p1"."shelf_name") = ("s0"."room", "s0"."name")) > $1
[1]
"#);
}

#[test]
fn conditions_on_foreign_keys() {
    let labels = |filter| Select { filter: Some(filter), ..of("Label", &[label::ID]) };
    let place = |number| Value::Row(vec![Value::Int(1), Value::Text("a".into()), Value::Int(number)]);
    let any = Expr::In { field: label::PLACE, values: vec![place(1), place(2)], negated: false };
    insta::assert_snapshot!(both(&labels(any)), @r#"
select `l0`.`id` from `label` as `l0` where (`l0`.`place_shelf_room`, `l0`.`place_shelf_name`, `l0`.`place_number`) in (values (?, ?, ?), (?, ?, ?))
[6]
select "l0"."id" from "label" as "l0" where ("l0"."place_shelf_room", "l0"."place_shelf_name", "l0"."place_number") in (select v.c0, v.c1, v.c2 from unnest($1::int[], $2::text[], $3::bigint[]) as v(c0, c1, c2))
[1, 1, 1]
"#);
    insta::assert_snapshot!(both(&labels(null(label::PLACE, false))), @r#"
select `l0`.`id` from `label` as `l0` where `l0`.`place_shelf_room` is null
[]
select "l0"."id" from "label" as "l0" where "l0"."place_shelf_room" is null
[]
"#);
    let by_key = Expr::Compare { field: KEY, op: CompareOp::Ne, value: place(1) };
    insta::assert_snapshot!(both(&labels(related(label::PLACE, Quantifier::Is, by_key))), @r#"
select `l0`.`id` from `label` as `l0` where (`l0`.`place_shelf_room`, `l0`.`place_shelf_name`, `l0`.`place_number`) != (?, ?, ?)
[1, 1, 1]
select "l0"."id" from "label" as "l0" where ("l0"."place_shelf_room", "l0"."place_shelf_name", "l0"."place_number") != ($1, $2, $3)
[1, 1, 1]
"#);
    let by_shelf = Expr::Compare { field: place::SHELF, op: CompareOp::Eq, value: row(1, "a") };
    insta::assert_snapshot!(both(&labels(related(label::PLACE, Quantifier::Is, by_shelf))), @r#"
select `l0`.`id` from `label` as `l0` left join `place` as `p1` on `l0`.`place_shelf_room` = `p1`.`shelf_room` and `l0`.`place_shelf_name` = `p1`.`shelf_name` and `l0`.`place_number` = `p1`.`number` where (`p1`.`shelf_room`, `p1`.`shelf_name`) = (?, ?)
[1, 1]
select "l0"."id" from "label" as "l0" left join "place" as "p1" on "l0"."place_shelf_room" = "p1"."shelf_room" and "l0"."place_shelf_name" = "p1"."shelf_name" and "l0"."place_number" = "p1"."number" where ("p1"."shelf_room", "p1"."shelf_name") = ($1, $2)
[1, 1]
"#);
}

#[test]
fn joins_and_pages() {
    let id = |name: &str| fixture::composite().by_name(name).unwrap().id;
    let mut select = of("Label", &[label::ID, label::PLACE_SHELF_ROOM, label::PLACE_SHELF_NAME, label::PLACE_NUMBER]);
    let columns = vec![place::SHELF_ROOM, place::SHELF_NAME, place::NUMBER];
    select.joins.push(Join::new(None, label::PLACE, id("Place"), columns, false));
    insta::assert_snapshot!(both(&select), @r#"
select `l0`.`id`, `l0`.`place_shelf_room`, `l0`.`place_shelf_name`, `l0`.`place_number`, `p1`.`shelf_room` as `p1__shelf_room`, `p1`.`shelf_name` as `p1__shelf_name`, `p1`.`number` as `p1__number` from `label` as `l0` left join `place` as `p1` on `l0`.`place_shelf_room` = `p1`.`shelf_room` and `l0`.`place_shelf_name` = `p1`.`shelf_name` and `l0`.`place_number` = `p1`.`number`
[]
select "l0"."id", "l0"."place_shelf_room", "l0"."place_shelf_name", "l0"."place_number", "p1"."shelf_room" as "p1__shelf_room", "p1"."shelf_name" as "p1__shelf_name", "p1"."number" as "p1__number" from "label" as "l0" left join "place" as "p1" on "l0"."place_shelf_room" = "p1"."shelf_room" and "l0"."place_shelf_name" = "p1"."shelf_name" and "l0"."place_number" = "p1"."number"
[]
"#);
    let mut select = of("Shelf", &[shelf::ROOM, shelf::NAME]);
    let columns = vec![place::SHELF_ROOM, place::SHELF_NAME, place::NUMBER];
    select.joins.push(Join::new(None, shelf::PLACES, id("Place"), columns, true));
    select.limit = Some(3);
    insta::assert_snapshot!(both(&select), @r#"
select `s0`.`room`, `s0`.`name`, `p1`.`shelf_room` as `p1__shelf_room`, `p1`.`shelf_name` as `p1__shelf_name`, `p1`.`number` as `p1__number` from `shelf` as `s0` left join `place` as `p1` on `s0`.`room` = `p1`.`shelf_room` and `s0`.`name` = `p1`.`shelf_name` where (`s0`.`room`, `s0`.`name`) in (select `s2`.`room`, `s2`.`name` from (select `s2`.`room`, `s2`.`name` from `shelf` as `s2` limit ?) as `s2`)
[1]
select "s0"."room", "s0"."name", "p1"."shelf_room" as "p1__shelf_room", "p1"."shelf_name" as "p1__shelf_name", "p1"."number" as "p1__number" from "shelf" as "s0" left join "place" as "p1" on "s0"."room" = "p1"."shelf_room" and "s0"."name" = "p1"."shelf_name" where ("s0"."room", "s0"."name") in (select "s2"."room", "s2"."name" from (select "s2"."room", "s2"."name" from "shelf" as "s2" limit $1) as "s2")
[1]
"#);
}

#[test]
fn values_that_are_too_few_are_an_error() {
    let compiler = Compiler::new(fixture::composite(), &Sqlite);
    let eq = Expr::Compare { field: KEY, op: CompareOp::Eq, value: Value::Int(1) };
    let error = compiler.select(&Select { filter: Some(eq), ..of("Shelf", &[shelf::ROOM]) }).unwrap_err();
    insta::assert_snapshot!(error, @"Shelf.key: has 2 columns, and is compared with 1: give a value for each, as a tuple");
}
