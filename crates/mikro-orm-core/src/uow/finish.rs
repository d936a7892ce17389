//! Running a future to its end even when it is dropped.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A future that, once it was polled, is not abandoned: dropped half-way, the runtime runs the rest of it.
///
/// It runs where it is awaited, without a task of its own: a task per flush would cost a thread hop.
pub(crate) struct FinishOnDrop<T: Send + 'static> {
    future: Option<Boxed<T>>,
    started: bool,
}

impl<T: Send + 'static> FinishOnDrop<T> {
    pub fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        FinishOnDrop { future: Some(Box::pin(future)), started: false }
    }
}

impl<T: Send + 'static> Future for FinishOnDrop<T> {
    type Output = T;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.started = true;
        let Some(future) = &mut self.future else { unreachable!("a future is not polled after it is ready") };
        let result = future.as_mut().poll(context);
        if result.is_ready() {
            self.future = None;
        }
        result
    }
}

impl<T: Send + 'static> Drop for FinishOnDrop<T> {
    fn drop(&mut self) {
        if self.started
            // (what has panicked can't go on)
            && !std::thread::panicking()
            && let Some(rest) = self.future.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { drop(rest.await) });
        }
    }
}
