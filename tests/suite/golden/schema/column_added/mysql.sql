alter table `book` add column `subtitle` varchar(255) null;
-- and back
alter table `book` drop column `subtitle`;
