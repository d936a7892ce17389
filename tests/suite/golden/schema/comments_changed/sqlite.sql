alter table `book` add column `part` integer null;
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
create table `__new_book` (`id` integer not null primary key autoincrement, `stock` integer not null);
insert into `__new_book` (`id`, `stock`) select `id`, `stock` from `book`;
delete from `sqlite_sequence` where `name` = '__new_book';
insert into `sqlite_sequence` (`name`, `seq`) select '__new_book', `seq` from `sqlite_sequence` where `name` = 'book';
drop table `book`;
alter table `__new_book` rename to `book`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
