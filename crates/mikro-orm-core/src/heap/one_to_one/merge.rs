//! What rows say about one-to-one relations, and edits that are not stored yet.
//!
//! A row says to what the column's side refers, and by a join to what the other side does. An edit that is pending on the
//! column's side wins, on both.

use super::{OneToOne, replace, write};
use crate::heap::any_ref::AnyRef;
use crate::heap::cell::flag;
use crate::value::Value;

/// A row says that the column's side refers elsewhere. (What a row says of the other side is resolved where it is read.)
pub(super) fn propagate(entity: &AnyRef, side: OneToOne, before: Option<&AnyRef>, after: Option<&AnyRef>) {
    let Some(other) = side.other.filter(|_| !side.inverse) else { return };
    if let Some(before) = before.filter(|before| before.is_initialized()) {
        replace(before, other, Some(entity), None);
    }
    if let Some((after, view)) = after.and_then(|after| Some((after, after.view()?))) {
        let known = view.to_one(other);
        if known != Some(entity) && !known.is_some_and(|known| is_pending(known, side.field, after)) {
            write(after, other, None, Some(entity));
        }
    }
}

/// What a side without a column refers to, when its row says `row`, and `known` is what was known before.
pub(in crate::heap) fn resolve<'a>(
    entity: &AnyRef,
    back: u16,
    row: Option<&'a AnyRef>,
    known: Option<&'a AnyRef>,
) -> Option<&'a AnyRef> {
    match known {
        Some(known) if row != Some(known) && is_pending(known, back, entity) => Some(known),
        _ => row.filter(|row| !was_moved(row, back, entity)),
    }
}

/// Whether an edit that is not stored yet points `owner` at the target.
fn is_pending(owner: &AnyRef, back: u16, target: &AnyRef) -> bool {
    if owner.is_gone() {
        return false;
    }
    match owner.view() {
        Some(view) => view.to_one(back) == Some(target) && is_edited(owner, back),
        None => match owner.awaited(back) {
            Some(awaited) => awaited == *target,
            None => patched(owner, back).is_some_and(|value| target.key().is_some_and(|key| key.to_value() == value)),
        },
    }
}

/// Whether an edit that is not stored yet points `owner` elsewhere.
fn was_moved(owner: &AnyRef, back: u16, target: &AnyRef) -> bool {
    match owner.view() {
        Some(view) => view.to_one(back) != Some(target) && is_edited(owner, back),
        None => match owner.awaited(back) {
            Some(awaited) => awaited != *target,
            None => patched(owner, back).is_some_and(|value| target.key().is_none_or(|key| key.to_value() != value)),
        },
    }
}

/// Whether the field of a loaded row is not what the database has.
fn is_edited(owner: &AnyRef, field: u16) -> bool {
    let Some((current, stored)) = owner.view().zip(owner.snapshot_view()) else { return owner.is_new() };
    current.to_one(field) != stored.to_one(field)
}

/// What a row that is not loaded was given for a field.
fn patched(owner: &AnyRef, field: u16) -> Option<Value<'static>> {
    if !owner.cell().is(flag::PATCHED) {
        return None;
    }
    let register = owner.heap().register();
    let patch = register.patches.get(&owner.ptr())?;
    patch.iter().find(|(known, _)| *known == field).map(|(_, value)| value.clone())
}
/// Whether a row that is not loaded was given something for a field.
pub(super) fn is_patched(owner: &AnyRef, field: u16) -> bool {
    patched(owner, field).is_some() || owner.awaited(field).is_some()
}

/// Gives a row that was just loaded the counterparts that it got before.
pub(in crate::heap) fn expected(entity: &AnyRef) {
    if !entity.cell().clear(flag::EXPECTED) {
        return;
    }
    for (field, back) in entity.inverse_fields() {
        let expected = entity.heap().register().counterparts.remove(&(entity.ptr(), field));
        // SAFETY: a cell of this heap, which `entity` keeps
        let Some(expected) = expected.map(|cell| unsafe { AnyRef::counted(cell) }) else { continue };
        if is_pending(&expected, back, entity) {
            write(entity, field, None, Some(&expected));
        }
    }
}

/// A row was loaded that was not known before: the other sides hear of it, and it of what they were told.
pub(in crate::heap) fn loaded(entity: &AnyRef) {
    if entity.one_to_ones().is_empty() {
        return;
    }
    let Some(view) = entity.view() else { return };
    for side in entity.one_to_ones() {
        let target = view.to_one(side.field);
        match side.other {
            Some(back) if side.inverse => {
                if resolve(entity, back, target, None).is_none() {
                    write(entity, side.field, target, None);
                }
            }
            _ => propagate(entity, *side, None, target),
        }
    }
    expected(entity);
}
