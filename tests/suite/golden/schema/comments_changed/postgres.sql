alter table "book" add column "part" int null;
comment on column "book"."stock" is null;
comment on table "book" is 'what is lent';
comment on column "book"."part" is 'new';
-- and back
comment on column "book"."stock" is 'it''s';
alter table "book" drop column "part";
comment on table "book" is 'what is read';
