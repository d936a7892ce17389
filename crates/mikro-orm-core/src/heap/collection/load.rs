//! Loading a collection: when needed or in any case, all of it or a part.

use super::state::CollectionState;
use super::{Collection, LoadedCollection};
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::orm::Strategy;
use crate::populate::{Hint, PopulateNode};
use crate::query::{IntoFilter, IntoOrder};
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Loads a collection's items; see [`Collection::load`]. Runs when awaited.
#[must_use = "nothing is loaded until this is awaited"]
pub struct LoadCollection<'a, T: Entity, P = <T as Entity>::Unpopulated> {
    collection: &'a Collection<T>,
    node: PopulateNode,
    strategy: Option<Strategy>,
    state: PhantomData<fn() -> P>,
}

impl<T: Entity> Collection<T> {
    /// The items, loaded when they are not yet, or not all of them, or not the rows of those that were added by key (and
    /// only then). With a condition, an order or a limit they are read in any case, and the collection shows what
    /// was found: it is partial then, and with a limit it can't be changed. What was added and is not flushed yet
    /// stays in.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let jon = em.find_one_or_fail::<Author>(1).await?;
    /// let long = jon.books.load().filter(Book::pages.gte(100)).order_by(Book::title.desc()).populate(Book::text).await?;
    /// assert_eq!((long[0].title.as_str(), long[0][Book::text].as_str()), ("Walls", "Winter was coming."));
    /// assert!(jon.books.is_partial());
    /// assert_eq!(jon.books.load().await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Detached`] when the entity manager is gone; what the query may give.
    pub fn load(&self) -> LoadCollection<'_, T> {
        LoadCollection { collection: self, node: PopulateNode::new(self.raw.field), strategy: None, state: PhantomData }
    }

    /// As [`Collection::load`], but the items are read in any case: for what others may have changed meanwhile, where
    /// `load` is for what is to be there.
    ///
    /// # Errors
    /// As [`Collection::load`].
    pub fn init(&self) -> LoadCollection<'_, T> {
        let mut load = self.load();
        load.node.options_mut().again = true;
        load
    }
}

impl<'a, T: Entity, P> LoadCollection<'a, T, P> {
    /// Only items that satisfy the condition (and those that were given before).
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        self.node.options_mut().and(condition.into_filter().expr);
        self
    }
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
    pub fn populate<H: Hint<P>>(mut self, hints: H) -> LoadCollection<'a, T, H::Out> {
        hints.collect(&mut self.node.nested);
        LoadCollection { collection: self.collection, node: self.node, strategy: self.strategy, state: PhantomData }
    }
    /// How relations of the items are loaded.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = Some(strategy);
        self
    }

    fn start(self) -> Result<Option<BoxFuture<'static, Result<()>>>> {
        let collection = self.collection;
        let whole = |state: &CollectionState| state.is_complete() && !state.has_unloaded_items();
        let asked = self.node.options.is_some() || !self.node.nested.is_empty();
        if !asked && collection.raw.state().is_some_and(whole) {
            return Ok(None);
        }
        let owner = collection.owner()?.clone();
        let context = owner.heap().context(|| collection.raw.describe())?;
        Ok(Some(context.load(owner, Some(self.node), self.strategy)))
    }
}

impl<'a, T: Entity, P: 'static> IntoFuture for LoadCollection<'a, T, P> {
    type Output = Result<&'a LoadedCollection<T, P>>;
    type IntoFuture = LoadingCollection<'a, T, P>;
    fn into_future(self) -> LoadingCollection<'a, T, P> {
        let collection = self.collection;
        let step = match self.start() {
            Ok(None) => Step::Loaded,
            Ok(Some(loading)) => Step::Loading(loading),
            Err(error) => Step::Failed(error),
        };
        LoadingCollection { collection, step, state: PhantomData }
    }
}

/// A collection that is being loaded.
pub struct LoadingCollection<'a, T: Entity, P> {
    collection: &'a Collection<T>,
    step: Step,
    state: PhantomData<fn() -> P>,
}
enum Step {
    Loaded,
    Loading(BoxFuture<'static, Result<()>>),
    Failed(Error),
}

impl<'a, T: Entity, P: 'static> Future for LoadingCollection<'a, T, P> {
    type Output = Result<&'a LoadedCollection<T, P>>;
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = match std::mem::replace(&mut self.step, Step::Loaded) {
            Step::Loaded => Ok(()),
            Step::Failed(error) => Err(error),
            Step::Loading(mut loading) => match loading.as_mut().poll(context) {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => {
                    self.step = Step::Loading(loading);
                    return Poll::Pending;
                }
            },
        };
        let collection = self.collection;
        Poll::Ready(outcome.and_then(|()| collection.get()).map(|_| LoadedCollection::view(collection)))
    }
}
