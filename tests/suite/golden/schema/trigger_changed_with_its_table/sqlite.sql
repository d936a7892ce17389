drop trigger `counted`;
alter table `book` rename column `title` to `name`;
alter table `book` add column `part` integer not null default 1;
create trigger `counted` after insert on `book` for each row when new.`name` <> '' begin /* mikro-orm */ update book set stock = stock + 1; end;
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop trigger `counted`;
create table `__new_book` (`id` integer not null primary key autoincrement, `title` text not null, `stock` integer not null);
insert into `__new_book` (`id`, `title`, `stock`) select `id`, `name`, `stock` from `book`;
delete from `sqlite_sequence` where `name` = '__new_book';
insert into `sqlite_sequence` (`name`, `seq`) select '__new_book', `seq` from `sqlite_sequence` where `name` = 'book';
drop table `book`;
alter table `__new_book` rename to `book`;
create trigger `counted` after insert on `book` for each row when new.`title` <> '' begin /* mikro-orm */ update book set stock = stock + 1; end;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
