create table "log" ("id" bigserial primary key, "text" varchar(255) not null);
create or replace function "log_kept"() returns trigger language plpgsql as '/* mikro-orm */ begin return null; return coalesce(new, old); end';
create trigger "kept" before delete on "log" for each row execute function "log_kept"();
create or replace function "book_counted"() returns trigger language plpgsql as '/* mikro-orm */ begin update shelf set books = (select count(*) from book); return coalesce(new, old); end';
create trigger "counted" after insert or delete on "book" for each row when (1 = 1) execute function "book_counted"();
create or replace function "book_logged"() returns trigger language plpgsql as '/* mikro-orm */ begin insert into log (text) values (new."title"); return coalesce(new, old); end';
create trigger "logged" before update on "book" for each row execute function "book_logged"();
create or replace function "book_each"() returns trigger language plpgsql as '/* mikro-orm */ begin perform 1; return coalesce(new, old); end';
create trigger "each" after update on "book" for each statement execute function "book_each"();
-- and back
drop trigger "counted" on "book";
drop function "book_counted"();
drop trigger "logged" on "book";
drop function "book_logged"();
drop trigger "each" on "book";
drop function "book_each"();
drop table "log" cascade;
drop function "log_kept"();
