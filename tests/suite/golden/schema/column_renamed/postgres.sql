alter table "book" rename column "title" to "name";
alter index "book_title_index" rename to "book_name_index";
-- and back
alter table "book" rename column "name" to "title";
alter index "book_name_index" rename to "book_title_index";
