//! Programs that must not compile. `TRYBUILD=overwrite` writes the messages anew.

#[test]
#[cfg_attr(miri, ignore = "compiles")]
fn attacks_that_do_not_compile() {
    // (with a sanitizer the programs would be built with it, too, and say the same)
    if std::env::var("ASAN_OPTIONS").is_ok_and(|options| !options.is_empty()) {
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui-heap/*.rs");
}
