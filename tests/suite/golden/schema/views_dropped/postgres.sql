drop view "long";
drop materialized view "letters";
-- and back
create materialized view "letters" as select id, length(title) as letters from book;
create view "long" as select id, letters from letters where letters > 3;
