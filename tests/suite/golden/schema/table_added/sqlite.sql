create table `review` (`id` integer not null primary key autoincrement, `text` text not null, `book_id` integer not null, `answers_id` integer null, constraint `review_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade, constraint `review_answers_id_foreign` foreign key (`answers_id`) references `review` (`id`) on update cascade on delete set null);
create unique index `review_text_unique` on `review` (`text`);
create index `review_book_id_index` on `review` (`book_id`);
create index `review_answers_id_index` on `review` (`answers_id`);
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop table `review`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
