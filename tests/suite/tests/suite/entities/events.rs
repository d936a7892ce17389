//! Entities with hooks, and subscribers that note what they hear.

use super::world;
use mikro_orm::events::AnyEntity;
use mikro_orm::prelude::*;
use mikro_orm::{Error, Result};
use std::cell::RefCell;
use std::sync::{Arc, Mutex};

world! {
    /// Users, and what they own.
    Users: User, Session
}
world! {
    /// A base with hooks, and entities with and without hooks of their own.
    Audited: Page, Draft
}
world! {
    /// Houses that publish novels by writers.
    Press: Novel
}

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes what a hook heard. (Each test has a thread of its own.)
pub fn hear(what: impl Into<String>) {
    HEARD.with_borrow_mut(|heard| heard.push(what.into()));
}
/// What hooks heard since this was asked last.
pub fn heard() -> Vec<String> {
    HEARD.take()
}

#[derive(Entity)]
#[orm(table = "account", hooks)]
pub struct User {
    #[orm(primary)]
    pub id: i64,
    #[orm(unique)]
    pub email: String,
    #[orm(hidden)]
    pub password: String,
    #[orm(default = 0)]
    pub logins: i32,
    #[orm(mapped_by = user)]
    pub sessions: Collection<Session>,
}

/// A cheap stand-in for a hash.
pub fn hash(password: &str) -> String {
    format!("#{}", password.chars().rev().collect::<String>())
}

impl User {
    pub fn verify_password(&self, password: &str) -> bool {
        self.password == hash(password)
    }
}

async fn hash_password(args: EventArgs<'_, User>) -> Result<()> {
    tokio::task::yield_now().await;
    if args.change_set.changes(User::password) {
        let hashed = hash(&args.entity.password);
        args.entity.edit().password = hashed;
    }
    Ok(())
}

impl Hooks for User {
    fn on_init(user: &Loaded<User>) {
        hear(format!("init {}", user.email));
    }
    async fn on_load(args: LoadArgs<'_, User>) -> Result<()> {
        hear(format!("load {}", args.entity.email));
        Ok(())
    }
    async fn before_create(args: EventArgs<'_, User>) -> Result<()> {
        hear(format!("create {}", args.entity.email));
        hash_password(args).await?;
        if args.entity.email.is_empty() {
            return Err(Error::validation("User", "email", "is empty"));
        }
        Ok(())
    }
    async fn after_create(args: EventArgs<'_, User>) -> Result<()> {
        hear(format!("created {:?}", args.entity.id()));
        Ok(())
    }
    async fn before_update(args: EventArgs<'_, User>) -> Result<()> {
        hear(format!("update {:?}", args.change_set.properties().collect::<Vec<_>>()));
        hash_password(args).await
    }
    async fn after_update(args: EventArgs<'_, User>) -> Result<()> {
        let old = args.original().map_or("", |user| &user.email);
        hear(format!("updated {old} to {}", args.entity.email));
        Ok(())
    }
    async fn before_delete(args: EventArgs<'_, User>) -> Result<()> {
        hear(format!("delete {}", args.entity.email));
        Ok(())
    }
    async fn after_delete(args: EventArgs<'_, User>) -> Result<()> {
        hear(format!("deleted {}", args.entity.email));
        Ok(())
    }
}

/// Its key is made by a hook.
#[derive(Entity)]
#[orm(hooks)]
pub struct Session {
    #[orm(primary)]
    pub token: String,
    #[orm(default = "")]
    pub note: String,
    pub user: Ref<User>,
}

impl Hooks for Session {
    async fn before_create(args: EventArgs<'_, Session>) -> Result<()> {
        if args.entity.token.is_empty() {
            // the user was inserted before, in this transaction
            let user = args.entity.user.load().await?;
            let count = args.em.count::<User>(User::id.eq(user.id)).await?;
            args.entity.edit().token = format!("{}-{count}", user.email);
        }
        Ok(())
    }
}

#[derive(BaseEntity)]
#[orm(hooks)]
pub struct Trail {
    #[orm(primary)]
    pub id: i64,
    #[orm(default = 0)]
    pub revision: i32,
}

impl BaseHooks for Trail {
    fn on_init(entity: &mikro_orm::events::BaseOf<'_, Trail>) {
        hear(format!("base init {}", entity.entity().name()));
    }
    async fn on_load(args: BaseLoadArgs<'_, Trail>) -> Result<()> {
        hear(format!("base load {}", args.entity.id));
        Ok(())
    }
    async fn before_create(args: BaseEventArgs<'_, Trail>) -> Result<()> {
        hear(format!("base create {}", args.change_set.entity().name()));
        args.entity.edit_with(|base| base.revision += 1);
        Ok(())
    }
    async fn before_update(args: BaseEventArgs<'_, Trail>) -> Result<()> {
        hear(format!("base update {}", args.change_set.changes_named("revision")));
        args.entity.edit_with(|base| base.revision += 1);
        Ok(())
    }
}

