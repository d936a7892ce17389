create table `review` (`id` bigint not null auto_increment primary key, `text` varchar(255) not null, `book_id` bigint not null, `answers_id` bigint null) default character set utf8mb4 engine = InnoDB;
create unique index `review_text_unique` on `review` (`text`);
create index `review_book_id_index` on `review` (`book_id`);
create index `review_answers_id_index` on `review` (`answers_id`);
alter table `review` add constraint `review_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade;
alter table `review` add constraint `review_answers_id_foreign` foreign key (`answers_id`) references `review` (`id`) on update cascade on delete set null;
-- and back
drop table `review`;
