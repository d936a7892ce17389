alter table "book" alter column "stock" drop default;
alter table "book" alter column "stock" type int using ("stock"::int);
alter table "book" alter column "stock" set default 1;
-- and back
alter table "book" alter column "stock" drop default;
alter table "book" alter column "stock" type varchar(255) using ("stock"::varchar(255));
alter table "book" alter column "stock" set default '1';
