//! MySQL's and MariaDB's texts. (There is no driver yet: these are what one will send.)

use super::MySql;
use crate::dialect::Dialect;
use crate::dml::{self, Insert, Update};
use crate::fixture::{self, author, book};
use crate::schema;
use crate::{Compiler, Param};
use mikro_orm_core::metadata::EntityId;
use mikro_orm_core::query::{CompareOp, Expr, Join, JsonKind, JsonPlace, JsonStep, Nulls, OrderTerm, Quantifier, Select};
use mikro_orm_core::value::Value;
use std::sync::Arc;

static MYSQL: MySql = MySql::MYSQL;
static MARIADB: MySql = MySql::MARIADB;

fn id(name: &str) -> EntityId {
    fixture::metadata().by_name(name).unwrap().id
}

fn text(select: &Select) -> String {
    let compiler = Compiler::new(fixture::metadata(), &MYSQL);
    let compiled = compiler.select(select).unwrap();
    assert_eq!(compiled.params.iter().map(Param::places).sum::<usize>(), compiled.sql.matches('?').count(), "{}", compiled.sql);
    compiled.sql.to_string()
}

fn books(filter: Expr) -> Select {
    Select { filter: Some(filter), ..Select::new(id("Book"), vec![book::ID, book::TITLE]) }
}

fn compare(field: u16, op: CompareOp, value: Value<'static>) -> Expr {
    Expr::Compare { field, op, value }
}

