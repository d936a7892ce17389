alter table "book" drop constraint "book_kind_check";
alter table "book" add constraint "book_kind_check" check ("kind" in ('novel', 'poem', 'play'));
-- and back
alter table "book" drop constraint "book_kind_check";
alter table "book" add constraint "book_kind_check" check ("kind" in ('novel', 'poem'));