#[derive(Entity)]
#[orm(hooks)]
pub struct Page {
    #[orm(extends)]
    pub base: Trail,
    pub title: String,
}

impl Hooks for Page {
    async fn before_create(args: EventArgs<'_, Page>) -> Result<()> {
        hear(format!("own create, revision {}", args.entity.revision));
        Ok(())
    }
    async fn before_update(args: EventArgs<'_, Page>) -> Result<()> {
        hear(format!("own update, revision {}", args.entity.revision));
        Ok(())
    }
}

#[derive(Entity)]
pub struct Draft {
    #[orm(extends)]
    pub base: Trail,
    pub text: String,
}

#[derive(Entity)]
pub struct House {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
}

#[derive(Entity)]
pub struct Writer {
    #[orm(primary)]
    pub id: i64,
    pub name: String,
    #[orm(mapped_by = writer)]
    pub novels: Collection<Novel>,
}

#[derive(Entity)]
pub struct Novel {
    #[orm(primary)]
    pub id: i64,
    pub title: String,
    pub house: Option<Ref<House>>,
    pub writer: Ref<Writer>,
}

/// Notes all events that it hears, as `before_create Writer Jon`.
#[derive(Clone, Default)]
pub struct Ear {
    pub heard: Arc<Mutex<Vec<String>>>,
    /// Which entities; all when empty.
    pub only: Vec<&'static str>,
    pub prefix: &'static str,
}

impl Ear {
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
    pub fn hear(&self, what: impl std::fmt::Display) {
        self.heard.lock().unwrap().push(format!("{}{what}", self.prefix));
    }
    fn entity(&self, moment: &str, entity: &AnyEntity) {
        let name = if let Some(writer) = entity.downcast::<Writer>() {
            writer.name.clone()
        } else if let Some(novel) = entity.downcast::<Novel>() {
            novel.title.clone()
        } else if let Some(house) = entity.downcast::<House>() {
            house.name.clone()
        } else {
            entity.key().map_or_else(String::new, |key| key.to_string())
        };
        self.hear(format!("{moment} {} {name}", entity.name()));
    }
    fn transaction(&self, moment: &str, event: TransactionEvent<'_>) {
        self.hear(format!("{moment}{}", if event.is_savepoint() { format!(" {}", event.depth) } else { String::new() }));
    }
}

impl Subscriber for Ear {
    fn entities(&self) -> Option<mikro_orm::metadata::EntityList> {
        match self.only[..] {
            [] => None,
            ["Writer"] => Some(entities![Writer]),
            _ => Some(entities![Novel]),
        }
    }
    fn on_init(&self, entity: &AnyEntity) {
        self.entity("on_init", entity);
    }
    async fn on_load(&self, event: LoadEvent<'_>) -> Result<()> {
        self.entity("on_load", event.entity);
        Ok(())
    }
    async fn before_create(&self, event: EntityEvent<'_>) -> Result<()> {
        self.entity("before_create", event.entity);
        Ok(())
    }
    async fn after_create(&self, event: EntityEvent<'_>) -> Result<()> {
        self.entity("after_create", event.entity);
        Ok(())
    }
    async fn before_update(&self, event: EntityEvent<'_>) -> Result<()> {
        self.entity("before_update", event.entity);
        Ok(())
    }
    async fn after_update(&self, event: EntityEvent<'_>) -> Result<()> {
        self.entity("after_update", event.entity);
        Ok(())
    }
    async fn before_delete(&self, event: EntityEvent<'_>) -> Result<()> {
        self.entity("before_delete", event.entity);
        Ok(())
    }
    async fn after_delete(&self, event: EntityEvent<'_>) -> Result<()> {
        self.entity("after_delete", event.entity);
        Ok(())
    }
    async fn before_flush(&self, _: FlushEvent<'_>) -> Result<()> {
        self.hear("before_flush");
        Ok(())
    }
    async fn on_flush(&self, _: FlushEvent<'_>) -> Result<()> {
        self.hear("on_flush");
        Ok(())
    }
    async fn after_flush(&self, _: FlushEvent<'_>) -> Result<()> {
        self.hear("after_flush");
        Ok(())
    }
    async fn before_transaction_start(&self, event: TransactionEvent<'_>) -> Result<()> {
        self.transaction("before_start", event);
        Ok(())
    }
    async fn after_transaction_start(&self, event: TransactionEvent<'_>) -> Result<()> {
        self.transaction("after_start", event);
        Ok(())
    }
    async fn before_transaction_commit(&self, event: TransactionEvent<'_>) -> Result<()> {
        self.transaction("before_commit", event);
        Ok(())
    }
    async fn after_transaction_commit(&self, event: TransactionEvent<'_>) -> Result<()> {
        self.transaction("after_commit", event);
        Ok(())
    }
    async fn before_transaction_rollback(&self, event: TransactionEvent<'_>) -> Result<()> {
        self.transaction("before_rollback", event);
        Ok(())
    }
    async fn after_transaction_rollback(&self, event: TransactionEvent<'_>) -> Result<()> {
        self.transaction("after_rollback", event);
        Ok(())
    }
}
