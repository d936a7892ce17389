drop index `book_title_index`;
create index `by title` on `book` (`title`);
-- and back
drop index `by title`;
create index `book_title_index` on `book` (`title`);
