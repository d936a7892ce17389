//! Finding entities by name.

use super::condition::IntoDynamicFilter;
use super::{DynamicEntity, property};
use crate::context::Context;
use crate::driver::BoxFuture;
use crate::em::{describe, find_one};
use crate::error::{Error, Result};
use crate::loader::{self, FindQuery};
use crate::metadata::{EntityId, EntityMetadata, Metadata};
use crate::orm::Strategy;
use crate::query::OrderTerm;
use std::future::IntoFuture;
use std::sync::Arc;

/// A query for entities by name; see [`DynamicRepository::find`](super::DynamicRepository::find). Runs when awaited. A name that is
/// none is an error then.
#[must_use = "a query runs when it is awaited"]
pub struct DynamicFind {
    context: Arc<Context>,
    entity: EntityId,
    query: FindQuery,
    /// What was wrong with what was said so far.
    error: Option<Error>,
}

impl DynamicFind {
    pub(super) fn new(context: Arc<Context>, entity: EntityId) -> Self {
        DynamicFind { context, entity, query: FindQuery::default(), error: None }
    }
    fn metadata(&self) -> Arc<Metadata> {
        self.context.shared.metadata.clone()
    }

    /// Only entities for which the condition holds (and all conditions that were given before).
    pub fn filter(mut self, condition: impl IntoDynamicFilter) -> Self {
        let metadata = self.metadata();
        match condition.into_dynamic_filter(&metadata, metadata.entity(self.entity)) {
            Ok(condition) => self.query.and(condition),
            Err(error) => self.fail(error),
        }
        self
    }

    /// Loads relations and lazy properties by their paths: `.populate(["author", "tags.books"])`.
    pub fn populate<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.query.paths.extend(paths.into_iter().map(Into::into));
        self
    }

    /// The order, by a property or one behind to-one relations: `.order_by("author.name")`; those that were given before come
    /// first.
    pub fn order_by(self, path: &str) -> Self {
        self.order(path, false)
    }

    /// The same, largest first.
    pub fn order_by_desc(self, path: &str) -> Self {
        self.order(path, true)
    }

    fn order(mut self, path: &str, descending: bool) -> Self {
        let metadata = self.metadata();
        match order(&metadata, metadata.entity(self.entity), path) {
            Ok(term) => self.query.order.push(OrderTerm { descending, ..term }),
            Err(error) => self.fail(error),
        }
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

    /// Overwrites entities that are loaded already with what the database has, edits included.
    pub fn refresh(mut self) -> Self {
        self.query.refresh = true;
        self
    }

    pub(super) fn describe(&self) -> String {
        let metadata = self.metadata();
        describe(Some(metadata.entity(self.entity)), self.query.filter.as_ref())
    }

    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}

impl IntoFuture for DynamicFind {
    type Output = Result<Vec<DynamicEntity>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.error {
                Some(error) => Err(error),
                None => {
                    let found = loader::find(&self.context, self.entity, self.query).await?;
                    Ok(found.into_iter().map(DynamicEntity::new).collect())
                }
            }
        })
    }
}

/// A query for one entity by name; see [`DynamicRepository::find_one`](super::DynamicRepository::find_one). Runs when awaited.
#[must_use = "a query runs when it is awaited"]
pub struct DynamicFindOne(DynamicFind);

impl DynamicFindOne {
    pub(super) fn new(find: DynamicFind) -> Self {
        DynamicFindOne(find.limit(1))
    }

    /// See [`DynamicFind::populate`].
    pub fn populate<S: Into<String>>(self, paths: impl IntoIterator<Item = S>) -> Self {
        DynamicFindOne(self.0.populate(paths))
    }

    /// See [`DynamicFind::order_by`].
    pub fn order_by(self, path: &str) -> Self {
        DynamicFindOne(self.0.order_by(path))
    }

    /// See [`DynamicFind::refresh`].
    pub fn refresh(self) -> Self {
        DynamicFindOne(self.0.refresh())
    }
}

impl IntoFuture for DynamicFindOne {
    type Output = Result<Option<DynamicEntity>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let DynamicFind { context, entity, query, error } = self.0;
            match error {
                Some(error) => Err(error),
                None => Ok(find_one(&context, entity, query).await?.map(DynamicEntity::new)),
            }
        })
    }
}

fn order(metadata: &Metadata, entity: &EntityMetadata, path: &str) -> Result<OrderTerm> {
    let (mut entity, mut rest, mut through) = (entity, path, Vec::new());
    loop {
        let whole = entity.properties.iter().any(|property| property.is_declared() && property.name == rest);
        let (name, behind) = match rest.split_once('.').filter(|_| !whole) {
            Some((name, behind)) => (name, Some(behind)),
            None => (rest, None),
        };
        let property = property(entity, name)?;
        match (behind, &property.relation) {
            (Some(behind), Some(relation)) if property.kind.is_to_one() => {
                through.push(property.index);
                (entity, rest) = (metadata.entity(relation.target), behind);
            }
            (Some(_), _) => {
                return Err(Error::validation(
                    entity.name,
                    name,
                    "is no relation to one entity, so there is no order by what is behind it",
                ));
            }
            (None, _) if property.column.is_none() => {
                return Err(Error::validation(entity.name, name, "has no column of its own, so there is no order by it"));
            }
            (None, _) => {
                return Ok(OrderTerm { path: through, ..OrderTerm::by(property.index) });
            }
        }
    }
}
