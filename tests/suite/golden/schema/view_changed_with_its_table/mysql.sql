drop view `long`;
drop view `letters`;
alter table `book` rename column `title` to `name`;
alter table `book` modify column `stock` bigint not null;
create view `letters` as select id, length(name) as letters, stock + 1 as stock from book;
create view `long` as select id, letters from letters where letters > 3;
-- and back
drop view `long`;
drop view `letters`;
alter table `book` rename column `name` to `title`;
alter table `book` modify column `stock` int not null;
create view `letters` as select id, length(title) as letters, stock from book;
create view `long` as select id, letters from letters where letters > 3;
