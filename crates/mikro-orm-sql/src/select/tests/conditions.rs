use super::*;

#[test]
fn comparisons() {
    let ops = [
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Gt,
        CompareOp::Gte,
        CompareOp::Lt,
        CompareOp::Lte,
        CompareOp::Like,
        CompareOp::NotLike,
    ];
    let all = ops.map(|op| Expr::Compare { field: book::TITLE, op, value: Value::Text("x".into()) });
    insta::assert_snapshot!(sqlite(&books_where(Expr::And(all.to_vec()))), @"select `b0`.`id` from `book` as `b0` where `b0`.`title` = ? and `b0`.`title` != ? and `b0`.`title` > ? and `b0`.`title` >= ? and `b0`.`title` < ? and `b0`.`title` <= ? and `b0`.`title` like ? and `b0`.`title` not like ?");
    insta::assert_snapshot!(postgres(&books_where(Expr::And(all[..2].to_vec()))), @r#"select "b0"."id" from "book" as "b0" where "b0"."title" = $1 and "b0"."title" != $2"#);
}

#[test]
fn foreign_keys_compare_like_other_columns() {
    insta::assert_snapshot!(sqlite(&books_where(Expr::Or(vec![key_is(1), eq(book::AUTHOR, Value::Int(7)), null(book::EDITOR, false)]))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? or `b0`.`author_id` = ? or `b0`.`editor_id` is null");
}

#[test]
fn lists() {
    let list = |values: &[i64], negated| {
        books_where(Expr::In { field: book::ID, values: values.iter().copied().map(Value::Int).collect(), negated })
    };
    insta::assert_snapshot!(sqlite(&list(&[1, 2, 3], false)), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` in (?, ?, ?)");
    insta::assert_snapshot!(sqlite(&list(&[1], true)), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` not in (?)");
    insta::assert_snapshot!(sqlite(&list(&[], false)), @"select `b0`.`id` from `book` as `b0` where 1 = 0");
    insta::assert_snapshot!(sqlite(&list(&[], true)), @"select `b0`.`id` from `book` as `b0` where 1 = 1");
    insta::assert_snapshot!(postgres(&list(&[1, 2, 3], false)), @r#"select "b0"."id" from "book" as "b0" where "b0"."id" = any($1)"#);
    insta::assert_snapshot!(postgres(&list(&[1, 2, 3], true)), @r#"select "b0"."id" from "book" as "b0" where "b0"."id" != all($1)"#);
}

#[test]
fn combinations_have_the_parentheses_that_they_need() {
    let (a, b, c) = (key_is(1), title_like("a"), null(book::TEXT, true));
    insta::assert_snapshot!(sqlite(&books_where(Expr::And(vec![a.clone(), Expr::Or(vec![b.clone(), c.clone()])]))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? and (`b0`.`title` like ? or `b0`.`text` is not null)");
    insta::assert_snapshot!(sqlite(&books_where(Expr::Or(vec![a.clone(), Expr::And(vec![b.clone(), c.clone()])]))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? or (`b0`.`title` like ? and `b0`.`text` is not null)");
    insta::assert_snapshot!(sqlite(&books_where(not(Expr::Or(vec![a.clone(), b])))), @"select `b0`.`id` from `book` as `b0` where not (`b0`.`id` = ? or `b0`.`title` like ?)");
    insta::assert_snapshot!(sqlite(&books_where(Expr::And(vec![Expr::Or(vec![a]), Expr::And(vec![c])]))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? and `b0`.`text` is not null");
}

#[test]
fn nothing_is_true_and_any_of_nothing_is_false() {
    insta::assert_snapshot!(sqlite(&books_where(Expr::And(vec![]))), @"select `b0`.`id` from `book` as `b0`");
    insta::assert_snapshot!(sqlite(&books_where(Expr::Or(vec![]))), @"select `b0`.`id` from `book` as `b0` where 1 = 0");
    insta::assert_snapshot!(sqlite(&books_where(not(Expr::And(vec![])))), @"select `b0`.`id` from `book` as `b0` where not (1 = 1)");
}

#[test]
fn a_relation_that_is_always_there_is_joined_inner() {
    insta::assert_snapshot!(sqlite(&books_where(related(book::AUTHOR, Quantifier::Is, name_is("Jon")))), @"select `b0`.`id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` where `a1`.`name` = ?");
    insta::assert_snapshot!(postgres(&books_where(related(book::AUTHOR, Quantifier::Is, name_is("Jon")))), @r#"select "b0"."id" from "book" as "b0" inner join "author" as "a1" on "b0"."author_id" = "a1"."id" where "a1"."name" = $1"#);
}

#[test]
fn a_condition_on_the_key_alone_needs_no_join() {
    insta::assert_snapshot!(sqlite(&books_where(related(book::EDITOR, Quantifier::Is, key_is(7)))), @"select `b0`.`id` from `book` as `b0` where `b0`.`editor_id` = ?");
    insta::assert_snapshot!(sqlite(&books_where(related(book::EDITOR, Quantifier::Is, not(Expr::Or(vec![key_is(7), key_is(8)]))))), @"select `b0`.`id` from `book` as `b0` where not (`b0`.`editor_id` = ? or `b0`.`editor_id` = ?)");
    insta::assert_snapshot!(sqlite(&books_where(related(book::AUTHOR, Quantifier::Is, related(author::MENTOR, Quantifier::Is, key_is(7))))), @"select `b0`.`id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` where `a1`.`mentor_id` = ?");
    insta::assert_snapshot!(sqlite(&books_where(related(book::EDITOR, Quantifier::Is, Expr::And(vec![])))), @"select `b0`.`id` from `book` as `b0` where `b0`.`editor_id` is not null");
}

#[test]
fn a_path_is_joined_once() {
    let editor = |name| related(book::EDITOR, Quantifier::Is, name_is(name));
    insta::assert_snapshot!(sqlite(&books_where(Expr::Or(vec![editor("a"), not(editor("b")), editor("c")]))), @"select `b0`.`id` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where `a1`.`name` = ? or not (`a1`.`name` = ?) or `a1`.`name` = ?");
}

#[test]
fn a_relation_to_nothing_satisfies_no_condition() {
    let editor = |condition| books_where(related(book::EDITOR, Quantifier::Is, condition));
    insta::assert_snapshot!(sqlite(&editor(null(author::BORN, false))), @"select `b0`.`id` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where (`a1`.`id` is not null and `a1`.`born` is null)");
    insta::assert_snapshot!(sqlite(&editor(null(author::BORN, true))), @"select `b0`.`id` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where `a1`.`born` is not null");
    insta::assert_snapshot!(sqlite(&editor(not(name_is("a")))), @"select `b0`.`id` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where not (`a1`.`name` = ?)");
    insta::assert_snapshot!(sqlite(&editor(raw("{name} is null", 0))), @"select `b0`.`id` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where (`a1`.`id` is not null and (`a1`.`name` is null))");
    insta::assert_snapshot!(sqlite(&editor(Expr::Or(vec![name_is("a"), null(author::BORN, false)]))), @"select `b0`.`id` from `book` as `b0` left join `author` as `a1` on `b0`.`editor_id` = `a1`.`id` where (`a1`.`id` is not null and (`a1`.`name` = ? or `a1`.`born` is null))");
}

#[test]
fn collections_are_subqueries() {
    let books = |quantifier| authors_where(related(author::BOOKS, quantifier, title_like("a%")));
    insta::assert_snapshot!(sqlite(&books(Quantifier::Some)), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` in (select `b1`.`author_id` from `book` as `b1` where `b1`.`title` like ?)");
    insta::assert_snapshot!(sqlite(&books(Quantifier::None)), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` not in (select `b1`.`author_id` from `book` as `b1` where `b1`.`title` like ?)");
    insta::assert_snapshot!(sqlite(&books(Quantifier::Every)), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` not in (select `b1`.`author_id` from `book` as `b1` where (`b1`.`title` like ?) is not true)");
}

#[test]
fn null_foreign_keys_are_left_out_of_subqueries() {
    let edited = |quantifier| authors_where(related(author::EDITED, quantifier, title_like("a%")));
    insta::assert_snapshot!(sqlite(&edited(Quantifier::Some)), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` in (select `b1`.`editor_id` from `book` as `b1` where `b1`.`title` like ? and `b1`.`editor_id` is not null)");
    insta::assert_snapshot!(sqlite(&edited(Quantifier::None)), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` not in (select `b1`.`editor_id` from `book` as `b1` where `b1`.`title` like ? and `b1`.`editor_id` is not null)");
    insta::assert_snapshot!(sqlite(&edited(Quantifier::Every)), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` not in (select `b1`.`editor_id` from `book` as `b1` where (`b1`.`title` like ?) is not true and `b1`.`editor_id` is not null)");
    insta::assert_snapshot!(sqlite(&authors_where(related(author::EDITED, Quantifier::Some, Expr::Or(vec![key_is(1), key_is(2)])))), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` in (select `b1`.`editor_id` from `book` as `b1` where (`b1`.`id` = ? or `b1`.`id` = ?) and `b1`.`editor_id` is not null)");
    insta::assert_snapshot!(sqlite(&authors_where(related(author::EDITED, Quantifier::None, Expr::And(vec![])))), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` not in (select `b1`.`editor_id` from `book` as `b1` where `b1`.`editor_id` is not null)");
}

#[test]
fn subqueries_join_and_nest() {
    let by_jon = related(book::AUTHOR, Quantifier::Is, name_is("Jon"));
    let nested = related(book::EDITOR, Quantifier::Is, related(author::BOOKS, Quantifier::Some, by_jon));
    let filter = Expr::And(vec![name_is("x"), related(author::BOOKS, Quantifier::Some, nested), key_is(3)]);
    insta::assert_snapshot!(sqlite(&authors_where(filter.clone())), @"select `a0`.`id` from `author` as `a0` where `a0`.`name` = ? and `a0`.`id` in (select `b1`.`author_id` from `book` as `b1` left join `author` as `a2` on `b1`.`editor_id` = `a2`.`id` where `a2`.`id` in (select `b3`.`author_id` from `book` as `b3` inner join `author` as `a4` on `b3`.`author_id` = `a4`.`id` where `a4`.`name` = ?)) and `a0`.`id` = ?");
    insta::assert_snapshot!(postgres(&authors_where(filter)), @r#"select "a0"."id" from "author" as "a0" where "a0"."name" = $1 and "a0"."id" in (select "b1"."author_id" from "book" as "b1" left join "author" as "a2" on "b1"."editor_id" = "a2"."id" where "a2"."id" in (select "b3"."author_id" from "book" as "b3" inner join "author" as "a4" on "b3"."author_id" = "a4"."id" where "a4"."name" = $2)) and "a0"."id" = $3"#);
}

#[test]
fn raw_conditions() {
    insta::assert_snapshot!(sqlite(&books_where(raw("lower({title}) = ? or {author} = ?", 2))), @"select `b0`.`id` from `book` as `b0` where (lower(`b0`.`title`) = ? or `b0`.`author_id` = ?)");
    insta::assert_snapshot!(postgres(&books_where(Expr::And(vec![key_is(1), raw("{title} like ?", 1), key_is(2)]))), @r#"select "b0"."id" from "book" as "b0" where "b0"."id" = $1 and ("b0"."title" like $2) and "b0"."id" = $3"#);
    let compiler = Compiler::new(fixture::metadata(), &Postgres);
    let escaped = books_where(raw("{title} ?? '{{}'", 0));
    insta::assert_snapshot!(compiler.select(&escaped).unwrap().sql, @r#"select "b0"."id" from "book" as "b0" where ("b0"."title" ? '{}')"#);
    insta::assert_snapshot!(sqlite(&authors_where(related(author::BOOKS, Quantifier::Some, raw("{ title } > ?", 1)))), @"select `a0`.`id` from `author` as `a0` where `a0`.`id` in (select `b1`.`author_id` from `book` as `b1` where (`b1`.`title` > ?))");
}

#[test]
fn raw_conditions_are_checked() {
    let compiler = Compiler::new(fixture::metadata(), &Sqlite);
    let error = |sql: &str, params| compiler.select(&authors_where(raw(sql, params))).unwrap_err().to_string();
    insta::assert_snapshot!(error("{nmae} = 1", 0), @"Author.nmae: raw SQL names this property, which the entity does not have; it has id, name, email, password, born, mentor; write `{{` for the character `{` itself");
    insta::assert_snapshot!(error("{books} = 1", 0), @"Author.books: raw SQL names this relation, which has no column: use `some`, `none` or `every`");
    insta::assert_snapshot!(error("{name} = ?", 0), @"Author: raw SQL has 1 `?` and 0 bound values: `.bind(..)` each, and write `??` for the character itself (in: {name} = ?)");
    insta::assert_snapshot!(error("{name} = ??", 1), @"Author: raw SQL has 0 `?` and 1 bound values: `.bind(..)` each, and write `??` for the character itself (in: {name} = ??)");
    insta::assert_snapshot!(error("{name", 0), @"Author: a `{` has no `}`: write `{{` for the character itself (in the raw SQL: {name)");
}

#[test]
fn what_was_not_made_by_typed_functions_is_checked_too() {
    let compiler = Compiler::new(fixture::metadata(), &Sqlite);
    let error = |filter| compiler.select(&authors_where(filter)).unwrap_err().to_string();
    insta::assert_snapshot!(error(key_is(1).clone_with_field(99)), @"Author: a condition names property number 99, which it does not have");
    insta::assert_snapshot!(error(key_is(1).clone_with_field(author::BOOKS)), @"Author.books: a collection has no value to compare, read or order by: use `some`, `none` or `every`");
    insta::assert_snapshot!(error(related(author::NAME, Quantifier::Is, key_is(1))), @"Author.name: the condition is for a relation, and this is none: compare the property itself");
}

trait WithField {
    fn clone_with_field(self, field: u16) -> Expr;
}
impl WithField for Expr {
    fn clone_with_field(self, field: u16) -> Expr {
        Expr::Compare { field, op: CompareOp::Eq, value: Value::Int(1) }
    }
}

#[test]
fn hostile_names_stay_inside_of_their_quotes() {
    let mut select = Select::new(id("Odd"), vec![0, 1, 2]);
    select.filter = Some(Expr::And(vec![key_is(1), raw("{name} = ?", 1), related(2, Quantifier::Is, null(1, true))]));
    insta::assert_snapshot!(sqlite(&select), @r#"select `o0`.`select`, `o0`.`a``"'b.c, d`, `o0`.`other_select` from `order``"; drop table author; --` as `o0` left join `order``"; drop table author; --` as `o1` on `o0`.`other_select` = `o1`.`select` where `o0`.`select` = ? and (`o0`.`a``"'b.c, d` = ?) and `o1`.`a``"'b.c, d` is not null"#);
    insta::assert_snapshot!(postgres(&select), @r#"select "o0"."select", "o0"."a`""'b.c, d", "o0"."other_select" from "order`""; drop table author; --" as "o0" left join "order`""; drop table author; --" as "o1" on "o0"."other_select" = "o1"."select" where "o0"."select" = $1 and ("o0"."a`""'b.c, d" = $2) and "o1"."a`""'b.c, d" is not null"#);
}
