create table "hen" ("id" bigserial primary key, "from_id" bigint null);
create index "hen_from_id_index" on "hen" ("from_id");
create table "egg" ("id" bigserial primary key, "of_id" bigint null);
create index "egg_of_id_index" on "egg" ("of_id");
alter table "hen" add constraint "hen_from_id_foreign" foreign key ("from_id") references "egg" ("id") on update cascade on delete set null;
alter table "egg" add constraint "egg_of_id_foreign" foreign key ("of_id") references "hen" ("id") on update cascade on delete set null;
-- and back
drop table "egg" cascade;
drop table "hen" cascade;
