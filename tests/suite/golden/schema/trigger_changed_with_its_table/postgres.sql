drop trigger "counted" on "book";
drop function "book_counted"();
alter table "book" rename column "title" to "name";
alter table "book" add column "part" int not null default 1;
alter table "book" alter column "stock" type bigint using ("stock"::bigint);
create or replace function "book_counted"() returns trigger language plpgsql as '/* mikro-orm */ begin update book set stock = stock + 1; return coalesce(new, old); end';
create trigger "counted" after insert on "book" for each row when (new."name" <> '') execute function "book_counted"();
-- and back
drop trigger "counted" on "book";
drop function "book_counted"();
alter table "book" rename column "name" to "title";
alter table "book" alter column "stock" type int using ("stock"::int);
alter table "book" drop column "part";
create or replace function "book_counted"() returns trigger language plpgsql as '/* mikro-orm */ begin update book set stock = stock + 1; return coalesce(new, old); end';
create trigger "counted" after insert on "book" for each row when (new."title" <> '') execute function "book_counted"();
