alter table "stay" add constraint "no_overlap" exclude using gist (int4range("arrives", "leaves") with &&);
alter table "stay" add constraint "no_copy" exclude using gist (int4range("arrives", "leaves") with =) where ("arrives" > 7) deferrable initially deferred;
-- and back
alter table "stay" drop constraint "no_overlap";
alter table "stay" drop constraint "no_copy";
