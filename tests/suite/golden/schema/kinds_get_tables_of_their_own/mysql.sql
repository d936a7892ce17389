create table `employee` (`id` bigint not null primary key, `salary` bigint not null, `room` varchar(20) not null, constraint `employee_salary_check` check (`salary` > 0)) default character set utf8mb4 engine = InnoDB;
create index `employee_room_index` on `employee` (`room`);
create table `boss` (`id` bigint not null primary key, `car` varchar(255) null) default character set utf8mb4 engine = InnoDB;
create unique index `boss_car_unique` on `boss` (`car`);
create table `guest` (`id` bigint not null primary key) default character set utf8mb4 engine = InnoDB;
alter table `employee` add constraint `employee_id_foreign` foreign key (`id`) references `person` (`id`) on update cascade on delete cascade;
alter table `boss` add constraint `boss_id_foreign` foreign key (`id`) references `employee` (`id`) on update cascade on delete cascade;
alter table `guest` add constraint `guest_id_foreign` foreign key (`id`) references `person` (`id`) on update cascade on delete cascade;
-- and back
alter table `boss` drop foreign key `boss_id_foreign`;
drop table `guest`;
drop table `boss`;
drop table `employee`;
