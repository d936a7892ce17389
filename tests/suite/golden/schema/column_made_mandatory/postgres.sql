alter table "book" alter column "stock" set default 3;
update "book" set "stock" = 3 where "stock" is null;
alter table "book" alter column "stock" set not null;
-- and back
alter table "book" alter column "stock" drop default;
alter table "book" alter column "stock" drop not null;
