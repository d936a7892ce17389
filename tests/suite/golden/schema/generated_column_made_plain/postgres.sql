alter table "book" alter column "shown" drop expression;
alter table "book" alter column "shown" set default 'none';
-- and back
alter table "book" drop column "shown";
alter table "book" add column "shown" varchar(255) generated always as (lower("title")) stored not null;
