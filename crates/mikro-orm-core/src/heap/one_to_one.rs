//! One-to-one relations: both sides are fields, one of them with the column, and they are kept in step.
//!
//! The side without the column (the inverse side) is a field of its entity's versions as any other, but not of its row:
//! a version that differs in it alone is stored as it is. What a program does to it, it does to the other side's
//! field; what happens to the other side's field is written to it here, by versions of its own. No lock is held
//! meanwhile, and an edit of one side that meets one of the other leaves what the later one says.

mod merge;

pub(super) use merge::{loaded, resolve};

use super::HeapArc;
use super::any_ref::AnyRef;
use super::cell::{CellPtr, flag};
use super::collection::Origin;
use super::orphans::{keep, orphan};
use super::register::Retired;
use super::sync::{AcqRel, Acquire};
use super::values::{self, Draft};
use super::view::EntityView;
use crate::error::{Error, Result};
use crate::metadata::{EntityMetadata, Metadata, PropertyKind};
use crate::value::Value;
use std::ptr::NonNull;

/// One side of a one-to-one relation.
#[derive(Clone, Copy)]
pub(crate) struct OneToOne {
    pub field: u16,
    /// The target's field that refers back.
    pub other: Option<u16>,
    /// Whether the column is the other side's.
    pub inverse: bool,
    /// Whether what this side referred to is removed when it no longer does.
    pub orphans: bool,
    /// The same of the other side.
    pub other_orphans: bool,
}

impl OneToOne {
    /// The sides that an entity has, but those that concern it alone.
    pub fn all(entity: &EntityMetadata, metadata: &Metadata) -> Vec<Self> {
        let sides = entity.properties.iter().filter(|property| property.kind == PropertyKind::OneToOne).filter_map(|property| {
            let relation = property.relation.as_ref()?;
            let other = relation.other_side.and_then(|other| metadata.entity(relation.target).property(other).relation.as_ref());
            Some(OneToOne {
                field: property.index,
                other: relation.other_side,
                inverse: !relation.owner,
                orphans: relation.orphan_removal,
                other_orphans: other.is_some_and(|other| other.orphan_removal),
            })
        });
        sides.filter(|side| side.other.is_some() || side.orphans).collect()
    }
}

/// Keeps the other side in step: `entity`'s field moved from `before` to `after`.
pub(super) fn propagate(entity: &AnyRef, side: OneToOne, before: Option<&AnyRef>, after: Option<&AnyRef>, origin: Origin) {
    if before == after {
        return;
    }
    // (what can't be stored has no other side)
    let after = after.filter(|after| !after.is_invalid());
    if origin == Origin::Database {
        return merge::propagate(entity, side, before, after);
    }
    let lost = match side.other {
        _ if side.inverse => let_go(entity, side, before, after),
        Some(other) => hand_over(entity, side, other, before, after),
        None => None,
    };
    if matches!(origin, Origin::Program | Origin::Creation) {
        if let Some(before) = before.filter(|_| side.orphans && entity.is_looked_after()) {
            orphaned(before, side.other, entity);
        }
        if let Some((lost, after)) = lost.as_ref().zip(after).filter(|_| side.other_orphans) {
            orphaned(lost, Some(side.field), after);
        }
    }
    if let Some(after) = after {
        keep(after);
        keep(entity);
    }
}

/// The side with the column moved. Gives who was at the new target before.
fn hand_over(entity: &AnyRef, side: OneToOne, other: u16, before: Option<&AnyRef>, after: Option<&AnyRef>) -> Option<AnyRef> {
    if let Some(before) = before {
        replace(before, other, Some(entity), None);
    }
    let after = after?;
    let lost = replace(after, other, None, Some(entity)).filter(|known| known != entity)?;
    refer(&lost, side.field, Some(after), None);
    if !side.other_orphans && !lost.descriptor().fields[usize::from(side.field)].vtable.nullable {
        entity.heap().register().displaced.push((lost.ptr(), side.field, after.ptr()));
    }
    Some(lost)
}

