pragma foreign_keys = off;
pragma legacy_alter_table = on;
create table `__new_page` (`id` integer not null primary key autoincrement, `text` text not null);
insert into `__new_page` (`id`, `text`) select `id`, `text` from `page`;
drop table `page`;
alter table `__new_page` rename to `page`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
create table `__new_page` (`id` integer not null primary key, `text` text not null);
insert into `__new_page` (`id`, `text`) select `id`, `text` from `page`;
drop table `page`;
alter table `__new_page` rename to `page`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
