//! Finding entities.

mod options;
mod select;

pub use options::PopulateWhere;
pub use select::Selection;

use super::{EntityManager, FlushMode, LockMode, Types, entity_id};
use crate::context::Context;
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, Loaded};
use crate::key::Key;
use crate::loader::{self, FindQuery};
use crate::metadata::{EntityId, EntityMetadata, KEY};
use crate::orm::Strategy;
use crate::populate::Hint;
use crate::query::{CompareOp, Expr, IntoFilter, IntoOrder};
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

/// Gives all entities: [`EntityManager::find`].
pub struct Many;
/// Gives one entity or none: [`EntityManager::find_one`].
pub struct One;
/// Gives one entity or an error: [`EntityManager::find_one_or_fail`].
pub struct OneOrFail;
/// Gives the only entity: [`EntityManager::find_exactly_one`].
pub struct ExactlyOne;
/// Gives a page of entities and how many there are in all: [`EntityManager::find_and_count`].
pub struct AndCount;

/// A query for entities of type `T`, whose handles will have the populate state `P`. Runs when awaited.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// let books = em
///     .find::<Book>()
///     .filter(Book::author.is(Author::name.like("Jon%")) & Book::pages.gte(100))
///     .populate((Book::author, Book::text))
///     .order_by((Book::pages.desc(), Book::title.asc()))
///     .limit(10)
///     .await?;
/// for book in &books {
///     println!("{} by {}: {}", book.title, book[Book::author].name, book[Book::text]);
/// }
/// assert_eq!(books.len(), 2);
///
/// let (page, total) = em.find_and_count::<Book>().order_by(Book::title.asc()).limit(1).offset(1).await?;
/// assert_eq!((page[0].title.as_str(), total), ("Walls", 2));
/// # Ok(())
/// # }
/// ```
#[must_use = "a query runs when it is awaited"]
pub struct Find<T: Entity, P = <T as Entity>::Unpopulated, M = Many> {
    context: Arc<Context>,
    query: FindQuery,
    types: Types<(T, P, M)>,
}

impl EntityManager {
    fn query<T: Entity, M>(&self) -> Find<T, T::Unpopulated, M> {
        Find { context: self.context.clone(), query: FindQuery::default(), types: PhantomData }
    }

    /// Finds entities: all, or those that `.filter(..)` says.
    ///
    /// When inserts or deletes are pending of this entity, or of another that the condition or the order asks about, everything
    /// pending is flushed first, so that the database's answer has them (in a transaction of its own, unless one is open).
    /// Pending edits do not cause that: the found entities have them, but a condition is answered by what is stored.
    pub fn find<T: Entity>(&self) -> Find<T> {
        self.query()
    }

    /// Finds an entity by key or condition; `None` when there is none. An entity that is managed already is found
    /// by its key without a query.
    pub fn find_one<T: Entity>(&self, filter: impl IntoFilter<T>) -> Find<T, T::Unpopulated, One> {
        self.query().filter(filter).limit(1)
    }

    /// As [`EntityManager::find_one`], but it is an error when there is none.
    pub fn find_one_or_fail<T: Entity>(&self, filter: impl IntoFilter<T>) -> Find<T, T::Unpopulated, OneOrFail> {
        self.query().filter(filter).limit(1)
    }

    /// As [`EntityManager::find_one_or_fail`], but it is also an error when there is more than one.
    pub fn find_exactly_one<T: Entity>(&self, filter: impl IntoFilter<T>) -> Find<T, T::Unpopulated, ExactlyOne> {
        self.query().filter(filter).limit(2)
    }

    /// Finds entities, and counts all that satisfy the filter (whatever limit and offset say).
    pub fn find_and_count<T: Entity>(&self) -> Find<T, T::Unpopulated, AndCount> {
        self.query()
    }

    /// Counts entities.
    ///
    /// # Errors
    /// What the query may give.
    pub async fn count<T: Entity>(&self, filter: impl IntoFilter<T>) -> Result<u64> {
        let entity = self.entity::<T>()?;
        loader::count(&self.context, entity, Some(&filter.into_filter().expr), None).await
    }
}