#[test]
fn the_schema() {
    let lines = |script: &mikro_orm_core::schema::SchemaScript| script.iter().collect::<Vec<_>>().join(";\n");
    insta::assert_snapshot!(lines(&schema::create(&fixture::metadata(), &MYSQL)), @r#"
    create table `author` (`id` bigint not null auto_increment primary key, `name` varchar(255) not null, `email` varchar(255) not null, `password` varchar(255) null, `born` date null, `mentor_id` bigint null) default character set utf8mb4 engine = InnoDB;
    create unique index `author_email_unique` on `author` (`email`);
    create index `author_mentor_id_index` on `author` (`mentor_id`);
    create table `book` (`id` bigint not null auto_increment primary key, `title` varchar(100) not null, `text` longtext null, `price` double not null default 1.5, `version` int not null default 1, `author_id` bigint not null, `editor_id` bigint null) default character set utf8mb4 engine = InnoDB;
    create index `book_title_index` on `book` (`title`);
    create index `book_author_id_index` on `book` (`author_id`);
    create index `book_editor_id_index` on `book` (`editor_id`);
    create table `sample` (`id` binary(16) not null primary key, `flag` tinyint(1) not null default 1, `tiny` tinyint null, `big` bigint unsigned null, `single` float null, `double` double null, `note` varchar(255) null default 'it''s', `data` longblob null default (x'01ab'), `instant` datetime(6) null, `local` datetime(6) null default '1970-01-01 00:00:00.000000', `day` date null, `time` time(6) null, `amount` decimal(65,30) null, `document` json null, `stamp` datetime(6) null default (current_timestamp(6))) default character set utf8mb4 engine = InnoDB;
    create table `order``"; drop table author; --` (`select` bigint not null auto_increment primary key, `a``"'b.c, d` varchar(255) not null, `other_select` bigint null) default character set utf8mb4 engine = InnoDB;
    create unique index `odd``"' unique` on `order``"; drop table author; --` (`a``"'b.c, d`);
    create index `order``"; drop table author; --_other_select_index` on `order``"; drop table author; --` (`other_select`);
    alter table `author` add constraint `author_mentor_id_foreign` foreign key (`mentor_id`) references `author` (`id`) on update cascade on delete set null;
    alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade;
    alter table `book` add constraint `book_editor_id_foreign` foreign key (`editor_id`) references `author` (`id`) on update cascade on delete set null;
    alter table `order``"; drop table author; --` add constraint `order``"; drop table author; --_other_select_foreign` foreign key (`other_select`) references `order``"; drop table author; --` (`select`) on update cascade on delete set null
    "#);
    assert_eq!(schema::create(&fixture::metadata(), &MYSQL), schema::create(&fixture::metadata(), &MARIADB));
    insta::assert_snapshot!(lines(&schema::create(&fixture::composite(), &MYSQL)), @r"
    create table `shelf` (`room` int not null, `name` varchar(255) not null, primary key (`room`, `name`)) default character set utf8mb4 engine = InnoDB;
    create table `author` (`id` bigint not null auto_increment primary key, `name` varchar(255) not null, `email` varchar(255) not null, `password` varchar(255) null, `born` date null, `mentor_id` bigint null) default character set utf8mb4 engine = InnoDB;
    create unique index `author_email_unique` on `author` (`email`);
    create index `author_mentor_id_index` on `author` (`mentor_id`);
    create table `book` (`id` bigint not null auto_increment primary key, `title` varchar(100) not null, `text` longtext null, `price` double not null default 1.5, `version` int not null default 1, `author_id` bigint not null, `editor_id` bigint null) default character set utf8mb4 engine = InnoDB;
    create index `book_title_index` on `book` (`title`);
    create index `book_author_id_index` on `book` (`author_id`);
    create index `book_editor_id_index` on `book` (`editor_id`);
    create table `place` (`shelf_room` int not null, `shelf_name` varchar(255) not null, `number` bigint unsigned not null, `note` varchar(255) not null, `book_id` bigint null, primary key (`shelf_room`, `shelf_name`, `number`)) default character set utf8mb4 engine = InnoDB;
    create index `place_book_id_index` on `place` (`book_id`);
    create table `label` (`id` bigint not null auto_increment primary key, `place_shelf_room` int null, `place_shelf_name` varchar(255) null, `place_number` bigint unsigned null) default character set utf8mb4 engine = InnoDB;
    create index `label_place_shelf_room_place_shelf_name_place_number_index` on `label` (`place_shelf_room`, `place_shelf_name`, `place_number`);
    alter table `author` add constraint `author_mentor_id_foreign` foreign key (`mentor_id`) references `author` (`id`) on update cascade on delete set null;
    alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade;
    alter table `book` add constraint `book_editor_id_foreign` foreign key (`editor_id`) references `author` (`id`) on update cascade on delete set null;
    alter table `place` add constraint `place_shelf_room_shelf_name_foreign` foreign key (`shelf_room`, `shelf_name`) references `shelf` (`room`, `name`) on update cascade on delete cascade;
    alter table `place` add constraint `place_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade on delete set null;
    alter table `label` add constraint `label_place_shelf_room_place_shelf_name_place_number_foreign` foreign key (`place_shelf_room`, `place_shelf_name`, `place_number`) references `place` (`shelf_room`, `shelf_name`, `number`) on update cascade on delete set null
    ");
    insta::assert_snapshot!(lines(&schema::drop(&fixture::metadata(), &MYSQL)), @r#"
    set foreign_key_checks = 0;
    drop table if exists `order``"; drop table author; --`;
    drop table if exists `sample`;
    drop table if exists `book`;
    drop table if exists `author`;
    set foreign_key_checks = 1
    "#);
    insta::assert_snapshot!(lines(&schema::clear(&fixture::metadata(), &MYSQL)), @r#"
    set foreign_key_checks = 0;
    truncate table `order``"; drop table author; --`;
    truncate table `sample`;
    truncate table `book`;
    truncate table `author`;
    set foreign_key_checks = 1
    "#);
}

#[test]
fn queries() {
    let title = || compare(book::TITLE, CompareOp::Like, Value::Text("x".into()));
    let keys = |count: i64| Expr::In { field: book::ID, values: (0..count).map(Value::Int).collect(), negated: false };
    insta::assert_snapshot!(text(&books(Expr::And(vec![title(), keys(3)]))), @"select `b0`.`id`, `b0`.`title` from `book` as `b0` where `b0`.`title` like ? and `b0`.`id` in (?, ?, ?)");
    // however long a list is, it is of placeholders
    assert!(!text(&books(keys(5000))).contains("json"));
    let by_jon = Expr::Related {
        field: book::AUTHOR,
        quantifier: Quantifier::Is,
        condition: Box::new(compare(author::NAME, CompareOp::Eq, Value::Text("Jon".into()))),
    };
    insta::assert_snapshot!(text(&books(by_jon)), @"select `b0`.`id`, `b0`.`title` from `book` as `b0` inner join `author` as `a1` on `b0`.`author_id` = `a1`.`id` where `a1`.`name` = ?");
    let ordered = |nulls| OrderTerm { path: vec![], field: book::EDITOR, descending: false, nulls, json: None };
    let select = Select {
        order: vec![ordered(Some(Nulls::Last)), ordered(Some(Nulls::First)), ordered(None)],
        offset: Some(5),
        ..Select::new(id("Book"), vec![book::ID])
    };
    insta::assert_snapshot!(text(&select), @"select `b0`.`id` from `book` as `b0` order by `b0`.`editor_id` is null asc, `b0`.`editor_id` asc, `b0`.`editor_id` is null desc, `b0`.`editor_id` asc, `b0`.`editor_id` asc limit 18446744073709551615 offset ?");
    // pages of joined collections
    let join = Join::new(None, author::BOOKS, id("Book"), vec![book::ID], true);
    let select = Select { joins: vec![join], limit: Some(2), ..Select::new(id("Author"), vec![author::ID]) };
    insta::assert_snapshot!(text(&select), @"select `a0`.`id`, `b1`.`id` as `b1__id` from `author` as `a0` left join `book` as `b1` on `a0`.`id` = `b1`.`author_id` where `a0`.`id` in (select `a2`.`id` from (select `a2`.`id` from `author` as `a2` limit ?) as `a2`)");
}

#[test]
fn writes() {
    let metadata = fixture::metadata();
    let (authors, books) = (metadata.by_name("Author").unwrap(), metadata.by_name("Book").unwrap());
    let columns = [author::NAME, author::EMAIL];
    let insert = |dialect: &dyn Dialect, columns: &[u16], skip_existing| {
        let insert = Insert { columns, computed: &[], returning: &[author::ID], skip_existing };
        dml::insert(dialect, authors, insert, 2).unwrap()
    };
    insta::assert_snapshot!(insert(&MYSQL, &columns, false), @"insert into `author` (`name`, `email`) values (?, ?), (?, ?)");
    insta::assert_snapshot!(insert(&MARIADB, &columns, false), @"insert into `author` (`name`, `email`) values (?, ?), (?, ?) returning `id`");
    insta::assert_snapshot!(insert(&MYSQL, &columns, true), @"insert into `author` (`name`, `email`) values (?, ?), (?, ?) on duplicate key update `id` = `author`.`id`");
    insta::assert_snapshot!(insert(&MYSQL, &[], false), @"insert into `author` () values ()");
    let raised = [(book::PRICE, Arc::new(Expr::Raw { sql: "{price} + ?".to_owned(), params: vec![Value::Int(1)] }))];
    let update = Update {
        columns: &[book::TITLE],
        checks: &[book::EDITOR, book::VERSION],
        counted: Some(book::VERSION),
        computed: &raised,
        returning: &[],
    };
    insta::assert_snapshot!(dml::update(&MYSQL, books, update).unwrap(), @"update `book` as t set `title` = ?, `price` = (t.`price` + ?), `version` = `version` + 1 where `id` = ? and `editor_id` <=> ? and `version` = ?");
    insta::assert_snapshot!(dml::delete(&MYSQL, books, &[book::ID], 2), @"delete from `book` where `id` in (?, ?)");
    let composite = fixture::composite();
    let places = composite.by_name("Place").unwrap();
    insta::assert_snapshot!(dml::delete(&MYSQL, places, &places.key_columns, 2), @"delete from `place` where (`shelf_room`, `shelf_name`, `number`) in ((?, ?, ?), (?, ?, ?))");
}

#[test]
fn literals_end_where_they_should() {
    let metadata = fixture::metadata();
    let sample = metadata.by_name("Sample").unwrap();
    let literal = |name: &str, value: Value<'_>| {
        let mut out = String::new();
        MYSQL.push_literal(&mut out, &value, sample.by_name(name).unwrap());
        out
    };
    for (name, value, expected) in [
        ("flag", Value::Bool(true), "1"),
        ("note", Value::Text("it's \\".into()), "'it''s \\\\'"),
        ("data", Value::Bytes(vec![0, 255].into()), "(x'00ff')"),
        ("instant", Value::DateTime(0), "'1970-01-01 00:00:00.000000'"),
        ("amount", Value::Decimal("1.50".into()), "'1.50'"),
        ("document", Value::Json("{}".into()), "('{}')"),
    ] {
        assert_eq!(literal(name, value), expected);
    }
}

#[test]
fn documents_and_lists() {
    let metadata = fixture::metadata();
    let sample = metadata.by_name("Sample").unwrap();
    let at = |name: &str, keys: &[&str]| {
        let keys: Vec<JsonStep> = keys.iter().map(|key| JsonStep::Key((*key).to_owned())).collect();
        let mut out = String::new();
        MYSQL.push_json(&mut out, "`s0`.`home`", &keys, sample.by_name(name).unwrap());
        out
    };
    insta::assert_snapshot!(at("note", &["street"]), @r#"case when json_type(json_extract(`s0`.`home`, '$."street"')) <> 'NULL' then json_unquote(json_extract(`s0`.`home`, '$."street"')) end"#);
    insta::assert_snapshot!(at("note", &["a \"b\" \\", "it's"]), @r#"case when json_type(json_extract(`s0`.`home`, '$."a \\"b\\" \\\\"."it''s"')) <> 'NULL' then json_unquote(json_extract(`s0`.`home`, '$."a \\"b\\" \\\\"."it''s"')) end"#);
    insta::assert_snapshot!(at("flag", &["geo", "known"]), @r#"(nullif(json_unquote(json_extract(`s0`.`home`, '$."geo"."known"')), 'null') = 'true')"#);
    insta::assert_snapshot!(at("instant", &["since"]), @r#"nullif(json_unquote(json_extract(`s0`.`home`, '$."since"')), 'null')"#);
    insta::assert_snapshot!(at("document", &["more"]), @r#"json_extract(`s0`.`home`, '$."more"')"#);
    insta::assert_snapshot!(at("data", &["data"]), @r#"unhex(nullif(json_unquote(json_extract(`s0`.`home`, '$."data"')), 'null'))"#);
    insta::assert_snapshot!(at("amount", &["amount"]), @r#"cast(nullif(json_unquote(json_extract(`s0`.`home`, '$."amount"')), 'null') as decimal(65,30))"#);
    let place = |kind| {
        let mut out = String::new();
        let steps = vec![JsonStep::Key("a".to_owned()), JsonStep::Item(0)];
        MYSQL.push_json_place(&mut out, "`s0`.`document`", &JsonPlace { steps, kind }, false);
        out
    };
    insta::assert_snapshot!(place(JsonKind::Text), @r#"case when json_type(json_extract(`s0`.`document`, '$."a"[0]')) in ('STRING') then json_unquote(json_extract(`s0`.`document`, '$."a"[0]')) end"#);
    insta::assert_snapshot!(place(JsonKind::Number), @r#"case when json_type(json_extract(`s0`.`document`, '$."a"[0]')) in ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') then (json_unquote(json_extract(`s0`.`document`, '$."a"[0]')) + 0) end"#);
    insta::assert_snapshot!(place(JsonKind::Bool), @r#"case when json_type(json_extract(`s0`.`document`, '$."a"[0]')) in ('BOOLEAN') then (json_unquote(json_extract(`s0`.`document`, '$."a"[0]')) = 'true') end"#);
    insta::assert_snapshot!(place(JsonKind::Any), @r#"case when json_type(json_extract(`s0`.`document`, '$."a"[0]')) <> 'NULL' then json_extract(`s0`.`document`, '$."a"[0]') end"#);
    let tags = |op| text(&books(compare(book::TITLE, op, Value::Array(vec![Value::Text("x".into())]))));
    insta::assert_snapshot!(tags(CompareOp::Contains), @"select `b0`.`id`, `b0`.`title` from `book` as `b0` where json_contains(`b0`.`title`, ?)");
    insta::assert_snapshot!(tags(CompareOp::Overlaps), @"select `b0`.`id`, `b0`.`title` from `book` as `b0` where json_overlaps(`b0`.`title`, ?)");
}
