alter table `book` drop foreign key `book_by_id_foreign`;
alter table `book` add constraint `book_by_id_foreign` foreign key (`by_id`) references `person` (`id`) on update cascade;
-- and back
alter table `book` drop foreign key `book_by_id_foreign`;
alter table `book` add constraint `book_by_id_foreign` foreign key (`by_id`) references `author` (`id`) on update cascade;
