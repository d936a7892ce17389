//! A subscriber that refuses an event now and then.

use mikro_orm::events::{EntityEvent, FlushEvent, TransactionEvent};
use mikro_orm::prelude::*;
use mikro_orm::{Error, Result};
use std::cell::Cell;

/// What its error says.
pub const REFUSED: &str = "is refused by the subscriber";

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// How many events are to come before the one that is refused; and whether it came.
    static NEXT: Cell<Option<u8>> = const { Cell::new(None) };
    static FAILED: Cell<bool> = const { Cell::new(false) };
}

/// Whether there is to be a subscriber in what this thread builds.
pub fn is_watched() -> bool {
    WATCHED.get()
}
pub fn watch() {
    WATCHED.set(true);
}

/// Says which event is to be refused. Gives whether one was since the last time.
pub fn fail_at(event: Option<u8>) -> bool {
    NEXT.set(event);
    FAILED.replace(false)
}

pub struct Refusing;

impl Refusing {
    async fn hear(&self) -> Result<()> {
        tokio::task::yield_now().await;
        match NEXT.get() {
            Some(0) => {
                NEXT.set(None);
                FAILED.set(true);
                Err(Error::validation("Club", "event", REFUSED))
            }
            next => {
                NEXT.set(next.map(|next| next - 1));
                Ok(())
            }
        }
    }
}

impl Subscriber for Refusing {
    async fn before_create(&self, _: EntityEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn after_create(&self, _: EntityEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn before_update(&self, _: EntityEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn after_update(&self, _: EntityEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn before_delete(&self, _: EntityEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn after_delete(&self, _: EntityEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn before_flush(&self, _: FlushEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn on_flush(&self, _: FlushEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn before_transaction_start(&self, _: TransactionEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn after_transaction_start(&self, _: TransactionEvent<'_>) -> Result<()> {
        self.hear().await
    }
    async fn before_transaction_commit(&self, _: TransactionEvent<'_>) -> Result<()> {
        self.hear().await
    }
}
