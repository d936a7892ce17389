create table `hen` (`id` bigint not null auto_increment primary key, `from_id` bigint null) default character set utf8mb4 engine = InnoDB;
create index `hen_from_id_index` on `hen` (`from_id`);
create table `egg` (`id` bigint not null auto_increment primary key, `of_id` bigint null) default character set utf8mb4 engine = InnoDB;
create index `egg_of_id_index` on `egg` (`of_id`);
alter table `hen` add constraint `hen_from_id_foreign` foreign key (`from_id`) references `egg` (`id`) on update cascade on delete set null;
alter table `egg` add constraint `egg_of_id_foreign` foreign key (`of_id`) references `hen` (`id`) on update cascade on delete set null;
-- and back
alter table `hen` drop foreign key `hen_from_id_foreign`;
alter table `egg` drop foreign key `egg_of_id_foreign`;
drop table `egg`;
drop table `hen`;
