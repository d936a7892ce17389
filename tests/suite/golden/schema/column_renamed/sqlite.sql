drop index `book_title_index`;
alter table `book` rename column `title` to `name`;
create index `book_name_index` on `book` (`name`);
-- and back
drop index `book_name_index`;
alter table `book` rename column `name` to `title`;
create index `book_title_index` on `book` (`title`);
