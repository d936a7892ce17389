drop index `book_year_title_unique` on `book`;
create unique index `book_year_title_part_unique` on `book` (`year`, `title`, `part`);
-- and back
drop index `book_year_title_part_unique` on `book`;
create unique index `book_year_title_unique` on `book` (`year`, `title`);
