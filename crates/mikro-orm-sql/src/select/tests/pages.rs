use super::*;

#[test]
fn limits_and_offsets() {
    let page = |limit, offset| Select { limit, offset, ..books_where(key_is(1)) };
    insta::assert_snapshot!(sqlite(&page(Some(1), None)), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? limit 1");
    insta::assert_snapshot!(sqlite(&page(Some(10), Some(0))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? limit ?");
    insta::assert_snapshot!(sqlite(&page(Some(10), Some(20))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? limit ? offset ?");
    insta::assert_snapshot!(sqlite(&page(None, Some(20))), @"select `b0`.`id` from `book` as `b0` where `b0`.`id` = ? limit -1 offset ?");
    insta::assert_snapshot!(postgres(&page(Some(10), Some(20))), @r#"select "b0"."id" from "book" as "b0" where "b0"."id" = $1 limit $2 offset $3"#);
    insta::assert_snapshot!(postgres(&page(None, Some(20))), @r#"select "b0"."id" from "book" as "b0" where "b0"."id" = $1 offset $2"#);
}

#[test]
fn joined_to_one_relations_do_not_disturb_a_page() {
    let mut select = Select { limit: Some(10), ..books() };
    select.joins = vec![join(None, book::AUTHOR, "Author", &[author::ID], false)];
    insta::assert_snapshot!(sqlite(&select), @"select `b0`.`id`, `b0`.`title`, `b0`.`author_id`, `a1`.`id` as `a1__id` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` limit ?");
}

#[test]
fn a_page_with_a_joined_collection_is_one_of_owners() {
    let mut select = Select { limit: Some(10), offset: Some(5), ..authors() };
    select.joins = vec![join(None, author::BOOKS, "Book", &[book::ID], true)];
    select.filter = Some(related(author::MENTOR, Quantifier::Is, name_is("Jon")));
    select.order = vec![order(&[author::MENTOR], author::BORN), order(&[], author::ID)];
    insta::assert_snapshot!(sqlite(&select), @"select `a0`.`id`, `b1`.`id` as `b1__id` from `author` as `a0` left join `book` as `b1` on `a0`.`id` = `b1`.`author_id` left join `author` as `a4` on `a0`.`mentor_id` = `a4`.`id` where `a0`.`id` in (select `a2`.`id` from (select `a2`.`id` from `author` as `a2` left join `author` as `a3` on `a2`.`mentor_id` = `a3`.`id` where `a3`.`name` = ? order by `a3`.`born` asc, `a2`.`id` asc limit ? offset ?) as `a2`) order by `a4`.`born` asc, `a0`.`id` asc");
    insta::assert_snapshot!(postgres(&select), @r#"select "a0"."id", "b1"."id" as "b1__id" from "author" as "a0" left join "book" as "b1" on "a0"."id" = "b1"."author_id" left join "author" as "a4" on "a0"."mentor_id" = "a4"."id" where "a0"."id" in (select "a2"."id" from (select "a2"."id" from "author" as "a2" left join "author" as "a3" on "a2"."mentor_id" = "a3"."id" where "a3"."name" = $1 order by "a3"."born" asc, "a2"."id" asc limit $2 offset $3) as "a2") order by "a4"."born" asc, "a0"."id" asc"#);
}
