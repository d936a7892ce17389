//! Locks: that a row is the one that the caller has seen.

use super::EntityManager;
use crate::context::Context;
use crate::create::Creation;
use crate::entity::Entity;
use crate::error::{Error, LockFailure, LockReason, Result};
use crate::field::Scalar;
use crate::heap::AnyRef;
use crate::input::IntoRef;
use crate::loader;
use crate::metadata::EntityMetadata;
use crate::value::Value;
use std::sync::Arc;

/// How an entity is locked; see [`EntityManager::lock`].
#[derive(Debug, Clone)]
#[must_use]
pub struct LockMode {
    expected: Value<'static>,
}

impl LockMode {
    /// Nothing is locked in the database: the entity must have this version, and each update checks that it still has
    /// the one that was read. For edits that outlive a transaction: the version goes to the user with the form, and
    /// comes back with it.
    pub fn optimistic(version: impl Scalar) -> Self {
        LockMode { expected: version.to_value().into_owned() }
    }

    /// What is wrong with locking such an entity.
    pub(super) fn check_entity(&self, entity: &EntityMetadata) -> Result<u16> {
        entity.version.ok_or_else(|| {
            Error::invalid(
                entity.name,
                "can't be locked optimistically, since it has no version: mark an integer or date and time with `#[orm(version)]`",
            )
        })
    }

    /// Checks an entity that is loaded.
    pub(super) fn check(&self, entity: &EntityMetadata, row: &AnyRef) -> Result<()> {
        let version = self.check_entity(entity)?;
        let Some(view) = row.view() else { return Err(Error::NotInitialized { what: row.describe() }) };
        let actual = view.value(version);
        if actual.same(&self.expected) {
            return Ok(());
        }
        let reason = LockReason::Version { expected: text(&self.expected), actual: text(&actual) };
        Err(Error::OptimisticLock(LockFailure::new(row, reason)))
    }
}

/// A version for people.
fn text(version: &Value<'_>) -> String {
    match version {
        Value::Int(version) => version.to_string(),
        Value::UInt(version) => version.to_string(),
        Value::DateTime(version) => crate::time::date_time(*version),
        other => format!("({})", other.kind()),
    }
}

impl EntityManager {
    /// Checks that an entity is the one that the caller has seen: `em.lock(&draft, LockMode::optimistic(2))`. A
    /// reference is loaded first.
    ///
    /// From there on each flush that updates it checks that nobody else did, lock or no lock.
    ///
    /// # Errors
    /// [`Error::OptimisticLock`] when it has another version; [`Error::Validation`] when the entity has no version, or
    /// is new; [`Error::NotFound`] when there is no such row.
    pub async fn lock<T: Entity>(&self, entity: impl IntoRef<T>, mode: LockMode) -> Result<()> {
        let row = Creation::new(&self.context.heap()).resolve_own(entity.into_ref())?;
        lock(&self.context, self.entity::<T>().map(|id| self.context.shared.metadata.entity(id))?, &row, &mode).await
    }
}

async fn lock(context: &Arc<Context>, entity: &EntityMetadata, row: &AnyRef, mode: &LockMode) -> Result<()> {
    mode.check_entity(entity)?;
    if row.is_new() {
        return Err(Error::invalid(
            row.name(),
            "can't be locked, since it has no row: an entity is managed when it was read from the database, or was flushed",
        ));
    }
    if !row.is_initialized() {
        loader::load_reference(context, row).await?;
    }
    mode.check(entity, row)
}
