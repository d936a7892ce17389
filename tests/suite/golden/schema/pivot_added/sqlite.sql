create table `book_tags` (`book_id` integer not null, `tag_id` integer not null, primary key (`book_id`, `tag_id`), constraint `book_tags_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade on delete cascade, constraint `book_tags_tag_id_foreign` foreign key (`tag_id`) references `tag` (`id`) on update cascade on delete cascade);
create index `book_tags_tag_id_index` on `book_tags` (`tag_id`);
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop table `book_tags`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
