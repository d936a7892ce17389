alter table `book` modify column `shown` varchar(255) not null default 'none';
-- and back
alter table `book` modify column `shown` varchar(255) generated always as (lower(`title`)) stored not null;
