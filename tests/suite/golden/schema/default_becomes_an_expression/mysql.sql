alter table `book` modify column `stock` int not null default (1 + 2);
-- and back
alter table `book` modify column `stock` int not null default 1;
