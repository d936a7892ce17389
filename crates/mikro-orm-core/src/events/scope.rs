//! Where hooks run: inside a flush, whose connection their queries use.

use super::Outcome;
use crate::context::Context;
use crate::driver::Connection;
use crate::heap::{AnyRef, Computed, FieldSet, PairBefore, Pinned, ReplacedBefore};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
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
    /// What hooks did to the identity map.
    notes: std::sync::Mutex<Vec<Note>>,
    /// What is done just now is not the hooks' doing.
    quiet: AtomicBool,
}

/// One thing that hooks did to the identity map, to be taken back should the flush fail.
pub(crate) enum Note {
    /// These fields were edited.
    Edited { before: Pinned, fields: FieldSet },
    /// These fields were set, which the database was to compute.
    SetInstead(AnyRef, Computed),
    /// An insert was scheduled.
    Persisted(AnyRef),
    /// A delete was scheduled.
    Removed(AnyRef),
    /// Two entities were linked, or let go of each other.
    Paired(PairBefore),
    /// A collection was replaced without loading it.
    Replaced(ReplacedBefore),
}

/// Notes what was done to an entity, when a hook that its own context calls did it.
pub(crate) fn note(entity: &AnyRef, note: impl FnOnce() -> Note) {
    let noted = CURRENT.try_with(|scope| {
        let scope = scope.of(entity.context_address()?)?;
        (!scope.quiet.load(Ordering::Relaxed)).then(|| scope.clone())
    });
    if let Ok(Some(scope)) = noted {
        scope.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note());
    }
}

/// Whether what is done to an entity now is a hook's doing, and is to be noted: for what has to be looked at before.
pub(crate) fn is_noted(entity: &AnyRef) -> bool {
    let noted = CURRENT.try_with(|scope| {
        let scope = entity.context_address().and_then(|context| scope.of(context));
        scope.is_some_and(|scope| !scope.quiet.load(Ordering::Relaxed))
    });
    noted.unwrap_or(false)
}

/// Does what a hook has asked for, but is not its doing.
pub(crate) fn quietly<R>(run: impl FnOnce() -> R) -> R {
    let scope = CURRENT.try_with(Arc::clone).ok();
    let before = scope.as_ref().map(|scope| scope.quiet.swap(true, Ordering::Relaxed));
    let result = run();
    if let Some((scope, before)) = scope.zip(before) {
        scope.quiet.store(before, Ordering::Relaxed);
    }
    result
}

/// The scope of this context that the code runs in, when it does.
pub(crate) fn current(context: &Context) -> Option<Arc<Scope>> {
    CURRENT.try_with(|scope| scope.of(std::ptr::from_ref(context) as usize).cloned()).ok().flatten()
}

impl Scope {
    /// The scope of this context: this one, or one around it.
    fn of(self: &Arc<Self>, context: usize) -> Option<&Arc<Self>> {
        let mut scope = Some(self);
        while let Some(seen) = scope.filter(|seen| seen.context != context) {
            scope = seen.outer.as_ref();
        }
        scope
    }

    /// Runs hooks, which have the connection meanwhile. Panics are caught, so that the connection always comes back.
    /// Gives what they did to the identity map, too.
    pub async fn run<T>(
        context: &Context,
        connection: &mut Option<Box<dyn Connection>>,
        in_transaction: bool,
        hooks: impl Future<Output = crate::Result<T>>,
    ) -> (Outcome<T>, Vec<Note>) {
        let scope = Arc::new(Scope {
            context: std::ptr::from_ref(context) as usize,
            connection: Arc::new(Mutex::new(connection.take())),
            in_transaction,
            outer: CURRENT.try_with(Arc::clone).ok(),
            notes: std::sync::Mutex::default(),
            quiet: AtomicBool::new(false),
        });
        let outcome = CURRENT.scope(scope.clone(), Outcome::of(hooks)).await;
        *connection = scope.connection.lock().await.take();
        let notes = std::mem::take(&mut *scope.notes.lock().unwrap_or_else(PoisonError::into_inner));
        (outcome, notes)
    }
}
