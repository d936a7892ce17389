create index `book_year_title_index` on `book` (`year`, `title`);
create index `titles` on `book` (`title`);
-- and back
drop index `book_year_title_index` on `book`;
drop index `titles` on `book`;
