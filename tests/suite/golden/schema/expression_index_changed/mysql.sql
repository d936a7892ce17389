create index `lower titles` on `book` ((lower(`title`)));
-- and back
drop index `lower titles` on `book`;
