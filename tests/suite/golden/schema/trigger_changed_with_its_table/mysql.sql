drop trigger `counted`;
alter table `book` add column `name` varchar(40) not null;
alter table `book` add column `part` int not null default 1;
alter table `book` modify column `stock` bigint not null;
alter table `book` drop column `title`;
create trigger `counted` after insert on `book` for each row begin /* mikro-orm */ if new.`name` <> '' then update book set stock = stock + 1; end if; end;
-- and back
drop trigger `counted`;
alter table `book` add column `title` varchar(255) not null;
alter table `book` modify column `stock` int not null;
alter table `book` drop column `name`;
alter table `book` drop column `part`;
create trigger `counted` after insert on `book` for each row begin /* mikro-orm */ if new.`title` <> '' then update book set stock = stock + 1; end if; end;
