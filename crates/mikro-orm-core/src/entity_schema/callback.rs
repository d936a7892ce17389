//! Closures of schemas: two are the same when they are the same code, and have captured nothing that could tell them apart.

use crate::field::Scalar;
use crate::value::Value;
use std::any::TypeId;
use std::fmt;
use std::sync::Arc;

/// What a closure is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Its type: it has captured nothing.
    Type(TypeId),
    /// Where it is; it stays there as long as anybody compares with it.
    Place(usize),
}

impl Known {
    pub fn of<F: 'static>(shared: &Arc<F>) -> Self {
        match size_of::<F>() {
            0 => Known::Type(TypeId::of::<F>()),
            _ => Known::Place(Arc::as_ptr(shared).addr()),
        }
    }
}

/// Gives a value.
#[derive(Clone)]
pub(crate) struct Giver {
    known: Known,
    give: Arc<dyn Fn() -> Value<'static> + Send + Sync>,
}

impl Giver {
    pub(super) fn of<V: Scalar>(value: impl Fn() -> V + Send + Sync + 'static) -> Self {
        let value = Arc::new(value);
        Giver { known: Known::of(&value), give: Arc::new(move || value().to_value().into_owned()) }
    }
    pub(crate) fn give(&self) -> Value<'static> {
        (self.give)()
    }
}
impl fmt::Debug for Giver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.known.fmt(f)
    }
}
