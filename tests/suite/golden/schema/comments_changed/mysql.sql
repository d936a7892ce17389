alter table `book` add column `part` int null comment 'new';
alter table `book` modify column `stock` int not null;
alter table `book` comment = 'what is lent';
-- and back
alter table `book` modify column `stock` int not null comment 'it''s';
alter table `book` drop column `part`;
alter table `book` comment = 'what is read';
