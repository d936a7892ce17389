alter table `book` drop foreign key `book_author_id_foreign`;
alter table `author` modify column `id` bigint not null auto_increment;
alter table `book` modify column `id` bigint not null auto_increment;
alter table `book` modify column `author_id` bigint not null;
alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade;
-- and back
alter table `book` drop foreign key `book_author_id_foreign`;
alter table `author` modify column `id` int not null auto_increment;
alter table `book` modify column `id` int not null auto_increment;
alter table `book` modify column `author_id` int not null;
alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade;
