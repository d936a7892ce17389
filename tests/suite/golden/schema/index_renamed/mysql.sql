alter table `book` rename index `book_title_index` to `by title`;
-- and back
alter table `book` rename index `by title` to `book_title_index`;