/// The side without the column was edited, which is an edit of the column's side. Gives what the new counterpart
/// referred to before.
fn let_go(entity: &AnyRef, side: OneToOne, before: Option<&AnyRef>, after: Option<&AnyRef>) -> Option<AnyRef> {
    let back = side.other?;
    // (what is not loaded was not asked to refer to an entity that is not persisted)
    if let Some(before) = before.filter(|before| before.is_initialized() || entity.is_looked_after()) {
        refer(before, back, Some(entity), None);
    }
    let after = after?;
    let lost = match after.view() {
        Some(view) => view.to_one(back).filter(|known| *known != entity).cloned(),
        None => counterpart_of(after, entity, side.field),
    };
    refer(after, back, None, Some(entity));
    if let Some(lost) = lost.as_ref().filter(|_| !after.is_initialized()) {
        // (a row that is not loaded does not say whom it left)
        write(lost, side.field, Some(after), None);
    }
    lost
}

/// Who else is known to be the counterpart of a row that is not loaded. All that are loaded are looked at.
fn counterpart_of(row: &AnyRef, taker: &AnyRef, field: u16) -> Option<AnyRef> {
    let mut found = None;
    taker.arena().for_each_cell(|cell| {
        let known = AnyRef::uncounted(cell);
        if known != *taker && known.view().is_some_and(|view| view.to_one(field) == Some(row)) {
            // SAFETY: a cell of the heap that `taker` keeps
            found = Some(unsafe { AnyRef::counted(cell) });
        }
    });
    found
}

/// Points the side with the column elsewhere, as an edit by the user; only when it refers to `from`, if that is said.
/// What can't be null stays: it may be moved or removed before the flush, which looks for what was left behind.
fn refer(owner: &AnyRef, field: u16, from: Option<&AnyRef>, to: Option<&AnyRef>) {
    if !owner.is_initialized() && from.is_some() && owner.awaited(field).as_ref() == from {
        owner.refer_instead(&std::iter::once(field).collect());
        return;
    }
    if owner.is_gone() || (to.is_none() && !owner.descriptor().fields[usize::from(field)].vtable.nullable) {
        return;
    }
    let edited = match owner.view() {
        Some(view) if (from.is_some() && view.to_one(field) != from) || view.to_one(field) == to => Ok(()),
        Some(_) => owner.edit_to_one_as(field, to, Origin::OtherSide),
        None => patch(owner, field, to),
    };
    if let Err(error) = edited {
        owner.heap().pending_error(error);
    }
}

/// As [`refer`], for a row that is not loaded.
fn patch(owner: &AnyRef, field: u16, to: Option<&AnyRef>) -> Result<()> {
    match to {
        Some(to) => owner.refer_to(field, to),
        None => owner.assign_fields(vec![(field, Value::Null)]),
    }
}

/// Writes the side without the column; only when it refers to `from`, if that is said. Gives what it referred to.
/// A row that is not loaded will hear of it when it is.
fn replace(entity: &AnyRef, field: u16, from: Option<&AnyRef>, to: Option<&AnyRef>) -> Option<AnyRef> {
    if let Some(before) = write(entity, field, from, to) {
        return before;
    }
    {
        let mut register = entity.heap().register();
        let place = (entity.ptr(), field);
        match (from, to) {
            (Some(from), _) if register.counterparts.get(&place) != Some(&from.ptr()) => {}
            (_, Some(to)) => {
                register.counterparts.insert(place, to.ptr());
            }
            (_, None) => {
                register.counterparts.remove(&place);
            }
        }
    }
    entity.cell().set(flag::EXPECTED);
    // a query that has loaded the row meanwhile either has seen the flag, or is seen here
    if entity.is_initialized() {
        merge::expected(entity);
    }
    None
}

