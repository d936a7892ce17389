//! Hooks of a base, which run for the entities that extend it.

use super::hooks::{HooksOf, TypedHooks};
use super::{AnyEntity, ChangeSet, EntityEvent, HookTable, LoadEvent, Moment};
use crate::driver::BoxFuture;
use crate::em::EntityManager;
use crate::entity::{BaseEntity, Entity};
use crate::error::Result;
use crate::heap::{AnyRef, Loaded};
use std::future::{Future, ready};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// What the entities that extend a base do, see [`Hooks`](crate::Hooks): the base's hooks come before the entity's own.
/// The base says `#[orm(hooks)]`.
///
/// ```no_run
/// use mikro_orm::prelude::*;
///
/// #[derive(BaseEntity)]
/// #[orm(hooks)]
/// struct Base {
///     #[orm(primary)]
///     id: i64,
///     #[orm(default = 0)]
///     revision: i32,
/// }
///
/// impl BaseHooks for Base {
///     async fn before_update(args: BaseEventArgs<'_, Base>) -> mikro_orm::Result<()> {
///         args.entity.edit_with(|base| base.revision += 1);
///         Ok(())
///     }
/// }
///
/// #[derive(Entity)]
/// struct Page {
///     #[orm(extends)]
///     base: Base,
///     title: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![Page]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// let page = em.create(Page::builder().title("Oaths"));
/// em.flush().await?;
/// page.edit().title = "Vows".into();
/// em.flush().await?;
/// assert_eq!(page.revision, 1);
/// # Ok(())
/// # }
/// ```
pub trait BaseHooks: BaseHooked {
    /// See [`Hooks::on_init`](crate::Hooks::on_init).
    fn on_init(entity: &BaseOf<'_, Self>) {
        let _ = entity;
    }
    /// See [`Hooks::on_load`](crate::Hooks::on_load).
    fn on_load(args: BaseLoadArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// See [`Hooks::before_create`](crate::Hooks::before_create).
    fn before_create(args: BaseEventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// See [`Hooks::after_create`](crate::Hooks::after_create).
    fn after_create(args: BaseEventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// See [`Hooks::before_update`](crate::Hooks::before_update).
    fn before_update(args: BaseEventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// See [`Hooks::after_update`](crate::Hooks::after_update).
    fn after_update(args: BaseEventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// See [`Hooks::before_delete`](crate::Hooks::before_delete).
    fn before_delete(args: BaseEventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// See [`Hooks::after_delete`](crate::Hooks::after_delete).
    fn after_delete(args: BaseEventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
}

/// "The base says `#[orm(hooks)]`": hooks that nobody calls would be a silent mistake.
#[diagnostic::on_unimplemented(
    message = "the hooks of `{Self}` would never be called",
    label = "add `#[orm(hooks)]` to this struct"
)]
#[doc(hidden)]
pub trait BaseHooked: BaseEntity {}

/// The base of an entity whose type only the entity manager knows. Derefs to the base.
pub struct BaseOf<'a, B> {
    entity: AnyEntity,
    access: &'a Access<B>,
}

struct Access<B> {
    get: fn(&AnyRef) -> Option<&B>,
    edit: fn(&AnyRef, Editing<'_, B>),
}

type Editing<'a, B> = &'a mut dyn FnMut(&mut B);

impl<B> BaseOf<'_, B> {
    /// Edits several fields at once: `args.entity.edit_with(|base| base.revision += 1)`.
    pub fn edit_with(&self, edit: impl FnOnce(&mut B)) {
        let mut edit = Some(edit);
        (self.access.edit)(self.entity.as_any(), &mut |base| {
            if let Some(edit) = edit.take() {
                edit(base);
            }
        });
    }
    /// The entity.
    pub fn entity(&self) -> &AnyEntity {
        &self.entity
    }
}
impl<B> Deref for BaseOf<'_, B> {
    type Target = B;
    fn deref(&self) -> &B {
        (self.access.get)(self.entity.as_any()).expect("hooks are called for entities that are loaded")
    }
}

/// What a base's hook is called with; as [`EventArgs`](super::EventArgs).
pub struct BaseEventArgs<'a, B> {
    /// The entity, as its base. What a hook edits before an insert or update is part of the statement.
    pub entity: &'a BaseOf<'a, B>,
    /// The entity manager, for queries. They go over the flush's connection, and flush nothing.
    pub em: &'a EntityManager,
    /// What the flush does to the entity. (The base's properties by name: `changes_named("revision")`.)
    pub change_set: &'a ChangeSet,
}

/// What a base's hook is called with once an entity was loaded.
pub struct BaseLoadArgs<'a, B> {
    /// The entity, as its base.
    pub entity: &'a BaseOf<'a, B>,
    /// The entity manager that loaded it.
    pub em: &'a EntityManager,
}

/// How an entity of the type `T` is reached as its base `B`.
pub trait Reach<T, B> {
    /// The base.
    fn base(entity: &T) -> &B;
    /// The same, to be changed.
    fn base_mut(entity: &mut T) -> &mut B;
}

/// What it derefs to.
pub struct Here;

/// What its base extends, or the base of that.
pub struct Deeper<R>(PhantomData<R>);

impl<T: DerefMut<Target: Sized>> Reach<T, T::Target> for Here {
    fn base(entity: &T) -> &T::Target {
        entity
    }
    fn base_mut(entity: &mut T) -> &mut T::Target {
        entity
    }
}

impl<T: DerefMut<Target: DerefMut>, B, R: Reach<T::Target, B>> Reach<T, B> for Deeper<R>
where
    T::Target: Sized,
{
    fn base(entity: &T) -> &B {
        R::base(entity)
    }
    fn base_mut(entity: &mut T) -> &mut B {
        R::base_mut(entity)
    }
}

impl HookTable {
    /// The hooks of the base `B`, for the entity `T`, which has it where `R` says.
    pub const fn of_base<T: Entity, B: BaseHooks, R: Reach<T, B>>() -> Self {
        HookTable(HooksOf::Typed(TypedHooks { init: init::<T, B, R>, load: load::<T, B, R>, run: run::<T, B, R> }))
    }
}

fn get<T: Entity, B, R: Reach<T, B>>(entity: &AnyRef) -> Option<&B> {
    Loaded::<T>::of_any(entity).map(|entity| R::base(entity))
}

fn edit<T: Entity, B, R: Reach<T, B>>(entity: &AnyRef, edit: Editing<'_, B>) {
    if let Some(entity) = Loaded::<T>::of_any(entity) {
        edit(R::base_mut(&mut entity.edit()));
    }
}

const fn access<T: Entity, B, R: Reach<T, B>>() -> Access<B> {
    Access { get: get::<T, B, R>, edit: edit::<T, B, R> }
}

fn init<T: Entity, B: BaseHooks, R: Reach<T, B>>(entity: &AnyRef) {
    if entity.is_initialized() {
        B::on_init(&BaseOf { entity: AnyEntity::new(entity.clone()), access: &const { access::<T, B, R>() } });
    }
}

fn load<T: Entity, B: BaseHooks, R: Reach<T, B>>(event: LoadEvent<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if !event.entity.is_initialized() {
            return Ok(());
        }
        let entity = BaseOf { entity: event.entity.clone(), access: &const { access::<T, B, R>() } };
        B::on_load(BaseLoadArgs { entity: &entity, em: event.em }).await
    })
}

fn run<T: Entity, B: BaseHooks, R: Reach<T, B>>(moment: Moment, event: EntityEvent<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if !event.entity.is_initialized() {
            return Ok(());
        }
        let entity = BaseOf { entity: event.entity.clone(), access: &const { access::<T, B, R>() } };
        let args = BaseEventArgs { entity: &entity, em: event.em, change_set: event.change_set };
        match moment {
            Moment::BeforeCreate => B::before_create(args).await,
            Moment::AfterCreate => B::after_create(args).await,
            Moment::BeforeUpdate => B::before_update(args).await,
            Moment::AfterUpdate => B::after_update(args).await,
            Moment::BeforeDelete => B::before_delete(args).await,
            Moment::AfterDelete => B::after_delete(args).await,
        }
    })
}
