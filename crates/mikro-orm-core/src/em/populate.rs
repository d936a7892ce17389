//! Loading relations of entities that are loaded.

use super::{EntityManager, FlushMode, Types, entity_id};
use crate::context::Context;
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::error::Result;
use crate::heap::{AnyRef, Loaded};
use crate::loader::{self, FindQuery};
use crate::orm::Strategy;
use crate::populate::Hint;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;

/// One handle or several: what [`EntityManager::populate`] takes.
pub trait Handles<T: Entity> {
    /// What is known about their relations.
    type State;
    /// One or several.
    type Shape: HandleShape;
    #[doc(hidden)]
    fn to_any(&self) -> Vec<AnyHandle>;
}

/// How many handles come back: as many as were given.
pub trait HandleShape: 'static {
    /// The handles, with the populate state `P`.
    type Of<T: Entity, P>;
    #[doc(hidden)]
    const SEVERAL: bool;
    #[doc(hidden)]
    fn from_any<T: Entity, P>(entities: Vec<AnyHandle>) -> Self::Of<T, P>;
}
/// One handle.
pub struct Single;
/// A vector of handles.
pub struct Several;

/// An entity without its type.
#[doc(hidden)]
pub struct AnyHandle(pub(crate) AnyRef);

impl HandleShape for Single {
    type Of<T: Entity, P> = Loaded<T, P>;
    const SEVERAL: bool = false;
    fn from_any<T: Entity, P>(mut entities: Vec<AnyHandle>) -> Loaded<T, P> {
        Loaded::from_any(entities.swap_remove(0).0)
    }
}
impl HandleShape for Several {
    type Of<T: Entity, P> = Vec<Loaded<T, P>>;
    const SEVERAL: bool = true;
    fn from_any<T: Entity, P>(entities: Vec<AnyHandle>) -> Vec<Loaded<T, P>> {
        entities.into_iter().map(|entity| Loaded::from_any(entity.0)).collect()
    }
}

impl<T: Entity, S> Handles<T> for &Loaded<T, S> {
    type State = S;
    type Shape = Single;
    fn to_any(&self) -> Vec<AnyHandle> {
        vec![AnyHandle(self.as_ref_any().clone())]
    }
}
impl<T: Entity, S> Handles<T> for &[Loaded<T, S>] {
    type State = S;
    type Shape = Several;
    fn to_any(&self) -> Vec<AnyHandle> {
        self.iter().map(|entity| AnyHandle(entity.as_ref_any().clone())).collect()
    }
}
impl<T: Entity, S> Handles<T> for &Vec<Loaded<T, S>> {
    type State = S;
    type Shape = Several;
    fn to_any(&self) -> Vec<AnyHandle> {
        self.as_slice().to_any()
    }
}

/// Relations to load for entities that are loaded; see [`EntityManager::populate`]. Runs when awaited.
#[must_use = "nothing is loaded until this is awaited"]
pub struct Populate<T: Entity, E: HandleShape, P> {
    context: Arc<Context>,
    entities: Vec<AnyHandle>,
    query: FindQuery,
    types: Types<(T, E, P)>,
}

impl EntityManager {
    /// Loads relations and lazy scalars of entities that are loaded, and gives handles whose type says so:
    /// `let books = em.populate(&books, (Book::author, Book::text)).await?`. What is loaded already is not read
    /// again.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let books = em.find::<Book>().await?;
    /// // (a new variable: the new handles know more than the old ones, of the same entities)
    /// let books = em.populate(&books, (Book::text, Book::author.with(Author::books))).await?;
    /// assert_eq!(books[0][Book::author][Author::books].len(), 2);
    /// assert_eq!(books[0][Book::text], "Winter was coming.");
    /// # Ok(())
    /// # }
    /// ```
    pub fn populate<T: Entity, E: Handles<T>, H: Hint<E::State>>(&self, entities: E, hints: H) -> Populate<T, E::Shape, H::Out> {
        let mut query = FindQuery::default();
        hints.collect(&mut query.populate);
        Populate { context: self.context.clone(), entities: entities.to_any(), query, types: PhantomData }
    }
}

impl<T: Entity, E: HandleShape, P> Populate<T, E, P> {
    /// How relations are loaded.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.query.strategy = Some(strategy);
        self
    }

    /// When it flushes first, whatever the entity manager's flush mode is.
    pub fn flush_mode(mut self, mode: FlushMode) -> Self {
        self.query.flush_mode = Some(mode);
        self
    }

    /// Reads again what is loaded already, and overwrites it, edits included.
    pub fn refresh(mut self) -> Self {
        self.query.refresh = true;
        self
    }
}

impl<T: Entity, E: HandleShape, P: 'static> IntoFuture for Populate<T, E, P> {
    type Output = Result<E::Of<T, P>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let Populate { context, entities, query, .. } = self;
        let loading = load::<T>(context, entities, query);
        Box::pin(Typed::<T, E, P> { loading, types: PhantomData })
    }
}

/// The typed end of a populate: it holds no handles, so that its `Send` is a question of constant depth.
struct Typed<T: Entity, E: HandleShape, P> {
    loading: BoxFuture<'static, Result<Vec<AnyHandle>>>,
    types: Types<(T, E, P)>,
}
impl<T: Entity, E: HandleShape, P> Future for Typed<T, E, P> {
    type Output = Result<E::Of<T, P>>;
    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<Self::Output> {
        self.loading.as_mut().poll(context).map(|loaded| loaded.map(E::from_any))
    }
}

fn load<T: Entity>(
    context: Arc<Context>,
    entities: Vec<AnyHandle>,
    query: FindQuery,
) -> BoxFuture<'static, Result<Vec<AnyHandle>>> {
    Box::pin(async move {
        let entity = entity_id::<T>(&context)?;
        let references: Vec<AnyRef> = entities.into_iter().map(|entity| entity.0).collect();
        loader::populate_loaded(&context, entity, &references, query, false).await?;
        Ok(references.into_iter().map(AnyHandle).collect())
    })
}
