//! Asking for items of a collection without changing it.

use super::Collection;
use super::state::Part;
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::Loaded;
use crate::orm::Strategy;
use crate::populate::{Hint, PopulateNode};
use crate::query::{IntoFilter, IntoOrder};
use std::future::IntoFuture;
use std::marker::PhantomData;

/// A query for items of a collection; see [`Collection::matching`]. Runs when awaited.
#[must_use = "a query runs when it is awaited"]
pub struct Matching<'a, T: Entity, P = <T as Entity>::Unpopulated> {
    collection: &'a Collection<T>,
    node: PopulateNode,
    strategy: Option<Strategy>,
    store: bool,
    state: PhantomData<fn() -> P>,
}

impl<T: Entity> Collection<T> {
    /// The items that satisfy a condition, from the database. The collection stays as it is, loaded or not.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let jon = em.find_one_or_fail::<Author>(1).await?;
    /// let page = jon.books.matching(Book::pages.gt(50)).order_by(Book::title.desc()).limit(1).populate(Book::text).await?;
    /// assert_eq!((page[0].title.as_str(), page[0][Book::text].as_str()), ("Walls", "Winter was coming."));
    /// assert!(!jon.books.is_initialized());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Detached`](crate::Error::Detached) when the entity manager is gone; what the query may give.
    pub fn matching(&self, condition: impl IntoFilter<T>) -> Matching<'_, T> {
        let mut node = PopulateNode::new(self.raw.field);
        node.options_mut().and(condition.into_filter().expr);
        Matching { collection: self, node, strategy: None, store: false, state: PhantomData }
    }
}

impl<'a, T: Entity, P> Matching<'a, T, P> {
    /// The order; terms that were given before come first.
    pub fn order_by(mut self, order: impl IntoOrder<T>) -> Self {
        self.node.options_mut().order.extend(order.into_order());
        self
    }
    /// At most so many items.
    pub fn limit(mut self, limit: u64) -> Self {
        self.node.options_mut().limit = Some(limit);
        self
    }
    /// Skips so many items.
    pub fn offset(mut self, offset: u64) -> Self {
        self.node.options_mut().offset = Some(offset);
        self
    }
    /// Loads relations and lazy scalars of the items, too.
    pub fn populate<H: Hint<P>>(mut self, hints: H) -> Matching<'a, T, H::Out> {
        hints.collect(&mut self.node.nested);
        let Matching { collection, node, strategy, store, .. } = self;
        Matching { collection, node, strategy, store, state: PhantomData }
    }
    /// How relations of the items are loaded.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = Some(strategy);
        self
    }
    /// Keeps what is found as the collection's items. It can't be changed then, until it is loaded whole.
    pub fn store(mut self) -> Self {
        self.store = true;
        self
    }
}

impl<'a, T: Entity, P: 'static> IntoFuture for Matching<'a, T, P> {
    type Output = Result<Vec<Loaded<T, P>>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (owner, field) = (self.collection.owner()?.clone(), self.collection.raw.field);
            let context = owner.heap().context(|| self.collection.raw.describe())?;
            let found = context.matching(owner.clone(), self.node, self.strategy).await?;
            if self.store {
                owner.set_collection(field, &found, Part::Page);
            }
            Ok(Loaded::from_all(found))
        })
    }
}
