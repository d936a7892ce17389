alter table "book" drop column "shown";
alter table "book" add column "shown" varchar(255) generated always as (upper("title")) stored not null;
create unique index "book_shown_unique" on "book" ("shown");
-- and back
alter table "book" drop column "shown";
alter table "book" add column "shown" varchar(255) generated always as (lower("title")) stored not null;
create unique index "book_shown_unique" on "book" ("shown");
