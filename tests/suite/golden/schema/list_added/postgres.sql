alter table "book" add column "numbers" bigint[] null;
alter table "book" add column "tags" text[] not null default '{"it''s","\"\\"}';
-- and back
alter table "book" drop column "numbers";
alter table "book" drop column "tags";
