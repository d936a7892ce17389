alter table "book" alter column "price" drop default;
alter table "book" alter column "price" set default '2.5';
-- and back
alter table "book" alter column "price" drop default;
alter table "book" alter column "price" set default '1.5';
