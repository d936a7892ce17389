alter table "book" alter column "stock" drop default;
alter table "book" alter column "stock" set default 1 + 2;
-- and back
alter table "book" alter column "stock" drop default;
alter table "book" alter column "stock" set default 1;
