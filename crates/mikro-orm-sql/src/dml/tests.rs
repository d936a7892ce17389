use super::*;
use crate::dialect::{Postgres, Sqlite};
use crate::fixture::{self, author, book, place};
use mikro_orm_core::query::Expr;
use mikro_orm_core::value::Value;
use std::sync::Arc;

/// An update that checks and counts nothing.
fn plain(columns: &[u16]) -> Update<'_> {
    Update { columns, checks: &[], counted: None, computed: &[], returning: &[] }
}

/// An insert that computes nothing.
fn into<'a>(columns: &'a [u16], returning: &'a [u16], skip_existing: bool) -> Insert<'a> {
    Insert { columns, computed: &[], returning, skip_existing }
}

#[test]
fn inserts() {
    let metadata = fixture::metadata();
    let author = metadata.by_name("Author").unwrap();
    let columns = [author::NAME, author::EMAIL];
    insta::assert_snapshot!(insert(&Sqlite, author, into(&columns, &[], false), 2).unwrap(), @"insert into `author` (`name`, `email`) values (?, ?), (?, ?)");
    insta::assert_snapshot!(insert(&Sqlite, author, into(&columns, &[author::ID, author::BORN], false), 1).unwrap(), @"insert into `author` (`name`, `email`) values (?, ?) returning `id`, `born`");
    insta::assert_snapshot!(insert(&Sqlite, author, into(&[], &[author::ID], false), 1).unwrap(), @"insert into `author` default values returning `id`");
    insta::assert_snapshot!(insert(&Postgres, author, into(&columns, &[author::ID], false), 2).unwrap(), @r#"insert into "author" ("name", "email") values ($1, $2), ($3, $4) returning "id""#);
    insta::assert_snapshot!(insert(&Sqlite, author, into(&columns, &[], true), 1).unwrap(), @"insert into `author` (`name`, `email`) values (?, ?) on conflict do nothing");
    insta::assert_snapshot!(unnest::insert(&Postgres, author, into(&columns, &[], true)).unwrap(), @r#"insert into "author" ("name", "email") select v.c0, v.c1 from unnest($1::text[], $2::text[]) with ordinality as v(c0, c1, ord) order by v.ord on conflict do nothing"#);
}

#[test]
fn updates() {
    let metadata = fixture::metadata();
    let book = metadata.by_name("Book").unwrap();
    insta::assert_snapshot!(update(&Sqlite, book, plain(&[book::TITLE, book::AUTHOR])).unwrap(), @"update `book` set `title` = ?, `author_id` = ? where `id` = ?");
    insta::assert_snapshot!(update(&Sqlite, book, Update { checks: &[book::VERSION], ..plain(&[book::TITLE, book::VERSION]) }).unwrap(), @"update `book` set `title` = ?, `version` = ? where `id` = ? and `version` = ?");
    insta::assert_snapshot!(update(&Postgres, book, Update { checks: &[book::VERSION], ..plain(&[book::TITLE, book::VERSION]) }).unwrap(), @r#"update "book" set "title" = $1, "version" = $2 where "id" = $3 and "version" = $4"#);
}

#[test]
fn what_the_database_computes() {
    let metadata = fixture::metadata();
    let book = metadata.by_name("Book").unwrap();
    let raw = |sql: &str, params: Vec<Value<'static>>| Arc::new(Expr::Raw { sql: sql.to_owned(), params });
    let longer = [(book::PRICE, raw("{price} + ?", vec![Value::Int(1)]))];
    let both = Update { computed: &longer, returning: &[book::PRICE], ..plain(&[book::TITLE]) };
    insta::assert_snapshot!(update(&Sqlite, book, both).unwrap(), @"update `book` as t set `title` = ?, `price` = (t.`price` + ?) where `id` = ? returning `price`");
    insta::assert_snapshot!(update(&Postgres, book, both).unwrap(), @r#"update "book" as t set "title" = $1, "price" = (t."price" + $2) where "id" = $3 returning "price""#);
    insta::assert_snapshot!(unnest::update(&Postgres, book, both).unwrap(), @r#"update "book" as t set "title" = v.c0, "price" = (t."price" + $1) from unnest($2::text[], $3::bigint[]) with ordinality as v(c0, k, ord) where t."id" = v.k returning t."price", v.ord"#);
    let alone = Update { computed: &longer, counted: Some(book::VERSION), ..plain(&[]) };
    insta::assert_snapshot!(update(&Sqlite, book, alone).unwrap(), @"update `book` as t set `price` = (t.`price` + ?), `version` = `version` + 1 where `id` = ?");
    insta::assert_snapshot!(unnest::update(&Postgres, book, alone).unwrap(), @r#"update "book" as t set "price" = (t."price" + $1), "version" = t."version" + 1 from unnest($2::bigint[]) with ordinality as v(k, ord) where t."id" = v.k returning v.ord"#);
    let words = [(book::TITLE, raw("lower(?)", vec![Value::Text("A".into())]))];
    let new = Insert { computed: &words, ..into(&[book::PRICE], &[book::ID, book::TITLE], false) };
    insta::assert_snapshot!(insert(&Sqlite, book, new, 2).unwrap(), @"insert into `book` (`price`, `title`) values (?, (lower(?))), (?, (lower(?))) returning `id`, `title`");
    insta::assert_snapshot!(unnest::insert(&Postgres, book, new).unwrap(), @r#"insert into "book" ("price", "title") select v.c0, (lower($1)) from unnest($2::double precision[]) with ordinality as v(c0, ord) order by v.ord returning "id", "title""#);
    let alone = Insert { computed: &words, ..into(&[], &[], false) };
    insta::assert_snapshot!(insert(&Sqlite, book, alone, 1).unwrap(), @"insert into `book` (`title`) values ((lower(?)))");
    insta::assert_snapshot!(unnest::insert(&Postgres, book, alone).unwrap(), @r#"insert into "book" ("title") select (lower($1)) from generate_series(1, $2::bigint)"#);
    let unbound = [(book::PRICE, raw("{price} + ?", Vec::new()))];
    assert!(update(&Sqlite, book, Update { computed: &unbound, ..plain(&[]) }).is_err());
    let unknown = [(book::PRICE, raw("{prize} + 1", Vec::new()))];
    let error = update(&Sqlite, book, Update { computed: &unknown, ..plain(&[]) }).unwrap_err().to_string();
    assert!(error.starts_with("Book.prize: "), "{error}");
}

#[test]
fn deletes() {
    let metadata = fixture::metadata();
    let book = metadata.by_name("Book").unwrap();
    insta::assert_snapshot!(delete(&Sqlite, book, &book.key_columns, 1), @"delete from `book` where `id` in (?)");
    insta::assert_snapshot!(delete(&Sqlite, book, &book.key_columns, 3), @"delete from `book` where `id` in (?, ?, ?)");
    insta::assert_snapshot!(delete(&Postgres, book, &book.key_columns, 3), @r#"delete from "book" where "id" = any($1)"#);
    insta::assert_snapshot!(delete(&Sqlite, book, &[book::AUTHOR], 2), @"delete from `book` where `author_id` in (?, ?)");
    insta::assert_snapshot!(delete(&Sqlite, book, &[book::AUTHOR, book::ID], 1), @"delete from `book` where (`author_id`, `id`) in (values (?, ?))");
}

#[test]
fn keys_of_several_columns() {
    let metadata = fixture::composite();
    let place = metadata.by_name("Place").unwrap();
    insta::assert_snapshot!(update(&Sqlite, place, plain(&[place::NOTE])).unwrap(), @"update `place` set `note` = ? where `shelf_room` = ? and `shelf_name` = ? and `number` = ?");
    insta::assert_snapshot!(update(&Postgres, place, plain(&[place::NOTE])).unwrap(), @r#"update "place" set "note" = $1 where "shelf_room" = $2 and "shelf_name" = $3 and "number" = $4"#);
    insta::assert_snapshot!(unnest::update(&Postgres, place, plain(&[place::NOTE])).unwrap(), @r#"update "place" as t set "note" = v.c0 from unnest($1::text[], $2::int[], $3::text[], $4::bigint[]) with ordinality as v(c0, k0, k1, k2, ord) where t."shelf_room" = v.k0 and t."shelf_name" = v.k1 and t."number" = v.k2 returning v.ord"#);
    insta::assert_snapshot!(delete(&Sqlite, place, &place.key_columns, 2), @"delete from `place` where (`shelf_room`, `shelf_name`, `number`) in (values (?, ?, ?), (?, ?, ?))");
    insta::assert_snapshot!(delete(&Postgres, place, &place.key_columns, 2), @r#"delete from "place" where ("shelf_room", "shelf_name", "number") in (select v.c0, v.c1, v.c2 from unnest($1::int[], $2::text[], $3::bigint[]) as v(c0, c1, c2))"#);
}

#[test]
fn hostile_names_stay_inside_of_their_quotes() {
    let metadata = fixture::metadata();
    let odd = metadata.by_name("Odd").unwrap();
    insta::assert_snapshot!(insert(&Sqlite, odd, into(&[0, 1], &[2], false), 1).unwrap(), @r#"insert into `order``"; drop table author; --` (`select`, `a``"'b.c, d`) values (?, ?) returning `other_select`"#);
    insta::assert_snapshot!(insert(&Postgres, odd, into(&[0, 1], &[2], false), 1).unwrap(), @r#"insert into "order`""; drop table author; --" ("select", "a`""'b.c, d") values ($1, $2) returning "other_select""#);
}
