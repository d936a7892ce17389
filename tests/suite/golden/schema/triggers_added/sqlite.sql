create table `log` (`id` integer not null primary key autoincrement, `text` text not null);
create trigger `kept` before delete on `log` for each row begin /* mikro-orm */ select raise(ignore); end;
create trigger `counted_insert` after insert on `book` for each row when 1 = 1 begin /* mikro-orm */ update shelf set books = (select count(*) from book); end;
create trigger `counted_delete` after delete on `book` for each row when 1 = 1 begin /* mikro-orm */ update shelf set books = (select count(*) from book); end;
create trigger `logged` before update on `book` for each row begin /* mikro-orm */ insert into log (text) values ('sqlite'); end;
-- and back
pragma foreign_keys = off;
pragma legacy_alter_table = on;
drop trigger `counted_insert`;
drop trigger `counted_delete`;
drop trigger `logged`;
drop table `log`;
pragma legacy_alter_table = off;
pragma foreign_keys = on;
