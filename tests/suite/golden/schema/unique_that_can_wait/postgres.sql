drop index "book_title_year_unique";
alter table "book" add constraint "book_title_year_unique" unique ("title", "year") deferrable initially deferred;
alter table "book" add constraint "book_place_unique" unique ("place") deferrable initially immediate;
-- and back
alter table "book" drop constraint "book_title_year_unique";
alter table "book" drop constraint "book_place_unique";
create unique index "book_title_year_unique" on "book" ("title", "year");
