//! How many items a collection has, without them.

use super::Collection;
use super::state::{self, CollectionState};
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::Heap;
use crate::heap::any_ref::AnyRef;
use crate::heap::sync::{AcqRel, Acquire, AtomicU64, Release};
use crate::query::{Expr, IntoFilter};
use std::future::IntoFuture;

/// A number of items that was read and follows what is known to come and go, with how often the heap had recounts by then
/// ([`Heap::recount`]).
pub(super) struct Count(AtomicU64);

/// The number was not asked for yet, or nobody knows how many there are now.
const UNKNOWN: u64 = u64::MAX;

impl Count {
    pub(super) fn unknown() -> Self {
        Count(AtomicU64::new(UNKNOWN))
    }
}

fn pack(recounts: u32, count: u32) -> u64 {
    u64::from(recounts) << 32 | u64::from(count)
}
/// The recounts and the number; `None` when it is not known.
fn unpack(packed: u64) -> Option<(u32, u32)> {
    let count = u32::try_from(packed & u64::from(u32::MAX)).ok().filter(|count| *count != u32::MAX)?;
    Some((u32::try_from(packed >> 32).ok()?, count))
}

impl Heap {
    /// Has the numbers of items be read again when they are next asked for: rows went or moved of which nobody knows in which
    /// collections they were.
    pub(crate) fn recount(&self) {
        self.recounts.fetch_add(1, AcqRel);
    }
}

/// Counts a collection's items; see [`Collection::load_count`]. Runs when awaited.
#[must_use = "nothing is counted until this is awaited"]
pub struct LoadCount<'a, T: Entity> {
    collection: &'a Collection<T>,
    filter: Option<Expr>,
    refresh: bool,
}

impl<T: Entity> Collection<T> {
    /// How many items there are. A collection that is loaded knows; of another the number is read once and kept, and follows
    /// what is added and taken out; once rows were deleted it is read again. As in a loaded collection, what is removed counts until
    /// the flush.
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
                && let Some(known) = collection.raw.state().and_then(|state| state.known_count(&owner))
            {
                return Ok(known);
            }
            let keep = filter.is_none();
            let context = owner.heap().context(|| collection.raw.describe())?;
            let recounts = owner.heap().recounts.load(Acquire);
            let count = context.count(owner.clone(), field, filter).await?;
            if keep {
                state::of_or_new(&owner, field).keep_count(count, recounts);
            }
            Ok(count)
        })
    }
}

impl CollectionState {
    /// The number of items, when it is known.
    fn known_count(&self, owner: &AnyRef) -> Option<u64> {
        if self.is_complete() {
            return u64::try_from(self.items().len()).ok();
        }
        let (recounts, count) = unpack(self.count.0.load(Acquire))?;
        (recounts == owner.heap().recounts.load(Acquire)).then_some(u64::from(count))
    }
    fn keep_count(&self, count: u64, recounts: u32) {
        // (what does not fit is counted each time)
        let kept = u32::try_from(count).map_or(UNKNOWN, |count| pack(recounts, count));
        self.count.0.store(kept, Release);
    }
    /// Follows items that came or went.
    pub(super) fn adjust_count(&self, by: i32) {
        let mut packed = self.count.0.load(Acquire);
        while let Some((recounts, count)) = unpack(packed) {
            let next = count.checked_add_signed(by).map_or(UNKNOWN, |next| pack(recounts, next));
            match self.count.0.compare_exchange(packed, next, AcqRel, Acquire) {
                Ok(_) => return,
                Err(now) => packed = now,
            }
        }
    }
    /// Follows an item that came. When it is not sure that the database does not have it, nobody knows how many there are.
    pub(super) fn count_added(&self, surely_new: bool) {
        if surely_new {
            self.adjust_count(1);
        } else {
            self.forget_count();
        }
    }
    /// Forgets the number: the items are known, or nobody knows how many there are now.
    pub(super) fn forget_count(&self) {
        if self.count.0.load(Acquire) != UNKNOWN {
            self.count.0.store(UNKNOWN, Release);
        }
    }
}
