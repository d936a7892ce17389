pragma foreign_keys = off;
pragma legacy_alter_table = on;
create table `__new_page` (`number` integer not null, `book` integer not null, `text` text not null, primary key (`number`, `book`));
insert into `__new_page` (`number`, `book`, `text`) select `number`, `book`, `text` from `page`;
drop table `page`;
alter table `__new_page` rename to `page`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
create table `__new_page` (`number` integer not null primary key, `book` integer not null, `text` text not null);
insert into `__new_page` (`number`, `book`, `text`) select `number`, `book`, `text` from `page`;
drop table `page`;
alter table `__new_page` rename to `page`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
