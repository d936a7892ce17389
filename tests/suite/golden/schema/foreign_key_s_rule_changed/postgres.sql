alter table "book" drop constraint "book_author_id_foreign";
alter table "book" add constraint "book_author_id_foreign" foreign key ("author_id") references "author" ("id") on update cascade on delete cascade deferrable initially deferred;
-- and back
alter table "book" drop constraint "book_author_id_foreign";
alter table "book" add constraint "book_author_id_foreign" foreign key ("author_id") references "author" ("id") on update cascade;
