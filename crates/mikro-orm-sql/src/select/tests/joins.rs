use super::*;

#[test]
fn all_of_an_entity() {
    insta::assert_snapshot!(sqlite(&books()), @"select `b0`.`id`, `b0`.`title`, `b0`.`author_id` from `book` as `b0`");
    insta::assert_snapshot!(postgres(&books()), @r#"select "b0"."id", "b0"."title", "b0"."author_id" from "book" as "b0""#);
}

#[test]
fn joined_columns_come_after_the_roots_with_their_alias() {
    let mut select = books();
    select.joins = vec![
        join(None, book::AUTHOR, "Author", &[author::ID, author::NAME], false),
        join(None, book::EDITOR, "Author", &[author::ID], false),
        join(Some(0), author::MENTOR, "Author", &[author::ID], false),
        join(Some(1), author::BOOKS, "Book", &[book::ID], true),
    ];
    insta::assert_snapshot!(sqlite(&select), @"select `b0`.`id`, `b0`.`title`, `b0`.`author_id`, `a1`.`id` as `a1__id`, `a1`.`name` as `a1__name`, `a2`.`id` as `a2__id`, `a3`.`id` as `a3__id`, `b4`.`id` as `b4__id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` left join `author` as `a2` on `b0`.`editor_id` = `a2`.`id` left join `author` as `a3` on `a1`.`mentor_id` = `a3`.`id` left join `book` as `b4` on `a2`.`id` = `b4`.`author_id`");
    insta::assert_snapshot!(postgres(&select), @r#"select "b0"."id", "b0"."title", "b0"."author_id", "a1"."id" as "a1__id", "a1"."name" as "a1__name", "a2"."id" as "a2__id", "a3"."id" as "a3__id", "b4"."id" as "b4__id" from "book" as "b0" inner join "author" as "a1" on "b0"."author_id" = "a1"."id" left join "author" as "a2" on "b0"."editor_id" = "a2"."id" left join "author" as "a3" on "a1"."mentor_id" = "a3"."id" left join "book" as "b4" on "a2"."id" = "b4"."author_id""#);
}

#[test]
fn what_follows_a_collection_may_be_missing() {
    let mut select = authors();
    select.joins =
        vec![join(None, author::BOOKS, "Book", &[book::ID], true), join(Some(0), book::AUTHOR, "Author", &[author::ID], false)];
    insta::assert_snapshot!(sqlite(&select), @"select `a0`.`id`, `b1`.`id` as `b1__id`, `a2`.`id` as `a2__id` from `author` as `a0` left join `book` as `b1` on `a0`.`id` = `b1`.`author_id` left join `author` as `a2` on `b1`.`author_id` = `a2`.`id`");
}

#[test]
fn conditions_and_orders_use_what_is_joined() {
    let mut select = books();
    select.joins = vec![join(None, book::AUTHOR, "Author", &[author::ID], false)];
    select.filter = Some(related(book::AUTHOR, Quantifier::Is, name_is("Jon")));
    select.order = vec![order(&[book::AUTHOR], author::NAME), order(&[book::EDITOR], author::NAME), order(&[], book::TITLE)];
    insta::assert_snapshot!(sqlite(&select), @"select `b0`.`id`, `b0`.`title`, `b0`.`author_id`, `a1`.`id` as `a1__id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` left join `author` as `a2` on `b0`.`editor_id` = `a2`.`id` where `a1`.`name` = ? order by `a1`.`name` asc, `a2`.`name` asc, `b0`.`title` asc");
}

#[test]
fn orders() {
    let mut select = books();
    select.order = vec![
        OrderTerm { descending: true, nulls: Some(Nulls::Last), ..order(&[], book::TEXT) },
        OrderTerm { nulls: Some(Nulls::First), ..order(&[book::AUTHOR, author::MENTOR], author::NAME) },
    ];
    insta::assert_snapshot!(sqlite(&select), @"select `b0`.`id`, `b0`.`title`, `b0`.`author_id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` left join `author` as `a2` on `a1`.`mentor_id` = `a2`.`id` order by `b0`.`text` desc nulls last, `a2`.`name` asc nulls first");
    insta::assert_snapshot!(postgres(&select), @r#"select "b0"."id", "b0"."title", "b0"."author_id" from "book" as "b0" inner join "author" as "a1" on "b0"."author_id" = "a1"."id" left join "author" as "a2" on "a1"."mentor_id" = "a2"."id" order by "b0"."text" desc nulls last, "a2"."name" asc nulls first"#);
}

#[test]
fn counts() {
    let count = |dialect: &'static dyn Dialect, filter: Option<&Expr>| {
        Compiler::new(fixture::metadata(), dialect).count(id("Book"), filter).unwrap().sql.to_string()
    };
    let filter = related(book::EDITOR, Quantifier::Is, name_is("Jon"));
    insta::assert_snapshot!(count(&Sqlite, None), @"select count(*) as `count` from `book` as `b0`");
    insta::assert_snapshot!(count(&Sqlite, Some(&filter)), @"select count(*) as `count` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where `a1`.`name` = ?");
    insta::assert_snapshot!(count(&Postgres, Some(&filter)), @r#"select count(*) as "count" from "book" as "b0" left join "author" as "a1" on "b0"."editor_id" = "a1"."id" where "a1"."name" = $1"#);
}
