drop index `book_title_index` on `book`;
create index `book_title_index` on `book` ((case when `year` > 2000 and `title` <> '' then `title` end));
-- and back
drop index `book_title_index` on `book`;
create index `book_title_index` on `book` ((case when `year` > 1990 then `title` end));
