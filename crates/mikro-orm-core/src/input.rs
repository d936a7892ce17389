//! What builders, `em.create` and conditions take where an entity is meant.

mod keys;

pub(crate) use keys::key_field;

use crate::create::Creation;
use crate::entity::Entity;
use crate::heap::{Loaded, Ref};
use crate::key::Key;
use std::marker::PhantomData;

/// An entity as a relation's value: known, known by its key, or still to be created.
pub enum Input<T: Entity> {
    /// A handle or a reference.
    Ref(Ref<T>),
    /// A primary key.
    Key(T::Key),
    /// A builder with every required field set.
    New(Box<dyn New<T>>),
}

/// A builder behind a pointer, so that a builder's type does not contain those of its relations' targets
/// (the compiler would walk all of them for every `Send`).
#[doc(hidden)]
pub trait New<T: Entity>: Send {
    fn build(self: Box<Self>, creation: &mut Creation<'_>) -> T;
}

/// What a to-one relation takes: a handle in any state, a reference, a primary key, or a builder; one that can be null also an
/// `Option` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for a relation to `{T}`",
    label = "expected an entity of type `{T}`",
    note = "pass a handle (`&entity`), its primary key, or a builder with every required field set"
)]
pub trait IntoRef<T: Entity, I = Input<T>> {
    /// The value as an input: as `I` says an [`Input`], or an `Option` of one where it may be missing.
    fn into_ref(self) -> I;
}
impl<T: Entity, P, I: From<Input<T>>> IntoRef<T, I> for &Loaded<T, P> {
    fn into_ref(self) -> I {
        I::from(Input::Ref(self.to_ref()))
    }
}
impl<T: Entity, P, I: From<Input<T>>> IntoRef<T, I> for Loaded<T, P> {
    fn into_ref(self) -> I {
        I::from(Input::Ref(self.to_ref()))
    }
}
impl<T: Entity, I: From<Input<T>>> IntoRef<T, I> for &Ref<T> {
    fn into_ref(self) -> I {
        I::from(Input::Ref(self.clone()))
    }
}
impl<T: Entity, I: From<Input<T>>> IntoRef<T, I> for Ref<T> {
    fn into_ref(self) -> I {
        I::from(Input::Ref(self))
    }
}
impl<T: Entity, V: IntoRef<T>> IntoRef<T, Option<Input<T>>> for Option<V> {
    fn into_ref(self) -> Option<Input<T>> {
        self.map(V::into_ref)
    }
}

/// What a to-many relation of `Owner` takes as an item: what a to-one relation takes, and a builder whose
/// relation back to `Owner` is not set: it will be the entity that is being created.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item for a collection of `{T}`",
    label = "expected an entity of type `{T}`",
    note = "pass handles (`&entity`), primary keys, or builders with every required field set (but the relation back to `{Owner}`)"
)]
pub trait IntoItem<T: Entity, Owner, I = Input<T>> {
    /// The item as an input, as with [`IntoRef`].
    fn into_item(self) -> I;
}
impl<T: Entity, P, Owner, I: From<Input<T>>> IntoItem<T, Owner, I> for &Loaded<T, P> {
    fn into_item(self) -> I {
        I::from(Input::Ref(self.to_ref()))
    }
}
impl<T: Entity, P, Owner, I: From<Input<T>>> IntoItem<T, Owner, I> for Loaded<T, P> {
    fn into_item(self) -> I {
        I::from(Input::Ref(self.to_ref()))
    }
}
impl<T: Entity, Owner, I: From<Input<T>>> IntoItem<T, Owner, I> for &Ref<T> {
    fn into_item(self) -> I {
        I::from(Input::Ref(self.clone()))
    }
}
impl<T: Entity, Owner, I: From<Input<T>>> IntoItem<T, Owner, I> for Ref<T> {
    fn into_item(self) -> I {
        I::from(Input::Ref(self))
    }
}
impl<T: Entity, Owner, V: IntoItem<T, Owner>> IntoItem<T, Owner, Option<Input<T>>> for Option<V> {
    fn into_item(self) -> Option<Input<T>> {
        self.map(V::into_item)
    }
}

/// What names a row in a condition: a handle, a reference or a primary key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a `{T}`",
    note = "pass a handle (`&entity`), a reference, or its primary key; for null there are `.is_null()` and `.is_not_null()`"
)]
pub trait IntoKey<T: Entity> {
    /// The key; none while the entity was not flushed.
    fn into_key(self) -> Option<Key>;
}
impl<T: Entity, P> IntoKey<T> for &Loaded<T, P> {
    fn into_key(self) -> Option<Key> {
        self.key()
    }
}
impl<T: Entity> IntoKey<T> for &Ref<T> {
    fn into_key(self) -> Option<Key> {
        self.key()
    }
}

/// What `em.create` and `em.persist` take: a builder with every required field set, or the struct itself.
///
/// Written by the derive for both. A blanket impl for entities would make the compiler say "is not an entity" of a
/// builder that lacks a field, instead of naming the field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be created",
    note = "pass a builder with every required field set, or an entity's struct"
)]
pub trait Build<T: Entity> {
    /// Makes the entity; relations are resolved through `creation`.
    #[doc(hidden)]
    fn build(self, creation: &mut Creation<'_>) -> T;
}

/// A builder's mark for a required field that was not set.
pub struct Unset<F>(PhantomData<fn() -> F>);
/// A builder's mark for a required field that was set.
pub struct Set;

/// The required field was set; see [`Unset`].
#[diagnostic::on_unimplemented(
    message = "the required field `{Field}` is not set",
    label = "the builder lacks `{Field}`",
    note = "call the setter of that name before this"
)]
pub trait IsSet<Field> {}
impl<Field> IsSet<Field> for Set {}

/// A callback of `on_create` or `on_update`: `fn() -> V`, or `fn(&Entity) -> V` with the fields set so far.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback for a field of `{T}`",
    label = "expected a function of nothing, or of `&{T}`",
    note = "give a path to `fn() -> V` or to `fn(&{T}) -> V`, or a closure, where `V` is the field's type"
)]
pub trait Callback<T, V, Arguments> {
    /// Calls it.
    fn call(self, entity: &T) -> V;
    /// Calls it when what it takes is there: one that takes nothing gives a value without an entity, too.
    fn call_with(self, entity: Option<&T>) -> Option<V>;
}
impl<T, V, F: FnOnce() -> V> Callback<T, V, ()> for F {
    fn call(self, _: &T) -> V {
        self()
    }
    fn call_with(self, _: Option<&T>) -> Option<V> {
        Some(self())
    }
}
impl<T, V, F: FnOnce(&T) -> V> Callback<T, V, (T,)> for F {
    fn call(self, entity: &T) -> V {
        self(entity)
    }
    fn call_with(self, entity: Option<&T>) -> Option<V> {
        entity.map(self)
    }
}
