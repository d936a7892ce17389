//! Hooks of an entity.

use super::{EntityEvent, EventArgs, LoadArgs, LoadEvent};
use crate::driver::BoxFuture;
use crate::entity::Entity;
use crate::entity_schema::SchemaHooks;
use crate::error::Result;
use crate::heap::{AnyRef, Loaded};
use std::future::{Future, ready};

/// What an entity does when it is loaded, inserted, updated or deleted. Write only what you need: all have a
/// default that does nothing. The struct says `#[orm(hooks)]`.
///
/// What a hook edits before an insert or update is part of that statement. An error fails the flush: everything is
/// rolled back, what hooks edited is taken back, all stays pending, and a later flush runs the hooks again.
///
/// Queries go through `args.em`, or `.load()`, over the flush's connection, and must be awaited in the hook itself,
/// not in a task that it spawns. `em.flush()`, and beginning or ending transactions, are errors.
/// What a hook of a flush creates, waits for the next flush; [`Subscriber::on_flush`](crate::Subscriber::on_flush) is the
/// place for what is to be part of this one.
///
/// ```no_run
/// use mikro_orm::prelude::*;
///
/// #[derive(Entity)]
/// #[orm(hooks)]
/// struct User {
///     #[orm(primary)]
///     id: i64,
///     email: String,
///     #[orm(hidden)]
///     password: String,
/// }
///
/// impl Hooks for User {
///     async fn before_create(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
///         hash_password(args).await
///     }
///     async fn before_update(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
///         hash_password(args).await
///     }
/// }
///
/// async fn hash_password(args: EventArgs<'_, User>) -> mikro_orm::Result<()> {
///     if args.change_set.changes(User::password) {
///         let hashed = format!("hash of {}", args.entity.password);
///         args.entity.edit().password = hashed;
///     }
///     Ok(())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![User]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// let jon = em.create(User::builder().email("jon@wall.north").password("ghost"));
/// em.flush().await?;
/// assert_eq!(jon.password, "hash of ghost");
///
/// jon.edit().email = "jon@winterfell.north".into();
/// em.flush().await?; // the password did not change
/// assert_eq!(jon.password, "hash of ghost");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` says `#[orm(hooks)]`, and has no hooks",
    label = "no hooks of `{Self}`",
    note = "write them, `impl Hooks for {Self} {{ .. }}`; or leave `#[orm(hooks)]` out"
)]
pub trait Hooks: Hooked {
    /// The entity exists in memory: it was created, or its row was loaded (once for each). Not async, and no place
    /// for edits of what is stored: they would be pending changes.
    fn on_init(entity: &Loaded<Self>) {
        let _ = entity;
    }
    /// The entity's row was loaded, with everything that the query was to populate. Once for each entity of an
    /// entity manager.
    fn on_load(args: LoadArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// The entity is about to be inserted.
    fn before_create(args: EventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// The entity was inserted, and has its key. (The transaction is not committed yet.)
    fn after_create(args: EventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// The entity is about to be updated. (Only when there is an `update`: changed collections are none.)
    fn before_update(args: EventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// The entity was updated. (The transaction is not committed yet.)
    fn after_update(args: EventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// The entity is about to be deleted. Called for loaded entities; so is [`Hooks::after_delete`].
    fn before_delete(args: EventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
    /// The entity was deleted: it can still be read. (The transaction is not committed yet.)
    fn after_delete(args: EventArgs<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        let _ = args;
        ready(Ok(()))
    }
}

/// "The struct says `#[orm(hooks)]`": hooks that nobody calls would be a silent mistake.
#[diagnostic::on_unimplemented(
    message = "the hooks of `{Self}` would never be called",
    label = "add `#[orm(hooks)]` to this struct"
)]
#[doc(hidden)]
pub trait Hooked: Entity {}

/// When a hook around a statement is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// `before_create`
    BeforeCreate,
    /// `after_create`
    AfterCreate,
    /// `before_update`
    BeforeUpdate,
    /// `after_update`
    AfterUpdate,
    /// `before_delete`
    BeforeDelete,
    /// `after_delete`
    AfterDelete,
}

/// Hooks with their type erased; what a descriptor has.
pub struct HookTable(pub(super) HooksOf);

/// Whose hooks they are.
pub(super) enum HooksOf {
    /// A type's.
    Typed(TypedHooks),
    /// A schema's.
    Schema(&'static SchemaHooks),
}

#[derive(Clone, Copy)]
pub(super) struct TypedHooks {
    pub init: fn(&AnyRef),
    pub load: for<'a> fn(LoadEvent<'a>) -> BoxFuture<'a, Result<()>>,
    pub run: for<'a> fn(Moment, EntityEvent<'a>) -> BoxFuture<'a, Result<()>>,
}

impl HookTable {
    /// The hooks of `T`.
    pub const fn of<T: Hooks>() -> Self {
        HookTable(HooksOf::Typed(TypedHooks { init: init::<T>, load: load::<T>, run: run::<T> }))
    }
    /// The hooks of a schema.
    pub(crate) const fn of_schema(hooks: &'static SchemaHooks) -> Self {
        HookTable(HooksOf::Schema(hooks))
    }

    pub(crate) fn init(&self, entity: &AnyRef) {
        match &self.0 {
            HooksOf::Typed(typed) => (typed.init)(entity),
            HooksOf::Schema(hooks) => hooks.init(entity),
        }
    }
    pub(crate) async fn load(&self, event: LoadEvent<'_>) -> Result<()> {
        match &self.0 {
            HooksOf::Typed(typed) => (typed.load)(event).await,
            HooksOf::Schema(hooks) => hooks.load(event).await,
        }
    }
    pub(crate) async fn run(&self, moment: Moment, event: EntityEvent<'_>) -> Result<()> {
        match &self.0 {
            HooksOf::Typed(typed) => (typed.run)(moment, event).await,
            HooksOf::Schema(hooks) => hooks.run(moment, event).await,
        }
    }
}

fn init<T: Hooks>(entity: &AnyRef) {
    if let Some(entity) = Loaded::of_any(entity) {
        T::on_init(entity);
    }
}

fn load<T: Hooks>(event: LoadEvent<'_>) -> BoxFuture<'_, Result<()>> {
    match event.of::<T>() {
        Some(args) => Box::pin(T::on_load(args)),
        None => Box::pin(ready(Ok(()))),
    }
}

fn run<T: Hooks>(moment: Moment, event: EntityEvent<'_>) -> BoxFuture<'_, Result<()>> {
    let Some(args) = event.of::<T>() else { return Box::pin(ready(Ok(()))) };
    match moment {
        Moment::BeforeCreate => Box::pin(T::before_create(args)),
        Moment::AfterCreate => Box::pin(T::after_create(args)),
        Moment::BeforeUpdate => Box::pin(T::before_update(args)),
        Moment::AfterUpdate => Box::pin(T::after_update(args)),
        Moment::BeforeDelete => Box::pin(T::before_delete(args)),
        Moment::AfterDelete => Box::pin(T::after_delete(args)),
    }
}
