alter table `book` modify column `price` double not null default 2.5;
-- and back
alter table `book` modify column `price` double not null default 1.5;
