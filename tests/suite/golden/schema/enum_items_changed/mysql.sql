alter table `book` modify column `kind` enum('novel', 'poem', 'play') not null;
-- and back
alter table `book` modify column `kind` enum('novel', 'poem') not null;
