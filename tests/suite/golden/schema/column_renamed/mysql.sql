alter table `book` rename column `title` to `name`;
alter table `book` rename index `book_title_index` to `book_name_index`;
-- and back
alter table `book` rename column `name` to `title`;
alter table `book` rename index `book_name_index` to `book_title_index`;
