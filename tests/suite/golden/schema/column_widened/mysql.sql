alter table `book` modify column `stock` bigint not null;
alter table `book` modify column `title` varchar(200) not null;
-- and back
alter table `book` modify column `stock` int not null;
alter table `book` modify column `title` varchar(20) not null;
