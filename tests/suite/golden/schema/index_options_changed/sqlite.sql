drop index `titles`;
create index `titles` on `book` (`title` desc, `year`);
create index `book_note_index` on `book` (`note`) where `year` > 0;
create index `book_year_index` on `book` (`year` desc);
-- and back
drop index `titles`;
drop index `book_note_index`;
drop index `book_year_index`;
create index `titles` on `book` (`title`);
