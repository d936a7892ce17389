alter table "book" alter column "title" set default 'none';
-- and back
alter table "book" alter column "title" drop default;
