//! Lifecycle events: hooks of an entity, and subscribers that listen to many.
//!
//! An entity's own hooks come first (its base's before its own), then subscribers in the order in which they were
//! registered; each is awaited before the next one begins. What runs inside a flush runs within a scope
//! (`events/scope.rs`): queries made there, by whatever way, go over the flush's connection, and flushing is an error.

mod any_entity;
mod args;
mod base_hooks;
mod change_set;
mod flush;
mod hooks;
mod listeners;
mod load;
mod outcome;
mod scope;
mod subscriber;
mod transaction;

pub use any_entity::AnyEntity;
pub use args::{EntityEvent, EventArgs, LoadArgs, LoadEvent};
pub use base_hooks::{BaseEventArgs, BaseHooked, BaseHooks, BaseLoadArgs, BaseOf, Deeper, Here, Reach};
pub use change_set::{AnyProperty, ChangeKind, ChangeSet};
pub use flush::{CollectionUpdate, FlushEvent, PendingWork};
pub use hooks::{HookTable, Hooked, Hooks, Moment};
pub use subscriber::Subscriber;
pub(crate) use subscriber::{FlushMoment, TransactionMoment};
pub use transaction::TransactionEvent;

pub(crate) use listeners::{Listeners, Registered, Registry};
pub(crate) use load::{Loads, loaded};
pub(crate) use outcome::Outcome;
pub(crate) use scope::{Note, Scope, current, is_noted, note, quietly};
