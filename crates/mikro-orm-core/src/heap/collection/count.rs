//! How many items a collection has, without them.

use super::Collection;
use super::state::{self, CollectionState};
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::sync::{AcqRel, Acquire, Release};
use crate::query::{Expr, IntoFilter};
use std::future::IntoFuture;

/// The number was not asked for yet.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// Counts a collection's items; see [`Collection::load_count`]. Runs when awaited.
#[must_use = "nothing is counted until this is awaited"]
pub struct LoadCount<'a, T: Entity> {
    collection: &'a Collection<T>,
    filter: Option<Expr>,
    refresh: bool,
}

impl<T: Entity> Collection<T> {
    /// How many items there are. A collection that is loaded knows; of another the number is read once and kept,
    /// and follows what is added and taken out.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let jon = em.find_one_or_fail::<Author>(1).await?;
    /// assert_eq!(jon.books.load_count().await?, 2);
    /// assert_eq!(jon.books.load_count().filter(Book::title.like("O%")).await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Detached`](crate::Error::Detached) when the entity manager is gone; what the query may give.
    pub fn load_count(&self) -> LoadCount<'_, T> {
        LoadCount { collection: self, filter: None, refresh: false }
    }
}

impl<T: Entity> LoadCount<'_, T> {
    /// Counts items that satisfy the condition (and those that were given before). The number is read each time.
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        let condition = condition.into_filter().expr;
        self.filter = Some(match self.filter {
            None => condition,
            Some(before) => Expr::And(vec![before, condition]),
        });
        self
    }
    /// Reads the number again.
    pub fn refresh(mut self) -> Self {
        self.refresh = true;
        self
    }
}

impl<'a, T: Entity> IntoFuture for LoadCount<'a, T> {
    type Output = Result<u64>;
    type IntoFuture = BoxFuture<'a, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let LoadCount { collection, filter, refresh } = self;
            let (owner, field) = (collection.owner()?.clone(), collection.raw.field);
            if filter.is_none()
                && !refresh
                && let Some(known) = collection.raw.state().and_then(CollectionState::known_count)
            {
                return Ok(known);
            }
            let keep = filter.is_none();
            let context = owner.heap().context(|| collection.raw.describe())?;
            let count = context.count(owner.clone(), field, filter).await?;
            if keep {
                state::of_or_new(&owner, field).keep_count(count);
            }
            Ok(count)
        })
    }
}

impl CollectionState {
    /// The number of items, when it is known.
    fn known_count(&self) -> Option<u64> {
        if self.is_complete() {
            return u64::try_from(self.items().len()).ok();
        }
        let kept = self.count.load(Acquire);
        (kept != UNKNOWN).then_some(u64::from(kept))
    }
    fn keep_count(&self, count: u64) {
        // (what does not fit is counted each time)
        self.count.store(u32::try_from(count).unwrap_or(UNKNOWN), Release);
    }
    /// Follows items that came or went.
    pub(super) fn adjust_count(&self, by: i32) {
        let mut known = self.count.load(Acquire);
        while known != UNKNOWN {
            let next = known.checked_add_signed(by).unwrap_or(UNKNOWN);
            match self.count.compare_exchange(known, next, AcqRel, Acquire) {
                Ok(_) => return,
                Err(now) => known = now,
            }
        }
    }
    /// Forgets the number: the items are known, or nobody knows how many there are now.
    pub(super) fn forget_count(&self) {
        if self.count.load(Acquire) != UNKNOWN {
            self.count.store(UNKNOWN, Release);
        }
    }
}
