create table "part" ("id" bigserial primary key, "book_id" bigint not null) partition by hash ("id");
create table "part_0" partition of "part" for values with (modulus 2, remainder 0);
create table "part_1" partition of "part" for values with (modulus 2, remainder 1);
create index "part_book_id_index" on "part" ("book_id");
alter table "part" add constraint "part_book_id_foreign" foreign key ("book_id") references "book" ("id") on update cascade;
-- and back
drop table "part" cascade;
