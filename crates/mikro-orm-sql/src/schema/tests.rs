use super::*;
use crate::dialect::{Postgres, Sqlite};
use crate::fixture;

fn lines(script: &SchemaScript) -> String {
    script.iter().collect::<Vec<_>>().join(";\n")
}

#[test]
fn sqlites_schema() {
    insta::assert_snapshot!(lines(&create(&fixture::metadata(), &Sqlite)), @r#"
create table `author` (`id` integer not null primary key autoincrement, `name` text not null, `email` text not null, `password` text null, `born` text null, `mentor_id` integer null, constraint `author_mentor_id_foreign` foreign key (`mentor_id`) references `author` (`id`) on update cascade on delete set null);
create unique index `author_email_unique` on `author` (`email`);
create index `author_mentor_id_index` on `author` (`mentor_id`);
create table `book` (`id` integer not null primary key autoincrement, `title` text not null, `text` text null, `price` real not null default 1.5, `version` integer not null default 1, `author_id` integer not null, `editor_id` integer null, constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade, constraint `book_editor_id_foreign` foreign key (`editor_id`) references `author` (`id`) on update cascade on delete set null);
create index `book_title_index` on `book` (`title`);
create index `book_author_id_index` on `book` (`author_id`);
create index `book_editor_id_index` on `book` (`editor_id`);
create table `sample` (`id` blob not null primary key, `flag` integer not null default 1, `tiny` integer null, `big` integer null, `single` real null, `double` real null, `note` text null default 'it''s', `data` blob null default x'01ab', `instant` text null, `local` text null default '1970-01-01T00:00:00.000000', `day` text null, `time` text null, `amount` text null, `document` text null, `stamp` text null default (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')));
create table `order``"; drop table author; --` (`select` integer not null primary key autoincrement, `a``"'b.c, d` text not null, `other_select` integer null, constraint `order``"; drop table author; --_other_select_foreign` foreign key (`other_select`) references `order``"; drop table author; --` (`select`) on update cascade on delete set null);
create unique index `odd``"' unique` on `order``"; drop table author; --` (`a``"'b.c, d`);
create index `order``"; drop table author; --_other_select_index` on `order``"; drop table author; --` (`other_select`)
"#);
}

#[test]
fn postgres_schema() {
    insta::assert_snapshot!(lines(&create(&fixture::metadata(), &Postgres)), @r#"
create table "author" ("id" bigserial primary key, "name" varchar(255) not null, "email" varchar(255) not null, "password" varchar(255) null, "born" date null, "mentor_id" bigint null);
create unique index "author_email_unique" on "author" ("email");
create index "author_mentor_id_index" on "author" ("mentor_id");
create table "book" ("id" bigserial primary key, "title" varchar(100) not null, "text" text null, "price" double precision not null default '1.5', "version" int not null default 1, "author_id" bigint not null, "editor_id" bigint null);
create index "book_title_index" on "book" ("title");
create index "book_author_id_index" on "book" ("author_id");
create index "book_editor_id_index" on "book" ("editor_id");
create table "sample" ("id" uuid not null primary key, "flag" boolean not null default true, "tiny" smallint null, "big" numeric(20,0) null, "single" real null, "double" double precision null, "note" varchar(255) null default 'it''s', "data" bytea null default '\x01ab', "instant" timestamptz null, "local" timestamp null default '1970-01-01T00:00:00.000000', "day" date null, "time" time null, "amount" numeric null, "document" jsonb null, "stamp" timestamptz null default current_timestamp);
create table "order`""; drop table author; --" ("select" bigserial primary key, "a`""'b.c, d" varchar(255) not null, "other_select" bigint null);
create unique index "odd`""' unique" on "order`""; drop table author; --" ("a`""'b.c, d");
create index "order`""; drop table author; --_other_select_index" on "order`""; drop table author; --" ("other_select");
alter table "author" add constraint "author_mentor_id_foreign" foreign key ("mentor_id") references "author" ("id") on update cascade on delete set null;
alter table "book" add constraint "book_author_id_foreign" foreign key ("author_id") references "author" ("id") on update cascade;
alter table "book" add constraint "book_editor_id_foreign" foreign key ("editor_id") references "author" ("id") on update cascade on delete set null;
alter table "order`""; drop table author; --" add constraint "order`""; drop table author; --_other_select_foreign" foreign key ("other_select") references "order`""; drop table author; --" ("select") on update cascade on delete set null
"#);
}

#[test]
fn keys_of_several_columns() {
    insta::assert_snapshot!(create(&fixture::composite(), &Sqlite).statements[..5].join(";\n"), @"
create table `shelf` (`room` integer not null, `name` text not null, primary key (`room`, `name`));
create table `author` (`id` integer not null primary key autoincrement, `name` text not null, `email` text not null, `password` text null, `born` text null, `mentor_id` integer null, constraint `author_mentor_id_foreign` foreign key (`mentor_id`) references `author` (`id`) on update cascade on delete set null);
create unique index `author_email_unique` on `author` (`email`);
create index `author_mentor_id_index` on `author` (`mentor_id`);
create table `book` (`id` integer not null primary key autoincrement, `title` text not null, `text` text null, `price` real not null default 1.5, `version` integer not null default 1, `author_id` integer not null, `editor_id` integer null, constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade, constraint `book_editor_id_foreign` foreign key (`editor_id`) references `author` (`id`) on update cascade on delete set null)
");
    insta::assert_snapshot!(lines(&create(&fixture::composite(), &Postgres)), @r#"
create table "shelf" ("room" int not null, "name" varchar(255) not null, primary key ("room", "name"));
create table "author" ("id" bigserial primary key, "name" varchar(255) not null, "email" varchar(255) not null, "password" varchar(255) null, "born" date null, "mentor_id" bigint null);
create unique index "author_email_unique" on "author" ("email");
create index "author_mentor_id_index" on "author" ("mentor_id");
create table "book" ("id" bigserial primary key, "title" varchar(100) not null, "text" text null, "price" double precision not null default '1.5', "version" int not null default 1, "author_id" bigint not null, "editor_id" bigint null);
create index "book_title_index" on "book" ("title");
create index "book_author_id_index" on "book" ("author_id");
create index "book_editor_id_index" on "book" ("editor_id");
create table "place" ("shelf_room" int not null, "shelf_name" varchar(255) not null, "number" bigint not null, "note" varchar(255) not null, "book_id" bigint null, primary key ("shelf_room", "shelf_name", "number"));
create index "place_book_id_index" on "place" ("book_id");
create table "label" ("id" bigserial primary key, "place_shelf_room" int null, "place_shelf_name" varchar(255) null, "place_number" bigint null);
create index "label_place_shelf_room_place_shelf_name_place_number_index" on "label" ("place_shelf_room", "place_shelf_name", "place_number");
alter table "author" add constraint "author_mentor_id_foreign" foreign key ("mentor_id") references "author" ("id") on update cascade on delete set null;
alter table "book" add constraint "book_author_id_foreign" foreign key ("author_id") references "author" ("id") on update cascade;
alter table "book" add constraint "book_editor_id_foreign" foreign key ("editor_id") references "author" ("id") on update cascade on delete set null;
alter table "place" add constraint "place_shelf_room_shelf_name_foreign" foreign key ("shelf_room", "shelf_name") references "shelf" ("room", "name") on update cascade on delete cascade;
alter table "place" add constraint "place_book_id_foreign" foreign key ("book_id") references "book" ("id") on update cascade on delete set null;
alter table "label" add constraint "label_place_shelf_room_place_shelf_name_place_number_foreign" foreign key ("place_shelf_room", "place_shelf_name", "place_number") references "place" ("shelf_room", "shelf_name", "number") on update cascade on delete set null
"#);
}

#[test]
fn dropping_comes_in_reverse() {
    insta::assert_snapshot!(lines(&drop(&fixture::metadata(), &Sqlite)), @r#"
pragma foreign_keys = off;
drop table if exists `order``"; drop table author; --`;
drop table if exists `sample`;
drop table if exists `book`;
drop table if exists `author`;
pragma foreign_keys = on
"#);
    insta::assert_snapshot!(lines(&drop(&fixture::metadata(), &Postgres)), @r#"
drop table if exists "order`""; drop table author; --" cascade;
drop table if exists "sample" cascade;
drop table if exists "book" cascade;
drop table if exists "author" cascade
"#);
}
