create sequence "page_id_seq" owned by "page"."id";
alter table "page" alter column "id" set default nextval('"page_id_seq"');
select setval(pg_get_serial_sequence('"page"', 'id'), coalesce(max("id"), 0) + 1, false) from "page";
-- and back
alter table "page" alter column "id" drop default;
drop sequence if exists "page_id_seq";
