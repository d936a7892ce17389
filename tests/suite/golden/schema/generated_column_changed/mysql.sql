alter table `book` modify column `shown` varchar(255) generated always as (upper(`title`)) stored not null;
-- and back
alter table `book` modify column `shown` varchar(255) generated always as (lower(`title`)) stored not null;
