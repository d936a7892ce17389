alter table `book` modify column `stock` int not null default 1;
-- and back
alter table `book` modify column `stock` varchar(255) not null default '1';
