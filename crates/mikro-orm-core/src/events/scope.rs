//! Where hooks run: inside a flush, whose connection their queries use.

use super::Outcome;
use crate::context::Context;
use crate::driver::Connection;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::Mutex;

tokio::task_local! {
    /// The scope that the code of this task runs in.
    static CURRENT: Arc<Scope>;
}

/// A flush, or the begin or end of a transaction, that calls hooks just now.
pub(crate) struct Scope {
    /// The context, by its address: whoever made the scope keeps it.
    context: usize,
    /// The connection of the transaction, which hooks take turns with.
    pub connection: Arc<Mutex<Option<Box<dyn Connection>>>>,
    pub in_transaction: bool,
    /// The scope that this one was made in: that of another context.
    outer: Option<Arc<Scope>>,
}

/// The scope of this context that the code runs in, when it does.
pub(crate) fn current(context: &Context) -> Option<Arc<Scope>> {
    let address = std::ptr::from_ref(context) as usize;
    CURRENT
        .try_with(|scope| {
            let mut scope = Some(scope);
            while let Some(seen) = scope {
                if seen.context == address {
                    return Some(seen.clone());
                }
                scope = seen.outer.as_ref();
            }
            None
        })
        .ok()
        .flatten()
}

impl Scope {
    /// Runs hooks, which have the connection meanwhile. Panics are caught, so that the connection always comes back.
    pub async fn run<T>(
        context: &Context,
        connection: &mut Option<Box<dyn Connection>>,
        in_transaction: bool,
        hooks: impl Future<Output = crate::Result<T>>,
    ) -> Outcome<T> {
        let scope = Arc::new(Scope {
            context: std::ptr::from_ref(context) as usize,
            connection: Arc::new(Mutex::new(connection.take())),
            in_transaction,
            outer: CURRENT.try_with(Arc::clone).ok(),
        });
        let outcome = CURRENT.scope(scope.clone(), Outcome::of(hooks)).await;
        *connection = scope.connection.lock().await.take();
        outcome
    }
}