impl<T: Entity, P, M> Find<T, P, M> {
    /// Only entities for which the condition holds (and all conditions that were given before).
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        self.query.and(condition.into_filter().expr);
        self
    }

    /// Loads relations and lazy scalars, too: `.populate((Book::author, Book::tags.with(Tag::books)))`. The
    /// handles' type says what is loaded.
    pub fn populate<H: Hint<P>>(mut self, hints: H) -> Find<T, H::Out, M> {
        hints.collect(&mut self.query.populate);
        Find { context: self.context, query: self.query, types: PhantomData }
    }

    /// Loads relations that are known only at run time: `.populate_paths(["author", "tags.books"])`. Names are
    /// checked when the query runs; the handles' type says nothing about them.
    pub fn populate_paths<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.query.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// The order; terms that were given before come first.
    pub fn order_by(mut self, order: impl IntoOrder<T>) -> Self {
        self.query.order.extend(order.into_order());
        self
    }

    /// At most so many entities.
    pub fn limit(mut self, limit: u64) -> Self {
        self.query.limit = Some(limit);
        self
    }

    /// Skips so many entities.
    pub fn offset(mut self, offset: u64) -> Self {
        self.query.offset = Some(offset);
        self
    }

    /// How populated relations are loaded.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.query.strategy = Some(strategy);
        self
    }

    /// When the query flushes first, whatever the entity manager's flush mode is.
    pub fn flush_mode(mut self, mode: FlushMode) -> Self {
        self.query.flush_mode = Some(mode);
        self
    }

    /// Overwrites entities that are loaded already with what the database has, edits included.
    pub fn refresh(mut self) -> Self {
        self.query.refresh = true;
        self
    }

    async fn run(self) -> Result<Vec<AnyRef>> {
        let entity = entity_id::<T>(&self.context)?;
        loader::find(&self.context, entity, self.query).await
    }

    async fn run_one(mut self) -> Result<Option<AnyRef>> {
        let entity = self.context.shared.metadata.clone();
        let entity = entity.entity(entity_id::<T>(&self.context)?);
        let lock = self.query.lock.take();
        if let Some(lock) = &lock {
            lock.check_entity(entity)?;
        }
        let found = self.run_unlocked().await?;
        if let (Some(lock), Some(found)) = (lock, &found) {
            lock.check(entity, found)?;
        }
        Ok(found)
    }

    async fn run_unlocked(self) -> Result<Option<AnyRef>> {
        find_one(&self.context, entity_id::<T>(&self.context)?, self.query).await
    }
}
/// Finds one entity by key or condition, without a query when it is found by its key and managed.
pub(crate) async fn find_one(context: &Arc<Context>, id: EntityId, query: FindQuery) -> Result<Option<AnyRef>> {
    let entity = context.shared.metadata.entity(id);
    if query.filter.as_ref().is_none_or(is_empty) {
        return Err(Error::invalid(
            entity.name,
            "one entity can't be found without a condition: give one, or use `find().limit(1)` for any",
        ));
    }
    if let Some(managed) = managed(context, entity, &query) {
        let query = FindQuery { filter: None, limit: None, ..query };
        let eager = !query.no_eager && !entity.eager.is_empty();
        if query.populates() || eager {
            loader::populate_loaded(context, id, std::slice::from_ref(&managed), query, eager).await?;
        }
        return Ok(Some(managed));
    }
    Ok(loader::find(context, id, query).await?.into_iter().next())
}

/// The entity, when the filter is its key and it is loaded.
fn managed(context: &Context, entity: &EntityMetadata, query: &FindQuery) -> Option<AnyRef> {
    if query.refresh || query.unmanaged || query.offset.is_some() {
        return None;
    }
    let Some(Expr::Compare { field, op: CompareOp::Eq, value }) = &query.filter else { return None };
    if *field != entity.key {
        return None;
    }
    let key = Key::from_value(value)?;
    let known = context.heap().find_reference(entity.descriptor, &key);
    known.filter(|known| known.is_initialized() && !known.is_removed() && !known.is_gone())
}

impl<T: Entity, P> Find<T, P, One> {
    /// Locks what is found, as [`EntityManager::lock`] does: `.lock(LockMode::optimistic(2))`.
    pub fn lock(mut self, mode: LockMode) -> Self {
        self.query.lock = Some(mode);
        self
    }
}

