//! Loading what a reference refers to: when needed or in any case, and what is behind it.

use super::Ref;
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::heap::Loaded;
use crate::orm::Strategy;
use crate::populate::{Hint, PopulateNode};
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Loads what a reference refers to; see [`Ref::load`]. Runs when awaited.
#[must_use = "nothing is loaded until this is awaited"]
pub struct LoadReference<'a, T: Entity, P = <T as Entity>::Unpopulated> {
    reference: &'a Ref<T>,
    populate: Vec<PopulateNode>,
    strategy: Option<Strategy>,
    refresh: bool,
    state: PhantomData<fn() -> P>,
}

impl<T: Entity> Ref<T> {
    /// The entity, loaded when it is not yet (and only then), with what is populated behind it.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let book = em.find_one_or_fail::<Book>(1).await?;
    /// assert_eq!(book.author.load().await?.name, "Jon Snow");
    /// let author = book.author.load().populate(Author::books).await?;
    /// assert_eq!(author[Author::books].len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such row; [`Error::Detached`] when the entity manager is gone; what
    /// the query may give.
    pub fn load(&self) -> LoadReference<'_, T> {
        LoadReference { reference: self, populate: Vec::new(), strategy: None, refresh: false, state: PhantomData }
    }

    /// As [`Ref::load`], but `None` when there is no such row.
    ///
    /// # Errors
    /// As [`Ref::load`], but for [`Error::NotFound`].
    pub async fn try_load(&self) -> Result<Option<&Loaded<T>>> {
        match self.load().await {
            Err(error) if error.is_not_found() => Ok(None),
            loaded => loaded.map(Some),
        }
    }
}

impl<'a, T: Entity, P> LoadReference<'a, T, P> {
    /// Loads relations and lazy scalars of the entity, too, in the same query as far as the strategy says so.
    pub fn populate<H: Hint<P>>(mut self, hints: H) -> LoadReference<'a, T, H::Out> {
        hints.collect(&mut self.populate);
        let LoadReference { reference, populate, strategy, refresh, .. } = self;
        LoadReference { reference, populate, strategy, refresh, state: PhantomData }
    }
    /// How relations of the entity are loaded.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = Some(strategy);
        self
    }
    /// Reads the row in any case, and overwrites what is loaded, edits included.
    pub fn refresh(mut self) -> Self {
        self.refresh = true;
        self
    }

    fn start(self) -> Result<Option<BoxFuture<'static, Result<()>>>> {
        let any = &self.reference.any;
        if any.is_initialized() && !self.refresh && self.populate.is_empty() {
            return Ok(None);
        }
        let context = any.heap().context(|| any.describe())?;
        Ok(Some(context.load_entity(any.clone(), self.populate, self.strategy, self.refresh)))
    }
}

impl<'a, T: Entity, P: 'static> IntoFuture for LoadReference<'a, T, P> {
    type Output = Result<&'a Loaded<T, P>>;
    type IntoFuture = LoadingReference<'a, T, P>;
    fn into_future(self) -> LoadingReference<'a, T, P> {
        let reference = self.reference;
        let step = match self.start() {
            Ok(None) => Step::Loaded,
            Ok(Some(loading)) => Step::Loading(loading),
            Err(error) => Step::Failed(error),
        };
        LoadingReference { reference, step, state: PhantomData }
    }
}

/// A reference that is being loaded.
pub struct LoadingReference<'a, T: Entity, P> {
    reference: &'a Ref<T>,
    step: Step,
    state: PhantomData<fn() -> P>,
}
enum Step {
    Loaded,
    Loading(BoxFuture<'static, Result<()>>),
    Failed(Error),
}

impl<'a, T: Entity, P: 'static> Future for LoadingReference<'a, T, P> {
    type Output = Result<&'a Loaded<T, P>>;
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
        let reference = self.reference;
        // SAFETY: a handle is transparent over a `Ref` whatever its state; this one is initialized, and what the state
        // says was loaded just now
        Poll::Ready(outcome.and_then(|()| reference.get()).map(|loaded| unsafe { &*std::ptr::from_ref(loaded).cast() }))
    }
}
