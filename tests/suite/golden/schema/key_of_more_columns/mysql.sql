alter table `page` drop primary key, add primary key (`number`, `book`);
-- and back
alter table `page` drop primary key, add primary key (`number`);
