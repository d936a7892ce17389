alter table "book" alter column "stock" type bigint using ("stock"::bigint);
alter table "book" alter column "title" type varchar(200) using ("title"::varchar(200));
-- and back
alter table "book" alter column "stock" type int using ("stock"::int);
alter table "book" alter column "title" type varchar(20) using ("title"::varchar(20));
