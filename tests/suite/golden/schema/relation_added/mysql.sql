alter table `book` add column `author_id` bigint null;
create index `book_author_id_index` on `book` (`author_id`);
alter table `book` add constraint `book_author_id_foreign` foreign key (`author_id`) references `author` (`id`) on update cascade on delete set null;
-- and back
alter table `book` drop foreign key `book_author_id_foreign`;
drop index `book_author_id_index` on `book`;
alter table `book` drop column `author_id`;
