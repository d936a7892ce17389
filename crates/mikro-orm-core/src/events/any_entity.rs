//! An entity whose type is not known.

use crate::entity::Entity;
use crate::heap::{AnyRef, Loaded, Ref};
use crate::key::Key;
use std::fmt;

/// An entity whose type is known only at run time: what [`Subscriber`](crate::Subscriber)s get.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() {}
/// use mikro_orm::events::AnyEntity;
///
/// fn title(entity: &AnyEntity) -> &str {
///     match entity.downcast::<Book>() {
///         Some(book) => &book.title,
///         None => entity.name(),
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct AnyEntity(AnyRef);

impl AnyEntity {
    pub(crate) fn new(entity: AnyRef) -> Self {
        AnyEntity(entity)
    }
    pub(crate) fn as_any(&self) -> &AnyRef {
        &self.0
    }

    /// The name of its struct.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }
    /// Its key in database form; `None` while it has none.
    pub fn key(&self) -> Option<Key> {
        self.0.key()
    }
    /// Whether it is a `T`.
    pub fn is<T: Entity>(&self) -> bool {
        self.0.is_a(T::descriptor())
    }
    /// The handle, when it is a `T`, and loaded.
    pub fn downcast<T: Entity>(&self) -> Option<&Loaded<T>> {
        Loaded::of_any(&self.0)
    }
    /// The reference, when it is a `T`.
    pub fn to_ref<T: Entity>(&self) -> Option<Ref<T>> {
        self.is::<T>().then(|| Ref::from_any(self.0.clone()))
    }
    /// Whether the database has no row for it yet.
    pub fn is_new(&self) -> bool {
        self.0.is_new()
    }
    /// Whether its row is loaded (or it is new).
    pub fn is_initialized(&self) -> bool {
        self.0.is_initialized()
    }
}

impl fmt::Debug for AnyEntity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
impl<T: Entity, P> From<&Loaded<T, P>> for AnyEntity {
    fn from(entity: &Loaded<T, P>) -> Self {
        AnyEntity(entity.as_ref_any().clone())
    }
}
