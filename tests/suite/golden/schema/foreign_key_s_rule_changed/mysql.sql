alter table `book` drop foreign key `book_author_id_foreign`;
alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade on delete cascade;
-- and back
alter table `book` drop foreign key `book_author_id_foreign`;
alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade;
