alter table `book` add column `three` int null;
alter table `book` add column `four` int null;
alter table `book` drop column `one`;
alter table `book` drop column `two`;
-- and back
alter table `book` add column `one` int null;
alter table `book` add column `two` int null;
alter table `book` drop column `three`;
alter table `book` drop column `four`;
