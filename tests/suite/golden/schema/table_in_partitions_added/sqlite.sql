create table `part` (`id` integer not null primary key autoincrement, `book_id` integer not null, constraint `part_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade);
create index `part_book_id_index` on `part` (`book_id`);
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop table `part`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
