create table `part` (`id` bigint not null auto_increment primary key, `book_id` bigint not null) default character set utf8mb4 engine = InnoDB;
create index `part_book_id_index` on `part` (`book_id`);
alter table `part` add constraint `part_book_id_foreign` foreign key (`book_id`) references `book` (`id`) on update cascade;
-- and back
drop table `part`;
