alter index "book_title_index" rename to "by title";
-- and back
alter index "by title" rename to "book_title_index";
