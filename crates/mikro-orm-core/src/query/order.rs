//! Typed orders.

use super::{Nulls, OrderTerm};
use crate::entity::Entity;
use std::marker::PhantomData;

/// A term of an order on a `T`: `Book::title.asc()`, `Book::author.order(Author::name.desc())`.
pub struct Order<T: Entity> {
    pub(crate) term: OrderTerm,
    owner: PhantomData<fn() -> T>,
}

impl<T: Entity> Order<T> {
    pub(crate) fn new(term: OrderTerm) -> Self {
        Order { term, owner: PhantomData }
    }

    /// Nulls before everything else.
    #[must_use]
    pub fn nulls_first(mut self) -> Self {
        self.term.nulls = Some(Nulls::First);
        self
    }

    /// Nulls after everything else.
    #[must_use]
    pub fn nulls_last(mut self) -> Self {
        self.term.nulls = Some(Nulls::Last);
        self
    }
}

/// What `.order_by(..)` takes: a term, or a tuple, array or vector of terms.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no order of `{T}`",
    note = "say the direction: `Book::title.asc()` or `.desc()`, behind a relation `Book::author.order(Author::name.asc())`, or a tuple of such"
)]
pub trait IntoOrder<T: Entity> {
    /// The terms, first first.
    fn into_order(self) -> Vec<OrderTerm>;
}
impl<T: Entity> IntoOrder<T> for Order<T> {
    fn into_order(self) -> Vec<OrderTerm> {
        vec![self.term]
    }
}
impl<T: Entity> IntoOrder<T> for Vec<Order<T>> {
    fn into_order(self) -> Vec<OrderTerm> {
        self.into_iter().map(|order| order.term).collect()
    }
}
impl<T: Entity, const N: usize> IntoOrder<T> for [Order<T>; N] {
    fn into_order(self) -> Vec<OrderTerm> {
        self.into_iter().map(|order| order.term).collect()
    }
}
macro_rules! order_tuples {
    ($(($($name:ident $index:tt),+);)*) => {$(
        impl<T: Entity, $($name: IntoOrder<T>),+> IntoOrder<T> for ($($name,)+) {
            fn into_order(self) -> Vec<OrderTerm> {
                let mut terms = Vec::new();
                $(terms.extend(self.$index.into_order());)+
                terms
            }
        }
    )*};
}
order_tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}
