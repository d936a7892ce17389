//! The behaviour suite. Each test runs once per driver, on a database of its own.
//!
//! `TEST_POSTGRES_URL` says where the PostgreSQL server is:
//! `tools/with-servers.sh cargo test -p mikro-orm-suite`.

mod suite {
    #[macro_use]
    mod harness;
    mod entities;

    mod apart;
    mod assign;
    mod bases;
    mod bootstrap;
    mod both_sides;
    mod cascades;
    mod circles;
    mod clocks;
    mod collection_queries;
    mod collections;
    mod column_types;
    mod composite;
    mod computed;
    mod conditions;
    mod constraints;
    mod contexts;
    mod create;
    mod databases;
    mod definitions;
    mod documents;
    mod dynamic;
    mod eager;
    mod embeddables;
    mod embedded_json;
    mod enums;
    mod failures;
    mod faults;
    mod felling;
    mod fields;
    mod find;
    mod flush;
    mod formulas;
    mod generated;
    mod hints;
    mod hooks;
    mod identity_map;
    mod in_sql;
    mod indexes;
    mod inputs;
    mod interrupted;
    mod json_paths;
    mod keys;
    mod lazies;
    mod left_behind;
    mod links;
    mod lists;
    mod logs;
    mod long_lists;
    mod many_to_many;
    mod mapping;
    mod model;
    mod naming;
    mod native_enums;
    mod one_to_one;
    mod options;
    mod ordered;
    mod orphans;
    mod output;
    mod partitions;
    mod parts;
    mod plans;
    mod populate;
    mod populate_options;
    mod projections;
    mod propagation;
    mod raw_sql;
    mod readonly;
    mod references;
    mod removing;
    mod replacing;
    mod schema_changes;
    mod schema_updates;
    mod schema_values;
    mod schemas;
    mod showcase;
    mod single_table;
    mod stamps;
    mod subscribers;
    mod table_per_type;
    mod taken_back;
    mod transactions;
    mod triggers;
    mod types;
    mod uniques;
    mod versions;
    mod views;
    mod wiring;
}
