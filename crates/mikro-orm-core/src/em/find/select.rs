//! Columns instead of entities.

use super::{Find, Many, One, OneOrFail, describe, is_empty};
use crate::context::Context;
use crate::driver::BoxFuture;
use crate::em::raw::{FromRow, RawRow};
use crate::em::{Types, entity_id};
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::loader::{self, FindQuery, Projected};
use crate::query::{ColumnPath, Columns, IntoFilter, IntoOrder};
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

/// A query for columns of `T`, whose rows become `O`; see [`Find::select`]. Runs when awaited.
#[must_use = "a query runs when it is awaited"]
pub struct Selection<T: Entity, O, M = Many> {
    context: Arc<Context>,
    query: FindQuery,
    columns: Vec<ColumnPath>,
    read: fn(&Projected<'_>) -> Result<O>,
    types: Types<(T, O, M)>,
}

impl<T: Entity, M> Find<T, T::Unpopulated, M> {
    /// Reads these columns instead of entities, in one query: a column, or a tuple of columns. Nothing is managed.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let rows = em.find::<Book>().order_by(Book::title.asc()).select((Book::title, Book::author.get(Author::name))).await?;
    /// assert_eq!(rows[0], ("Oaths".to_owned(), "Jon Snow".to_owned()));
    ///
    /// // into a struct, by name; a column behind a relation is `author_name` unless it is named
    /// #[derive(mikro_orm::FromRow)]
    /// struct Card {
    ///     title: String,
    ///     by: String,
    /// }
    /// let columns = (Book::title, Book::author.get(Author::name).named("by"));
    /// let cards = em.find::<Book>().filter(Book::pages.gt(50)).select(columns).rows::<Card>().await?;
    /// assert_eq!((cards.len(), &*cards[0].by), (2, "Jon Snow"));
    ///
    /// let names = em.find::<Author>().select(Author::name).distinct().await?;
    /// assert_eq!(names.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn select<C: Columns<T>>(self, columns: C) -> Selection<T, C::Row, M> {
        let mut paths = Vec::new();
        columns.collect(&mut paths);
        Selection { context: self.context, query: self.query, columns: paths, read: tuple::<T, C>, types: PhantomData }
    }
}

fn tuple<T: Entity, C: Columns<T>>(row: &Projected<'_>) -> Result<C::Row> {
    let mut column = 0;
    C::read(&mut |read| {
        column += 1;
        row.read(column - 1, read)
    })
}

fn by_name<O: FromRow>(row: &Projected<'_>) -> Result<O> {
    O::from_row(&RawRow::of(row))
}

impl<T: Entity, O: Send + 'static, M> Selection<T, O, M> {
    /// The rows as structs with `#[derive(FromRow)]`, by the columns' names.
    pub fn rows<S: FromRow>(self) -> Selection<T, S, M> {
        let Selection { context, query, columns, .. } = self;
        Selection { context, query, columns, read: by_name::<S>, types: PhantomData }
    }
    /// Each row once.
    pub fn distinct(mut self) -> Self {
        self.query.distinct = true;
        self
    }
    /// Only rows for which the condition holds (and all conditions that were given before).
    pub fn filter(mut self, condition: impl IntoFilter<T>) -> Self {
        self.query.and(condition.into_filter().expr);
        self
    }
    /// The order; terms that were given before come first.
    pub fn order_by(mut self, order: impl IntoOrder<T>) -> Self {
        self.query.order.extend(order.into_order());
        self
    }
    /// At most so many rows.
    pub fn limit(mut self, limit: u64) -> Self {
        self.query.limit = Some(limit);
        self
    }
    /// Skips so many rows.
    pub fn offset(mut self, offset: u64) -> Self {
        self.query.offset = Some(offset);
        self
    }

    async fn run(self) -> Result<Vec<O>> {
        if self.query.populates() || self.query.unmanaged {
            return Err(Error::invalid(
                T::NAME,
                "columns are selected here, and no entities, so that nothing can be populated: leave out one of them",
            ));
        }
        let entity = entity_id::<T>(&self.context)?;
        let (read, mut rows) = (self.read, Vec::new());
        let mut take = |row: &Projected<'_>| {
            rows.push(read(row)?);
            Ok(())
        };
        loader::project(&self.context, entity, self.query, self.columns, &mut take).await?;
        Ok(rows)
    }

    async fn run_one(self) -> Result<Option<O>> {
        if self.query.filter.as_ref().is_none_or(is_empty) {
            return Err(Error::invalid(
                T::NAME,
                "one row can't be found without a condition: give one, or use `find().limit(1)` for any",
            ));
        }
        Ok(self.run().await?.into_iter().next())
    }
}

impl<T: Entity, O: Send + 'static> IntoFuture for Selection<T, O, Many> {
    type Output = Result<Vec<O>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
impl<T: Entity, O: Send + 'static> IntoFuture for Selection<T, O, One> {
    type Output = Result<Option<O>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run_one())
    }
}
impl<T: Entity, O: Send + 'static> IntoFuture for Selection<T, O, OneOrFail> {
    type Output = Result<O>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (context, filter) = (self.context.clone(), self.query.filter.clone());
            let found = self.run_one().await?;
            found.ok_or_else(|| Error::NotFound {
                entity: T::NAME.to_owned(),
                criteria: describe(context.shared.metadata.described_by(T::descriptor()), filter.as_ref()),
            })
        })
    }
}
