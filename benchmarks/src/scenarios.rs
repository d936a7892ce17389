//! The scenarios, one file each: the hand-written side and the ORM's.

mod find_pk;
mod graph_insert;
mod insert_1;
mod insert_1000;
mod load_10k;
mod load_assoc;
mod load_m2n;
mod read;
mod update_1000;
mod update_1_of_1000;

use crate::scenario::Scenario;

pub const ALL: [&Scenario; 9] = [
    &insert_1::SCENARIO,
    &insert_1000::SCENARIO,
    &load_10k::SCENARIO,
    &load_assoc::SCENARIO,
    &load_m2n::SCENARIO,
    &find_pk::SCENARIO,
    &update_1000::SCENARIO,
    &update_1_of_1000::SCENARIO,
    &graph_insert::SCENARIO,
];
