drop trigger `counted`;
alter table `book` rename column `title` to `name`;
alter table `book` add column `part` int not null default 1;
alter table `book` modify column `stock` bigint not null;
create trigger `counted` after insert on `book` for each row begin /* mikro-orm */ if new.`name` <> '' then update book set stock = stock + 1; end if; end;
-- and back
drop trigger `counted`;
alter table `book` rename column `name` to `title`;
alter table `book` modify column `stock` int not null;
alter table `book` drop column `part`;
create trigger `counted` after insert on `book` for each row begin /* mikro-orm */ if new.`title` <> '' then update book set stock = stock + 1; end if; end;
