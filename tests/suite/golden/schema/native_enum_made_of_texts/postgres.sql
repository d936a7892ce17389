alter table "film" drop constraint "film_kind_check";
create type "film_kind" as enum ('drama', 'comedy');
alter table "film" alter column "kind" drop default;
alter table "film" alter column "kind" type "film_kind" using ("kind"::"film_kind");
alter table "film" alter column "kind" set default 'drama';
-- and back
alter table "film" alter column "kind" drop default;
alter table "film" alter column "kind" type text using ("kind"::text);
alter table "film" alter column "kind" set default 'drama';
alter table "film" add constraint "film_kind_check" check ("kind" in ('drama', 'comedy'));
drop type "film_kind";
