drop index "titles";
alter table "book" alter column "note" type text using ("note"::text);
create index "titles" on "book" ("title" text_pattern_ops desc nulls last, "year") include ("note") with (fillfactor = 70);
create index "book_note_index" on "book" using btree ("note") where "year" > 0;
create index "book_year_index" on "book" ("year" desc);
-- and back
drop index "titles";
drop index "book_note_index";
drop index "book_year_index";
alter table "book" alter column "note" type varchar(255) using ("note"::varchar(255));
create index "titles" on "book" ("title");
