alter table `book` modify column `shown` varchar(255) generated always as (upper(`title`)) stored;
-- and back
alter table `book` modify column `shown` varchar(255) generated always as (lower(`title`)) stored;
