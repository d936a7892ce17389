alter table `book` add column `stock` int not null default 7;
alter table `book` add column `note` varchar(255) not null default 'it''s';
-- and back
alter table `book` drop column `stock`;
alter table `book` drop column `note`;
