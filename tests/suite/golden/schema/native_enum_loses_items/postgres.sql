alter type "Film kind" rename to "Film kind__old";
create type "Film kind" as enum ('western', 'comedy');
alter table "film" alter column "kind" drop default;
alter table "film" alter column "kind" type "Film kind" using "kind"::text::"Film kind";
alter table "film" alter column "more" type "Film kind"[] using "more"::text[]::"Film kind"[];
drop type "Film kind__old";
alter table "film" alter column "kind" drop default;
alter table "film" alter column "kind" set default 'western';
-- and back
alter type "Film kind" add value if not exists 'drama' before 'western';
alter table "film" alter column "kind" drop default;
alter table "film" alter column "kind" set default 'drama';
