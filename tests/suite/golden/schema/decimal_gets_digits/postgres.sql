alter table "book" alter column "price" type numeric(10,2) using ("price"::numeric(10,2));
alter table "book" alter column "sum" type numeric(12) using ("sum"::numeric(12));
-- and back
alter table "book" alter column "price" type numeric(6,2) using ("price"::numeric(6,2));
alter table "book" alter column "sum" type numeric using ("sum"::numeric);
