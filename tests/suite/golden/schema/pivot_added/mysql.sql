create table `book_tags` (`book_id` bigint not null, `tag_id` bigint not null, primary key (`book_id`, `tag_id`)) default character set utf8mb4 engine = InnoDB;
create index `book_tags_tag_id_index` on `book_tags` (`tag_id`);
alter table `book_tags` add constraint `book_tags_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade on delete cascade;
alter table `book_tags` add constraint `book_tags_tag_id_foreign` foreign key (`tag_id`) references `tag` (`id`) on update cascade on delete cascade;
-- and back
drop table `book_tags`;