impl<T: Entity, P> Find<T, P, OneOrFail> {
    /// Locks what is found, as [`EntityManager::lock`] does: `.lock(LockMode::optimistic(2))`.
    pub fn lock(mut self, mode: LockMode) -> Self {
        self.query.lock = Some(mode);
        self
    }
}

fn handles<T: Entity, P>(found: Vec<AnyRef>) -> Vec<Loaded<T, P>> {
    Loaded::from_all(found)
}

impl<T: Entity, P: 'static> IntoFuture for Find<T, P, Many> {
    type Output = Result<Vec<Loaded<T, P>>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.run().await.map(handles) })
    }
}

impl<T: Entity, P: 'static> IntoFuture for Find<T, P, One> {
    type Output = Result<Option<Loaded<T, P>>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.run_one().await?.map(Loaded::from_any)) })
    }
}

impl<T: Entity, P: 'static> IntoFuture for Find<T, P, OneOrFail> {
    type Output = Result<Loaded<T, P>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let filter = self.query.filter.clone();
            let context = self.context.clone();
            match self.run_one().await? {
                Some(found) => Ok(Loaded::from_any(found)),
                None => Err(Error::NotFound {
                    entity: T::NAME.to_owned(),
                    criteria: describe(context.shared.metadata.described_by(T::descriptor()), filter.as_ref()),
                }),
            }
        })
    }
}

impl<T: Entity, P: 'static> IntoFuture for Find<T, P, ExactlyOne> {
    type Output = Result<Loaded<T, P>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let filter = self.query.filter.clone();
            let context = self.context.clone();
            let criteria = || describe(context.shared.metadata.described_by(T::descriptor()), filter.as_ref());
            let mut found = self.run().await?;
            match (found.pop(), found.pop()) {
                (Some(only), None) => Ok(Loaded::from_any(only)),
                (None, _) => Err(Error::NotFound { entity: T::NAME.to_owned(), criteria: criteria() }),
                (Some(_), Some(_)) => Err(Error::NotUnique { entity: T::NAME.to_owned(), criteria: criteria() }),
            }
        })
    }
}

impl<T: Entity, P: 'static> IntoFuture for Find<T, P, AndCount> {
    type Output = Result<(Vec<Loaded<T, P>>, u64)>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let entity = entity_id::<T>(&self.context)?;
            let (context, filter) = (self.context.clone(), self.query.filter.clone());
            let flush_mode = self.query.flush_mode;
            let found = self.run().await?;
            let total = loader::count(&context, entity, filter.as_ref(), flush_mode).await?;
            Ok((handles(found), total))
        })
    }
}

/// Whether a condition holds for every row whatever it is, as one made of no conditions does.
fn is_empty(filter: &Expr) -> bool {
    matches!(filter, Expr::And(all) if all.iter().all(is_empty))
}

/// A filter for people: which properties were asked for, and keys, but no other values.
pub(crate) fn describe(entity: Option<&EntityMetadata>, filter: Option<&Expr>) -> String {
    let (Some(entity), Some(filter)) = (entity, filter) else { return "any".to_owned() };
    match filter {
        Expr::Compare { field, op: CompareOp::Eq, value } if *field == entity.key => {
            let name = if *field == KEY { "key" } else { entity.property(*field).name };
            format!("{name} {}", Key::from_value(value).map_or_else(|| "null".to_owned(), |key| key.to_string()))
        }
        other => {
            let mut names = Vec::new();
            properties(other, &mut names);
            let name = |field| if field == KEY { "key" } else { entity.property(field).name };
            let names: Vec<_> = names.into_iter().map(name).collect();
            if names.is_empty() { "by the given condition".to_owned() } else { format!("by {}", names.join(", ")) }
        }
    }
}

fn properties(filter: &Expr, into: &mut Vec<u16>) {
    match filter {
        Expr::And(all) | Expr::Or(all) => all.iter().for_each(|expr| properties(expr, into)),
        Expr::Not(inner) => properties(inner, into),
        Expr::Compare { field, .. }
        | Expr::In { field, .. }
        | Expr::IsNull { field, .. }
        | Expr::Json { field, .. }
        | Expr::Related { field, .. }
        | Expr::Size { field, .. } => {
            if !into.contains(field) {
                into.push(*field);
            }
        }
        Expr::Raw { .. } => {}
    }
}
