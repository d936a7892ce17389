//! Programs that must compile, and programs that must not, with what the user is told.
//!
//! `TRYBUILD=overwrite cargo test -p mikro-orm --test ui` writes the messages anew; read them before they are
//! committed: each names the field (or relation) and the remedy.

#[test]
fn ui() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/pass/*.rs");
    tests.compile_fail("tests/ui/fail/*.rs");
}
