//! Waiting for a database that another process is using.

use mikro_orm_core::error::{Error, Result};
use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_micros(250);
const LONGEST: Duration = Duration::from_millis(25);

/// Tries until the answer is another one than [`Error::Busy`], at most for `patience`. The thread is not
/// blocked meanwhile: it may be the one that the lock's holder needs.
pub(crate) async fn patiently<T>(patience: Duration, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let mut error = match attempt() {
        Err(error @ Error::Busy { .. }) => error,
        done => return done,
    };
    let (started, mut pause) = (Instant::now(), FIRST);
    while let Some(left) = patience.checked_sub(started.elapsed()).filter(|left| !left.is_zero()) {
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST);
        error = match attempt() {
            Err(error @ Error::Busy { .. }) => error,
            done => return done,
        };
    }
    Err(error)
}
