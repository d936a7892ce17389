create table `hen` (`id` integer not null primary key autoincrement, `from_id` integer null, constraint `hen_from_id_foreign` foreign key (`from_id`) references `egg` (`id`) on update cascade on delete set null);
create index `hen_from_id_index` on `hen` (`from_id`);
create table `egg` (`id` integer not null primary key autoincrement, `of_id` integer null, constraint `egg_of_id_foreign` foreign key (`of_id`) references `hen` (`id`) on update cascade on delete set null);
create index `egg_of_id_index` on `egg` (`of_id`);
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop table `egg`;
drop table `hen`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
