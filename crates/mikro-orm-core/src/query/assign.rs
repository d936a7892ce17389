//! Typed assignments, for entities whose struct is not at hand.

use super::Expr;
use crate::entity::Entity;
use crate::heap::Step;
use crate::value::Value;
use std::marker::PhantomData;
use std::sync::Arc;

/// A field of `T` with a value for it: `Author::name.set("Jon")`, or with what the database computes:
/// `Book::pages.increment(1)`.
///
/// What `em.assign` and the patch of an unloaded reference take.
pub struct Assign<T: Entity> {
    pub(crate) field: u16,
    pub(crate) value: Assigned,
    owner: PhantomData<fn() -> T>,
}

/// What a field gets.
pub(crate) enum Assigned {
    Value(Value<'static>),
    /// What the database computes, or adds.
    Computed(Step),
}

impl<T: Entity> Assign<T> {
    pub(crate) fn new(field: u16, value: Value<'static>) -> Self {
        Assign { field, value: Assigned::Value(value), owner: PhantomData }
    }
    pub(crate) fn computed(field: u16, expression: Expr) -> Self {
        Assign { field, value: Assigned::Computed(Step::Set(Arc::new(expression))), owner: PhantomData }
    }
    pub(crate) fn added(field: u16, by: Value<'static>, negative: bool) -> Self {
        Assign { field, value: Assigned::Computed(Step::Add { by, negative }), owner: PhantomData }
    }
}

/// One assignment, or a tuple, array or vector of them.
pub trait IntoAssigns<T: Entity> {
    /// The assignments, in order.
    fn into_assigns(self) -> Vec<Assign<T>>;
}
impl<T: Entity> IntoAssigns<T> for Assign<T> {
    fn into_assigns(self) -> Vec<Assign<T>> {
        vec![self]
    }
}
impl<T: Entity> IntoAssigns<T> for Vec<Assign<T>> {
    fn into_assigns(self) -> Vec<Assign<T>> {
        self
    }
}
impl<T: Entity, const N: usize> IntoAssigns<T> for [Assign<T>; N] {
    fn into_assigns(self) -> Vec<Assign<T>> {
        self.into()
    }
}
macro_rules! assign_tuples {
    ($(($($name:ident $index:tt),+);)*) => {$(
        impl<T: Entity, $($name: IntoAssigns<T>),+> IntoAssigns<T> for ($($name,)+) {
            fn into_assigns(self) -> Vec<Assign<T>> {
                let mut assigns = Vec::new();
                $(assigns.extend(self.$index.into_assigns());)+
                assigns
            }
        }
    )*};
}
assign_tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}
