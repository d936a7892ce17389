create index `measure_value_index` on `measure` (`value`);
-- and back
drop index `measure_value_index`;
