//! How an entity manager works: when it flushes by itself, and what a fork of it takes along.

use super::EntityManager;
use crate::context::Context;
use crate::events::Registry;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// When queries flush first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FlushMode {
    /// When inserts or deletes are pending of an entity that decides the answer: the queried one, those that its condition or
    /// order asks about, and the items of populated collections. (Edits do not cause it: what is found has them.)
    #[default]
    Auto,
    /// Never: only [`EntityManager::flush`] and commits do.
    Commit,
    /// When anything is pending, edits included.
    Always,
}

/// What [`EntityManager::fork_with`] makes.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let em = library().await?;
/// use mikro_orm::{FlushMode, em::ForkOptions};
///
/// let reader = em.fork_with(ForkOptions::new().flush_mode(FlushMode::Commit));
/// assert_eq!(reader.find::<Book>().await?.len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct ForkOptions {
    flush_mode: Option<FlushMode>,
    disable_transactions: bool,
    fresh_subscribers: bool,
    keep_entities: bool,
}

impl ForkOptions {
    /// Nothing is managed yet; all else is as with the entity manager that is forked.
    pub fn new() -> Self {
        ForkOptions::default()
    }
    /// With copies of what is managed, edits and what is scheduled included. They are the fork's own: handles that are
    /// out stay with the entity manager that is forked, and what each of the two does from here on is not the other's.
    /// (What is pending is pending in both: flush one of them, and clear the other.)
    pub fn keep_entities(mut self) -> Self {
        self.keep_entities = true;
        self
    }
    /// With this flush mode.
    pub fn flush_mode(mut self, mode: FlushMode) -> Self {
        self.flush_mode = Some(mode);
        self
    }
    /// With the subscribers that were registered with the ORM, and not those of the entity manager that is forked.
    pub fn fresh_subscribers(mut self) -> Self {
        self.fresh_subscribers = true;
        self
    }
    /// Without transactions: a flush sends its statements one by one, `begin` and `transactional` begin none, and
    /// `commit` only flushes.
    ///
    /// A flush that fails may have stored a part of what was pending. Which one nobody knows, so that the entity manager
    /// refuses to flush until it is cleared.
    pub fn disable_transactions(mut self) -> Self {
        self.disable_transactions = true;
        self
    }
}

/// What can be set on an entity manager; its clones share it.
#[derive(Default)]
pub(crate) struct Settings {
    flush_mode: AtomicU8,
    without_transactions: AtomicBool,
}

impl Settings {
    pub fn new(mode: FlushMode) -> Self {
        let settings = Settings::default();
        settings.set_flush_mode(mode);
        settings
    }
    fn set_flush_mode(&self, mode: FlushMode) {
        self.flush_mode.store(mode as u8, Ordering::Relaxed);
    }
    pub fn flush_mode(&self) -> FlushMode {
        match self.flush_mode.load(Ordering::Relaxed) {
            mode if mode == FlushMode::Commit as u8 => FlushMode::Commit,
            mode if mode == FlushMode::Always as u8 => FlushMode::Always,
            _ => FlushMode::Auto,
        }
    }
    /// Whether flushes and `transactional` do without transactions.
    pub fn without_transactions(&self) -> bool {
        self.without_transactions.load(Ordering::Relaxed)
    }
}

impl EntityManager {
    /// An entity manager of the same ORM, with an identity map and unit of work of its own. What was set on this one
    /// holds for the fork, too; a transaction that is open is not the fork's. (A clone shares all of these.)
    pub fn fork(&self) -> EntityManager {
        self.fork_with(ForkOptions::new())
    }

    /// As [`EntityManager::fork`], with another flush mode, with what is managed, or without transactions.
    pub fn fork_with(&self, options: ForkOptions) -> EntityManager {
        let events = if options.fresh_subscribers {
            Registry::new(self.context.shared.hooks, self.context.shared.subscribers.clone())
        } else {
            self.context.events.clone()
        };
        let context = Context::new(self.context.shared.clone(), events);
        let (own, parent) = (&context.settings, &self.context.settings);
        own.set_flush_mode(options.flush_mode.unwrap_or_else(|| parent.flush_mode()));
        let without = options.disable_transactions || parent.without_transactions();
        own.without_transactions.store(without, Ordering::Relaxed);
        if options.keep_entities {
            context.heap().copy_from(&self.context.heap());
        }
        EntityManager::new(context)
    }

    /// When queries flush first, where they don't say; clones share it, and later forks have it, too.
    pub fn set_flush_mode(&self, mode: FlushMode) {
        self.context.settings.set_flush_mode(mode);
    }

    /// When queries flush first, where they don't say.
    pub fn flush_mode(&self) -> FlushMode {
        self.context.settings.flush_mode()
    }
}
