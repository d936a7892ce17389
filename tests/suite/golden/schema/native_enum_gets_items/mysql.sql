alter table `film` modify column `kind` enum('it''s early', 'drama', 'action', 'comedy', 'western') not null;
-- and back
alter table `film` modify column `kind` enum('drama', 'comedy') not null;
