create table `log` (`id` bigint not null auto_increment primary key, `text` varchar(255) not null) default character set utf8mb4 engine = InnoDB;
create trigger `kept` before delete on `log` for each row begin /* mikro-orm */ signal sqlstate '45000'; end;
create trigger `counted_insert` after insert on `book` for each row begin /* mikro-orm */ if 1 = 1 then update shelf set books = (select count(*) from book); end if; end;
create trigger `counted_delete` after delete on `book` for each row begin /* mikro-orm */ if 1 = 1 then update shelf set books = (select count(*) from book); end if; end;
create trigger `logged` before update on `book` for each row begin /* mikro-orm */ set new.`title` = trim(new.`title`); end;
-- and back
drop trigger `counted_insert`;
drop trigger `counted_delete`;
drop trigger `logged`;
drop table `log`;
