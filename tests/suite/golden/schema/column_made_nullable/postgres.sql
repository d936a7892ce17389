alter table "book" alter column "title" drop not null;
-- and back
alter table "book" alter column "title" set not null;
