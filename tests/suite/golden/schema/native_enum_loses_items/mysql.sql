alter table `film` modify column `kind` enum('western', 'comedy') not null default 'western';
-- and back
alter table `film` modify column `kind` enum('drama', 'comedy', 'western') not null default 'drama';
