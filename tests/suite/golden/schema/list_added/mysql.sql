alter table `book` add column `numbers` json null;
alter table `book` add column `tags` json not null default ('["it''s","\\"\\\\"]');
-- and back
alter table `book` drop column `numbers`;
alter table `book` drop column `tags`;
