alter table `book` modify column `title` varchar(255) null;
-- and back
alter table `book` modify column `title` varchar(255) not null;