/// As [`replace`], of a row that is loaded; `None` for another.
fn write(entity: &AnyRef, field: u16, from: Option<&AnyRef>, to: Option<&AnyRef>) -> Option<Option<AnyRef>> {
    let (cell, descriptor) = (entity.cell(), entity.descriptor());
    loop {
        let current = cell.current.load(Acquire);
        // SAFETY: a published version, which lives while the heap is held
        let view = unsafe { EntityView::new(entity.arena(), NonNull::new(current)?) };
        let before = view.to_one(field);
        if (from.is_some() && before != from) || before == to {
            return Some(before.cloned());
        }
        let before = before.cloned();
        // SAFETY: a published version; the copy is ours, of this type, and goes into the heap that `entity` keeps. A to-one
        // field is an `Option<AnyRef>` behind its type, and the side without the column can be null
        let next = unsafe {
            let next = Draft::fork(descriptor, current);
            *next.as_ptr().add(descriptor.fields[usize::from(field)].offset).cast::<Option<AnyRef>>() = to.cloned();
            values::settle(entity.arena(), next.as_ptr(), entity.ptr());
            next
        };
        if cell.current.compare_exchange(current, next.as_ptr(), AcqRel, Acquire).is_ok() {
            let next = next.publish();
            // what is stored did not change: a row that was as the database has it still is
            let _ = cell.snapshot.compare_exchange(current, next.as_ptr(), AcqRel, Acquire);
            entity.heap().retire(Retired::Version(entity.ptr(), current));
            return Some(before);
        }
    }
}

/// It lost its counterpart in a relation that removes what it loses. (Whoever took it over meanwhile keeps it.)
fn orphaned(entity: &AnyRef, back: Option<u16>, from: &AnyRef) {
    let view = entity.view();
    let kept = back.and_then(|back| view?.to_one(back)).is_some_and(|other| other != from);
    if !kept {
        orphan(entity);
    }
}

