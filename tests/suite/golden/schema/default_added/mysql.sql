alter table `book` modify column `title` varchar(255) not null default 'none';
-- and back
alter table `book` modify column `title` varchar(255) not null;
