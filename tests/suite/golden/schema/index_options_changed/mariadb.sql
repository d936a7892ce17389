drop index `titles` on `book`;
alter table `book` modify column `note` longtext null;
create index `titles` on `book` (`title`(20) desc, `year`);
create index `book_note_index` on `book` (`note`(10)) ignored;
create index `book_year_index` on `book` (`year` desc);
-- and back
drop index `titles` on `book`;
drop index `book_note_index` on `book`;
drop index `book_year_index` on `book`;
alter table `book` modify column `note` varchar(255) null;
create index `titles` on `book` (`title`);
