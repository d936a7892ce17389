alter type "Film kind" add value if not exists 'it''s early' before 'drama';
alter type "Film kind" add value if not exists 'action' after 'drama';
alter type "Film kind" add value if not exists 'western' after 'comedy';
-- and back
alter type "Film kind" rename to "Film kind__old";
create type "Film kind" as enum ('drama', 'comedy');
alter table "film" alter column "kind" type "Film kind" using "kind"::text::"Film kind";
drop type "Film kind__old";
