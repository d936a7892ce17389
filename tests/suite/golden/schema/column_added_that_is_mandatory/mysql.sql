alter table `book` add column `stock` int not null;
-- and back
alter table `book` drop column `stock`;
