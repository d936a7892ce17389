alter table `book` add column `numbers` text null;
alter table `book` add column `tags` text not null default '["it''s","\"\\"]';
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
create table `__new_book` (`id` integer not null primary key autoincrement);
insert into `__new_book` (`id`) select `id` from `book`;
delete from `sqlite_sequence` where `name` = '__new_book';
insert into `sqlite_sequence` (`name`, `seq`) select '__new_book', `seq` from `sqlite_sequence` where `name` = 'book';
drop table `book`;
alter table `__new_book` rename to `book`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
