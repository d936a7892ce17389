alter table `page` modify column `id` bigint not null auto_increment;
-- and back
alter table `page` modify column `id` bigint not null;
