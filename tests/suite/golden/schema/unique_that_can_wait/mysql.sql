create unique index `book_place_unique` on `book` (`place`);
-- and back
drop index `book_place_unique` on `book`;
