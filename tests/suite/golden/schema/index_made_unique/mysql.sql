drop index `book_title_index` on `book`;
create unique index `book_title_unique` on `book` (`title`);
-- and back
drop index `book_title_unique` on `book`;
create index `book_title_index` on `book` (`title`);
