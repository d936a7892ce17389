//! What tests stand on: a database for each of them, and what was sent to it.

mod counts;
mod database;
mod place;
mod recorder;

pub use counts::Counts;
pub use database::{Kind, Shared, Test, World};
pub(super) use database::{server, unique};
pub use place::Place;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Tests that run on every driver:
///
/// ```text
/// suite! {
///     /// spec: S160, U08
///     async fn one_row_is_one_entity(t: &Test<Blog>) {
///         let em = t.em();
///         ..
///         t.expect(2);
///     }
/// }
/// ```
///
/// The body may use `?`. `Blog` names the entities that the test's database has; see [`World`].
macro_rules! suite {
    ($($(#[$meta:meta])* async fn $name:ident($t:ident: &Test<$world:ty>) $body:block)*) => {$(
        $(#[$meta])*
        async fn $name($t: &$crate::suite::harness::Test<$world>) -> ::mikro_orm::Result<()> {
            $body
            Ok(())
        }
        mod $name {
            #[test]
            fn sqlite() {
                $crate::suite::harness::run($crate::suite::harness::Kind::Sqlite, async |t| super::$name(t).await);
            }
            #[test]
            fn postgres() {
                $crate::suite::harness::run($crate::suite::harness::Kind::Postgres, async |t| super::$name(t).await);
            }
        }
    )*};
}

/// Runs a test on a fresh database, which is gone afterwards.
pub fn run<W: World>(kind: Kind, test: impl AsyncFnOnce(&Test<W>) -> mikro_orm::Result<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = runtime.block_on(Test::<W>::new(kind));
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(&database))));
    runtime.block_on(database.end());
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => panic!("{error}\n{error:#?}"),
        Err(panic) => resume_unwind(panic),
    }
}
