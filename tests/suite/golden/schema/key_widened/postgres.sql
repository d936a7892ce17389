alter table "author" alter column "id" type bigint using ("id"::bigint);
alter table "book" alter column "id" type bigint using ("id"::bigint);
alter table "book" alter column "author_id" type bigint using ("author_id"::bigint);
-- and back
alter table "author" alter column "id" type int using ("id"::int);
alter table "book" alter column "id" type int using ("id"::int);
alter table "book" alter column "author_id" type int using ("author_id"::int);
