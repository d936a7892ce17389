alter table "page" drop constraint "page_pkey";
alter table "page" add primary key ("number", "book");
-- and back
alter table "page" drop constraint "page_pkey";
alter table "page" add primary key ("number");
