drop index "book_title_index";
create unique index "book_title_unique" on "book" ("title");
-- and back
drop index "book_title_unique";
create index "book_title_index" on "book" ("title");
