//! The scenarios, one file each: the hand-written side and the ORM's.

mod find_pk;
mod insert_1;
mod insert_1000;
mod load_10k;
mod load_assoc;
mod read;
mod update_1000;
mod update_1_of_1000;

use crate::scenario::Scenario;

pub const ALL: [&Scenario; 7] = [
    &insert_1::SCENARIO,
    &insert_1000::SCENARIO,
    &load_10k::SCENARIO,
    &load_assoc::SCENARIO,
    &find_pk::SCENARIO,
    &update_1000::SCENARIO,
    &update_1_of_1000::SCENARIO,
];
