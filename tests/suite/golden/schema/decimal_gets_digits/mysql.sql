alter table `book` modify column `price` decimal(10,2) not null;
alter table `book` modify column `sum` decimal(12,0) null;
-- and back
alter table `book` modify column `price` decimal(6,2) not null;
alter table `book` modify column `sum` decimal(65,30) null;
