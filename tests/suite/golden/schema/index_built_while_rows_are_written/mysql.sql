create index `book_title_index` on `book` (`title`);
-- and back
drop index `book_title_index` on `book`;
