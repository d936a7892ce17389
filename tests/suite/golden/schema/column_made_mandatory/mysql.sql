update `book` set `stock` = 3 where `stock` is null;
alter table `book` modify column `stock` int not null default 3;
-- and back
alter table `book` modify column `stock` int null;