impl AnyRef {
    /// The sides of one-to-one relations that the entity has.
    pub(super) fn one_to_ones(&self) -> &[OneToOne] {
        &self.arena().shape.one_to_ones
    }
    /// This field as a side of a one-to-one relation.
    pub(super) fn one_to_one(&self, field: u16) -> Option<OneToOne> {
        self.one_to_ones().iter().find(|side| side.field == field).copied()
    }
    /// Whether the field is a side without a column.
    pub(crate) fn is_inverse(&self, field: u16) -> bool {
        self.one_to_one(field).is_some_and(|side| side.inverse)
    }
    /// The target's field that refers back from a collection's items, or from the other side of a one-to-one relation.
    pub(crate) fn referred_back_by(&self, field: u16) -> Option<u16> {
        if self.arena().shape.collections.contains(&field) { self.mapped_by(field) } else { self.one_to_one(field)?.other }
    }
    /// The sides without a column, with the fields of their targets that have it.
    pub(crate) fn inverse_fields(&self) -> impl Iterator<Item = (u16, u16)> + '_ {
        self.one_to_ones().iter().filter(|side| side.inverse).filter_map(|side| Some((side.field, side.other?)))
    }

    /// Sets a side without a column to what a row says of it.
    pub(crate) fn set_counterpart_read(&self, field: u16, back: u16, row: Option<&AnyRef>) {
        let known = self.view().and_then(|view| view.to_one(field));
        write(self, field, None, resolve(self, back, row, known));
    }
    /// Assigns the key of a counterpart, or null, to a side without a column of a row that is not loaded.
    ///
    /// # Errors
    /// When the value is no key; or null, since nobody knows whose relation that would be.
    pub(super) fn assign_counterpart(&self, field: u16, value: &Value<'_>) -> Result<()> {
        let def = &self.descriptor().fields[usize::from(field)];
        let fail = |message: String| Error::validation(self.name(), def.name, message);
        let (Some(target), Some(back)) = (def.target, self.referred_back_by(field)) else { return Ok(()) };
        let key = super::keys::canonical_key(target.descriptor(), value).map_err(|error| fail(error.to_string()))?;
        let key = key.ok_or_else(|| {
            fail(format!("{} is not loaded, so what it is unset for is not known: load it first", self.describe()))
        })?;
        let counterpart = self.heap_arc().reference(target.descriptor(), key);
        refer(&counterpart, back, None, Some(self));
        Ok(())
    }

    /// Sets a side without a column to null because what it refers to is gone.
    pub(crate) fn forget_counterpart(&self, field: u16, gone: &AnyRef) {
        replace(self, field, Some(gone), None);
    }

    /// Its row was deleted: nobody refers to it any more. (A foreign key is null by the edit that unset it, or by the
    /// database's own rule.) Says who did, and by which field.
    pub(super) fn leave_counterparts(&self, stays_with: &impl Fn(&AnyRef) -> bool, mut left: impl FnMut(AnyRef, u16)) {
        let Some(view) = self.view() else { return };
        for side in self.one_to_ones() {
            let Some((target, other)) = view.to_one(side.field).zip(side.other) else { continue };
            let is_column = side.inverse && !target.descriptor().fields[usize::from(other)].vtable.nullable;
            if stays_with(target) || is_column || !target.is_counterpart(other, self) {
                continue;
            }
            if side.inverse {
                write(target, other, Some(self), None);
            } else {
                replace(target, other, Some(self), None);
            }
            left(target.clone(), other);
        }
    }
    /// Takes back [`AnyRef::leave_counterparts`]: refers to an entity again, unless one of both refers to another by now.
    pub(super) fn rejoin_counterpart(&self, field: u16, entity: &AnyRef) {
        let back = self.one_to_one(field).and_then(|side| side.other);
        let has_moved = back.zip(entity.view()).is_some_and(|(back, view)| view.to_one(back) != Some(self));
        if !has_moved && self.view().is_none_or(|view| view.to_one(field).is_none()) {
            if self.is_inverse(field) {
                replace(self, field, None, Some(entity));
            } else {
                write(self, field, None, Some(entity));
            }
        }
    }
    /// Whether its side of a one-to-one relation refers to an entity; or is to, once its row is loaded.
    fn is_counterpart(&self, field: u16, entity: &AnyRef) -> bool {
        match self.view() {
            Some(view) => view.to_one(field) == Some(entity),
            None => self.heap().register().counterparts.get(&(self.ptr(), field)) == Some(&entity.ptr()),
        }
    }

    /// What a side without a column no longer refers to, but still refers to it: it could not be set to null.
    pub(crate) fn left_behind(&self, before: &EntityView<'_>, now: &EntityView<'_>) -> Option<(u16, AnyRef)> {
        self.inverse_fields().find_map(|(field, back)| {
            let lost = before.to_one(field).filter(|lost| now.to_one(field) != Some(*lost))?;
            let required = !lost.descriptor().fields[usize::from(back)].vtable.nullable;
            ((required || lost.is_initialized()) && lost.still_refers(back, self)).then(|| (field, lost.clone()))
        })
    }
    /// Whether a row that stays refers to the target, as far as is known of one that is not loaded and did.
    fn still_refers(&self, field: u16, target: &AnyRef) -> bool {
        let refers = match self.view() {
            Some(view) => view.to_one(field) == Some(target),
            None => !merge::is_patched(self, field),
        };
        refers && !self.is_removed() && !self.is_gone() && self.is_looked_after()
    }
}

impl HeapArc {
    /// A row whose place in a one-to-one relation another one has taken, which can't be null, and that still refers there;
    /// with its field, and what it refers to.
    pub(crate) fn displaced(&self) -> Option<(AnyRef, u16, AnyRef)> {
        // SAFETY: cells of this heap, which `self` keeps
        let counted = |cell: CellPtr| unsafe { AnyRef::counted(cell) };
        let displaced = self.register().displaced.clone();
        let displaced = displaced.into_iter().map(|(row, field, target)| (counted(row), field, counted(target)));
        let mut displaced = displaced.filter(|(row, field, target)| !target.is_removed() && row.still_refers(*field, target));
        displaced.find(|(row, field, target)| {
            let other = row.one_to_one(*field).and_then(|side| side.other);
            let taker = other.and_then(|other| target.view()?.to_one(other));
            taker.is_some_and(|taker| taker != row && taker.is_looked_after())
        })
    }
}

/// By entity and field, what a side without a column will refer to once its row is loaded.
pub(super) type Counterparts = std::collections::HashMap<(CellPtr, u16), CellPtr>;
