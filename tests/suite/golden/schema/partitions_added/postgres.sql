alter table "measure" detach partition "measure_old";
alter table "measure" attach partition "measure_old" for values from (minvalue) to (2000);
create table "measure_new" partition of "measure" for values from (2020) to (2030);
create index "measure_value_index" on "measure" ("value");
-- and back
drop index "measure_value_index";
alter table "measure" detach partition "measure_old";
alter table "measure" attach partition "measure_old" for values from (0) to (2000);
