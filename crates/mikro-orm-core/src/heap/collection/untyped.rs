//! Collections by their owner and field, for code that knows no type.

use super::RawCollection;
use super::change::{check_can_let_go, check_connects, check_knows_all, leave_others, persist_with, replace, take_out};
use crate::create::{Connect, connect_item};
use crate::error::{Error, Result};
use crate::heap::any_ref::AnyRef;

/// A collection's name and owner, for messages.
pub(in crate::heap) fn describe(owner: &AnyRef, field: u16) -> String {
    raw(owner, field).describe()
}

fn raw(owner: &AnyRef, field: u16) -> RawCollection {
    RawCollection { owner: Some(owner.clone()), field }
}

/// Checks that the items may come in.
fn check(owner: &AnyRef, field: u16, items: &[(AnyRef, bool)]) -> Result<()> {
    raw(owner, field).check_writable(owner)?;
    if !items.is_empty() {
        super::removed::check_owner(owner, field)?;
    }
    items.iter().filter(|(_, just_made)| !just_made).try_for_each(|(item, _)| check_connects(owner, field, item))
}

/// Adds items, each with whether it was made just now. Gives how many were not in.
pub(in crate::heap) fn add_items(owner: &AnyRef, field: u16, items: Vec<(AnyRef, bool)>) -> Result<usize> {
    check(owner, field, &items)?;
    leave_others(owner, field, items.iter().map(|(item, _)| item));
    let mut added = 0;
    for (item, just_made) in items {
        added += usize::from(connect_item(owner, field, &item, Connect { just_made, persists: false })?);
        persist_with(owner, field, &item);
    }
    Ok(added)
}

/// Takes items out. Gives how many were in.
pub(in crate::heap) fn take_items(owner: &AnyRef, field: u16, items: &[AnyRef]) -> Result<usize> {
    if !owner.is_collection_initialized(field) {
        return Err(Error::NotInitialized { what: describe(owner, field) });
    }
    raw(owner, field).check_writable(owner)?;
    let known = owner.collection_items(field);
    let items: Vec<AnyRef> = items.iter().filter(|item| known.contains(item)).cloned().collect();
    take_out(owner, field, &items)?;
    Ok(items.len())
}

/// Replaces the items, in this order.
pub(in crate::heap) fn set_items(owner: &AnyRef, field: u16, items: Vec<(AnyRef, bool)>) -> Result<()> {
    check(owner, field, &items)?;
    if !owner.is_collection_initialized(field) {
        check_knows_all(owner, field)?;
        check_can_let_go(owner, field)?;
    }
    replace(owner, field, items)
}
