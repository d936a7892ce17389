drop index "book_title_index";
create index "book_title_index" on "book" ("title") where "year" > 2000 and "title" <> '';
-- and back
drop index "book_title_index";
create index "book_title_index" on "book" ("title") where "year" > 1990;
