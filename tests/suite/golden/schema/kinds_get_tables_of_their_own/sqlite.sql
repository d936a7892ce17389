create table `employee` (`id` integer not null primary key, `salary` integer not null, `room` text not null, constraint `employee_salary_check` check (`salary` > 0), constraint `employee_id_foreign` foreign key (`id`) references `person` (`id`) on update cascade on delete cascade);
create index `employee_room_index` on `employee` (`room`);
create table `boss` (`id` integer not null primary key, `car` text null, constraint `boss_id_foreign` foreign key (`id`) references `employee` (`id`) on update cascade on delete cascade);
create unique index `boss_car_unique` on `boss` (`car`);
create table `guest` (`id` integer not null primary key, constraint `guest_id_foreign` foreign key (`id`) references `person` (`id`) on update cascade on delete cascade);
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop table `guest`;
drop table `boss`;
drop table `employee`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
