//! Random sequences of operations, against the ORM and against a plain model in memory.
//!
//! A sequence creates, edits, connects, removes, flushes, drops flushes half-way, clears and loads again. After each
//! flush the handles must say what the model says; so must the database, read by a fresh entity manager. Flushes that
//! must fail (a value that has to be unique is there twice) must change nothing, and nothing may be forgotten.
//!
//! `MODEL_SEQUENCES` says how many sequences are tried, and `MODEL_SEED` which. One that fails is printed in its shortest form.

mod check;
mod entities;
mod events;
mod handles;
mod operation;
mod random;
mod rows;
mod run;
mod state;

use super::harness::{Kind, Test};
use entities::Club;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use random::sequence;

/// How many sequences a plain run tries.
const FEW: u32 = 300;

fn sequences() -> u32 {
    std::env::var("MODEL_SEQUENCES").ok().and_then(|number| number.parse().ok()).unwrap_or(FEW)
}

/// Which sequences: the same in every run, unless `MODEL_SEED` says otherwise.
fn seed() -> u64 {
    std::env::var("MODEL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

fn agree(kind: Kind) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = runtime.block_on(Test::<Club>::new(kind));
    let config = Config {
        cases: sequences(),
        rng_seed: RngSeed::Fixed(seed()),
        failure_persistence: None,
        max_shrink_iters: 4000,
        ..Config::default()
    };
    let outcome = TestRunner::new(config)
        .run(&sequence(), |operations| runtime.block_on(run::all(&database, &operations)).map_err(TestCaseError::fail));
    runtime.block_on(database.end());
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// spec: U01, U03, U08, U18, U24, U25, U26, U32, U48, Y082 @sqlite
#[test]
fn the_unit_of_work_agrees_with_a_model_on_sqlite() {
    agree(Kind::Sqlite);
}

/// spec: U01, U03, U08, U18, U24, U25, U26, U32, U48, Y082 @postgres
#[test]
fn the_unit_of_work_agrees_with_a_model_on_postgres() {
    agree(Kind::Postgres);
}

/// spec: U32, U51 @sqlite
#[test]
fn the_unit_of_work_with_a_subscriber_that_refuses_agrees_with_a_model_on_sqlite() {
    events::watch();
    agree(Kind::Sqlite);
}

/// spec: U32, U51 @postgres
#[test]
fn the_unit_of_work_with_a_subscriber_that_refuses_agrees_with_a_model_on_postgres() {
    events::watch();
    agree(Kind::Postgres);
}
