//! What was removed is not linked with anything: no row would say so.

use crate::error::{Error, Result};
use crate::heap::any_ref::AnyRef;

/// Checks that the owner of a collection, which gets items, was not removed.
pub(super) fn check_owner(owner: &AnyRef, field: u16) -> Result<()> {
    let Some(what) = removed(owner) else { return Ok(()) };
    let (name, property) = (owner.name(), owner.descriptor().fields[usize::from(field)].name);
    let message = format!("is of {what}, so nothing can be added to it: add to another {name}, or persist that one again first");
    Err(Error::validation(name, property, message))
}

/// Checks that what comes into a many-to-many collection was not removed. (An item of a one-to-many relation is
/// persisted with its owner.)
pub(super) fn check_item(owner: &AnyRef, field: u16, item: &AnyRef) -> Result<()> {
    let Some(what) = removed(item).filter(|_| owner.many_to_many(field).is_some()) else { return Ok(()) };
    if owner.collection_items(field).contains(item) {
        return Ok(());
    }
    let message = format!("can't get {what}: add another one, or persist that one again first");
    Err(Error::validation(owner.name(), owner.descriptor().fields[usize::from(field)].name, message))
}

/// Whether an entity was removed and not persisted again since, in words.
fn removed(entity: &AnyRef) -> Option<String> {
    if entity.is_removed() {
        Some(format!("{}, which is to be removed", entity.describe()))
    } else {
        (entity.is_gone() && !entity.is_persisted()).then(|| format!("a {} that was removed", entity.name()))
    }
}
