drop view `long`;
drop view `letters`;
-- and back
create view `letters` as select id, length(title) as letters from book;
create view `long` as select id, letters from letters where letters > 3;
