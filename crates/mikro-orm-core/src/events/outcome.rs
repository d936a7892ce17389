//! How hooks ended: what they gave, or that they panicked.

use crate::error::{Error, Result};
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// What hooks gave. A panic goes on once everything is in order again.
pub(crate) enum Outcome<T> {
    Done(Result<T>),
    Panicked(Box<dyn Any + Send>),
}

impl<T> Outcome<T> {
    pub async fn of(hooks: impl Future<Output = Result<T>>) -> Self {
        let mut hooks = pin!(hooks);
        std::future::poll_fn(|task| {
            // (after a panic the future is only dropped)
            match catch_unwind(AssertUnwindSafe(|| hooks.as_mut().poll(task))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(result)) => Poll::Ready(Outcome::Done(result)),
                Err(panic) => Poll::Ready(Outcome::Panicked(panic)),
            }
        })
        .await
    }

    /// The result; a panic is kept in `panic`, and an error in its place.
    pub fn keep(self, panic: &mut Option<Box<dyn Any + Send>>) -> Result<T> {
        match self {
            Outcome::Done(result) => result,
            Outcome::Panicked(payload) => {
                *panic = Some(payload);
                Err(Error::Closed)
            }
        }
    }
    /// The result; a panic goes on.
    pub fn into_result(self) -> Result<T> {
        match self {
            Outcome::Done(result) => result,
            Outcome::Panicked(payload) => std::panic::resume_unwind(payload),
        }
    }
}
