//! Versions of a row: publishing one, and what the unit of work tells the heap about the database's.

use super::any_ref::AnyRef;
use super::cell::{CellPtr, flag};
use super::register::Retired;
use super::sync::{AcqRel, Acquire, Release};
use super::values;
use super::view::Pinned;
use super::{FieldSet, Heap, HeapArc};
use crate::entity::Entity;
use crate::error::Error;
use crate::key::Key;
use crate::value::{Value, ValueError};
use std::ptr::NonNull;

impl AnyRef {
    /// Makes `value` the first version of a new row.
    pub(crate) fn initialize<T: Entity>(&self, value: T) {
        debug_assert!(std::ptr::eq(self.descriptor(), T::descriptor()));
        let cell = self.ptr();
        // SAFETY: the cell is new: its room is free, and nobody else initializes it; the value is settled before
        // it is published, and this reference keeps the heap
        unsafe {
            let room = cell.room();
            self.cell().set(flag::ROOM_TAKEN);
            room.cast::<T>().write(value);
            values::settle(self.arena(), room, cell);
            super::collection::initialize_all(cell);
            self.cell().current.store(room, Release);
            let view = self.view();
            if let Some(view) = view {
                for link in &self.arena().shape.links {
                    if let Some(target) = view.to_one(link.field) {
                        super::collection::propagate(self, link.field, None, Some(target));
                    }
                }
            }
        }
    }

    /// Publishes what differs between a draft and its base: merged by field into the current version, so that
    /// two drafts of different fields both last. Says whether anything did differ.
    ///
    /// # Safety
    /// `draft` is a valid, owned entity of the cell's type from [`values::allocate`]; it is used up. `base` is a
    /// published version of the cell.
    pub(super) unsafe fn publish(&self, draft: *mut u8, base: NonNull<u8>) -> bool {
        let (arena, descriptor, cell) = (self.arena(), self.descriptor(), self.ptr());
        // SAFETY: both are valid entities of this type
        let mut changed = unsafe { values::diff(descriptor, draft, base.as_ptr()) };
        let key_field = arena.shape.key_field;
        let mut rekeyed = false;
        if changed.contains(key_field) {
            if self.cell().is(flag::NEW) {
                rekeyed = true;
            } else {
                changed.remove(key_field);
                self.heap().pending_error(Error::validation(
                    descriptor.name,
                    descriptor.fields[usize::from(key_field)].name,
                    format!("the primary key of {} can't be changed; create a new entity and remove this one", self.describe()),
                ));
                // SAFETY: `draft` is ours
                unsafe { values::copy_field(descriptor, base.as_ptr(), draft, key_field) };
            }
        }
        if changed.is_empty() {
            // SAFETY: `draft` is ours, from `allocate`
            unsafe { values::discard(descriptor, draft) };
            return false;
        }
        let (mut candidate, mut seen) = (draft, base.as_ptr());
        loop {
            let current = self.cell().current.load(Acquire);
            if current != seen {
                // somebody published meanwhile: their version with our changes
                let merged = values::allocate(descriptor);
                // SAFETY: `current` is published, `merged` is room, `candidate` is ours
                unsafe {
                    values::fork(descriptor, current, merged);
                    values::swap_fields(descriptor, merged, candidate, &changed);
                    values::discard(descriptor, candidate);
                }
                (candidate, seen) = (merged, current);
            }
            // SAFETY: `candidate` is ours and goes into the heap, which this reference keeps. (When another round
            // follows, it is only read: settled references are as good as counted ones while the heap is held.)
            unsafe { values::settle(arena, candidate, cell) };
            if self.cell().current.compare_exchange(current, candidate, AcqRel, Acquire).is_ok() {
                self.retire(current);
                self.register_change();
                self.propagate_changes(current, candidate, &changed);
                if rekeyed {
                    self.take_key_of_version();
                }
                return true;
            }
        }
    }

    /// Keeps the collections on the other sides in step with to-one relations that changed.
    fn propagate_changes(&self, before: *mut u8, after: *mut u8, changed: &FieldSet) {
        let (Some(before), Some(after)) = (NonNull::new(before), NonNull::new(after)) else { return };
        for field in changed.iter().filter(|field| self.arena().shape.inverse[usize::from(*field)].is_some()) {
            // SAFETY: both versions are published and this reference keeps the heap
            let (before, after) =
                unsafe { (super::EntityView::new(self.arena(), before), super::EntityView::new(self.arena(), after)) };
            super::collection::propagate(self, field, before.to_one(field), after.to_one(field));
        }
    }

    fn retire(&self, version: *mut u8) {
        if !version.is_null() {
            self.heap().register().retired.push(Retired::Version(self.ptr(), version));
        }
    }

    fn register_change(&self) {
        if !self.cell().is(flag::NEW) && !self.cell().set(flag::CHANGED) {
            self.heap().register().changed.push(self.ptr());
        }
    }

    /// Enters the new row under the key that its version says, when that is set.
    pub(crate) fn take_key_of_version(&self) {
        let key_field = self.arena().shape.key_field;
        let Some(view) = self.view() else { return };
        let key = Key::from_value(&view.value(key_field));
        let key = if view.is_unset(key_field) { None } else { key };
        let Some(key) = key else {
            self.arena().set_key(self.ptr(), None);
            return;
        };
        if self.key().as_ref() == Some(&key) {
            return;
        }
        if let Some(known) = self.arena().find(&key) {
            // SAFETY: a cell of this heap, which this reference keeps
            let known = unsafe { AnyRef::counted(known) };
            if known.is_initialized() && !known.is_gone() && !known.is_removed() {
                self.heap().pending_error(Error::validation(
                    self.name(),
                    self.descriptor().fields[usize::from(key_field)].name,
                    format!("an entity with the key {key} is managed already: edit that one, or give this one another key"),
                ));
                return;
            }
        }
        self.arena().set_key(self.ptr(), Some(key));
    }

    /// Clones a version, writes these fields, and settles the result (not published yet).
    fn rewritten(&self, version: NonNull<u8>, fields: &[(u16, Value<'_>)]) -> Result<NonNull<u8>, (u16, ValueError)> {
        let descriptor = self.descriptor();
        let room = values::allocate(descriptor);
        // SAFETY: a published version into room for one
        unsafe { values::fork(descriptor, version.as_ptr(), room) };
        for (field, value) in fields {
            // SAFETY: `room` is a valid entity that is ours
            if let Err(error) = unsafe { write_field(self, room, *field, value) } {
                // SAFETY: as above
                unsafe { values::discard(descriptor, room) };
                return Err((*field, error));
            }
        }
        // SAFETY: ours, and into the heap that this reference keeps
        unsafe { values::settle(self.arena(), room, self.ptr()) };
        // SAFETY: `allocate` does not give null
        Ok(unsafe { NonNull::new_unchecked(room) })
    }

    /// Puts these fields' values, which come from the database, into the row: the version that was written gets
    /// them and is returned (it is what the database has now), and so does the current one when it is another.
    ///
    /// # Errors
    /// When a value does not fit its field.
    pub(crate) fn write_back(&self, written: &Pinned, fields: &[(u16, Value<'_>)]) -> Result<Pinned, Error> {
        let fail = |(field, error): (u16, ValueError)| Error::Mapping {
            entity: self.name().to_owned(),
            property: self.descriptor().fields[usize::from(field)].name.to_owned(),
            message: error.to_string(),
        };
        let stored = self.rewritten(written.ptr(), fields).map_err(fail)?;
        let mut expected = written.ptr().as_ptr();
        let mut candidate = stored;
        loop {
            match self.cell().current.compare_exchange(expected, candidate.as_ptr(), AcqRel, Acquire) {
                Ok(before) => {
                    self.retire(before);
                    break;
                }
                Err(current) => {
                    if candidate != stored {
                        // SAFETY: not published, ours
                        unsafe { values::discard(self.descriptor(), candidate.as_ptr()) };
                    }
                    let Some(current_version) = NonNull::new(current) else { break };
                    candidate = self.rewritten(current_version, fields).map_err(fail)?;
                    expected = current;
                }
            }
        }
        if candidate != stored {
            // only the snapshot will point to it
            self.retire(stored.as_ptr());
        }
        // SAFETY: a version in the heap, in `retired` or published, which is not reclaimed while the pin counts
        Ok(unsafe { Pinned::new(self.clone(), stored) })
    }

    /// Tells the heap that the database has this version now.
    pub(crate) fn mark_stored(&self, version: &Pinned) {
        let cell = self.cell();
        cell.clear(flag::CHANGED | flag::NEW | flag::PERSIST);
        let before = cell.snapshot.swap(version.ptr().as_ptr(), AcqRel);
        if before != version.ptr().as_ptr() {
            self.retire(before);
        }
        // an edit that came meanwhile stays pending
        if cell.current.load(Acquire) != version.ptr().as_ptr() {
            self.register_change();
        }
    }

    /// Takes back [`AnyRef::mark_stored`]: the database has what it had before.
    pub(crate) fn unmark_stored(&self, before: Option<&Pinned>) {
        let cell = self.cell();
        let version = before.map_or(std::ptr::null_mut(), |version| version.ptr().as_ptr());
        let stored = cell.snapshot.swap(version, AcqRel);
        if stored != version {
            self.retire(stored);
        }
        if before.is_some() {
            self.register_change();
        } else {
            cell.set(flag::NEW);
        }
    }

    /// Gives the row the key that the database (or the entity) gave it.
    pub(crate) fn set_key(&self, key: Key) {
        self.arena().set_key(self.ptr(), Some(key));
    }

    /// Takes the key back that the database gave: the field holds its type's default again.
    pub(crate) fn unset_key(&self) {
        self.arena().set_key(self.ptr(), None);
        let Some(pinned) = self.pin() else { return };
        let key_field = self.arena().shape.key_field;
        // integers are the only keys that a database gives, and zero fits all of them
        let _ = self.write_back(&pinned, &[(key_field, Value::Int(0))]);
    }

    /// Schedules the insert. Says whether it was scheduled by this call.
    pub(crate) fn persist(&self, unset: FieldSet) -> bool {
        self.unremove();
        if !self.cell().is(flag::NEW) || self.cell().set(flag::PERSIST) {
            return false;
        }
        self.cell().clear(flag::GONE);
        self.heap().register().persisted.push((self.ptr(), unset));
        true
    }
    /// Cancels the insert.
    pub(crate) fn unpersist(&self) {
        if self.cell().clear(flag::PERSIST) {
            let cell = self.ptr();
            self.heap().register().persisted.retain(|(known, _)| *known != cell);
        }
    }
    /// Schedules the delete; an entity that was never inserted is just not inserted.
    pub(crate) fn schedule_removal(&self) {
        if self.cell().is(flag::NEW) {
            self.unpersist();
            self.leave_collections();
            self.arena().set_key(self.ptr(), None);
        } else if !self.cell().is(flag::GONE) && !self.cell().set(flag::REMOVE) {
            self.heap().register().removed.push(self.ptr());
        }
    }
    /// Cancels the delete.
    pub(crate) fn unremove(&self) {
        if self.cell().clear(flag::REMOVE) {
            let cell = self.ptr();
            self.heap().register().removed.retain(|known| *known != cell);
        }
    }
    /// Tells the heap that the row was deleted: it is new again, and its key is free.
    pub(crate) fn mark_deleted(&self) {
        self.cell().clear(flag::REMOVE | flag::CHANGED);
        self.cell().set(flag::GONE | flag::NEW);
        self.arena().set_key(self.ptr(), None);
        let stored = self.cell().snapshot.swap(std::ptr::null_mut(), AcqRel);
        self.retire(stored);
        self.leave_collections();
    }
    /// Takes the entity out of the collections on the other sides of its relations.
    pub(super) fn leave_collections(&self) {
        let Some(view) = self.view() else { return };
        for field in self.to_one_fields() {
            super::collection::propagate(self, field, view.to_one(field), None);
        }
    }
    /// Takes back [`AnyRef::mark_deleted`].
    pub(crate) fn unmark_deleted(&self, key: Option<Key>, before: Option<&Pinned>) {
        self.cell().clear(flag::GONE | flag::NEW);
        if let Some(key) = key {
            self.set_key(key);
        }
        self.cell().snapshot.store(before.map_or(std::ptr::null_mut(), |b| b.ptr().as_ptr()), Release);
        if let Some(view) = self.view() {
            for link in &self.arena().shape.links {
                if let Some(target) = view.to_one(link.field) {
                    super::collection::propagate(self, link.field, None, Some(target));
                }
            }
        }
        if !self.cell().set(flag::REMOVE) {
            self.heap().register().removed.push(self.ptr());
        }
    }
    /// The version that the database has, kept.
    pub(crate) fn pin_snapshot(&self) -> Option<Pinned> {
        let version = NonNull::new(self.cell().snapshot.load(Acquire))?;
        // SAFETY: a version of this cell that is not reclaimed while the pin counts
        Some(unsafe { Pinned::new(self.clone(), version) })
    }

    /// Puts values into fields of the loaded row, as an edit by the user.
    ///
    /// # Errors
    /// When a value does not fit its field, or the row is not loaded.
    pub(crate) fn edit_fields(&self, fields: &[(u16, Value<'_>)]) -> Result<(), Error> {
        self.edit_raw(|draft| {
            for (field, value) in fields {
                // SAFETY: `draft` is a valid entity that is ours
                unsafe { write_field(self, draft, *field, value) }.map_err(|error| {
                    Error::validation(self.name(), self.descriptor().fields[usize::from(*field)].name, error.to_string())
                })?;
            }
            Ok(())
        })
    }

    /// Points a to-one relation of the loaded row elsewhere, as an edit by the user.
    ///
    /// # Errors
    /// When the relation can't be null and is to be, or the row is not loaded.
    pub(crate) fn edit_to_one(&self, field: u16, target: Option<&AnyRef>) -> Result<(), Error> {
        let def = &self.descriptor().fields[usize::from(field)];
        if target.is_none() && !def.vtable.nullable {
            return Err(Error::validation(
                self.name(),
                def.name,
                "can't be null; make it `Option<Ref<..>>`, or refer to another entity",
            ));
        }
        let target = target.map(|target| target.resolve(&self.heap_arc())).transpose()?;
        self.edit_raw(|draft| {
            // SAFETY: a to-one field is an `Option<AnyRef>` behind its type, and the draft is ours
            unsafe { *draft.add(def.offset).cast::<Option<AnyRef>>() = target };
            Ok(())
        })
    }

    fn edit_raw(&self, edit: impl FnOnce(*mut u8) -> Result<(), Error>) -> Result<(), Error> {
        let Some(base) = NonNull::new(self.cell().current.load(Acquire)) else {
            return Err(Error::NotInitialized { what: self.describe() });
        };
        let draft = values::allocate(self.descriptor());
        // SAFETY: a published version into room for one
        unsafe { values::fork(self.descriptor(), base.as_ptr(), draft) };
        if let Err(error) = edit(draft) {
            // SAFETY: ours, from `allocate`
            unsafe { values::discard(self.descriptor(), draft) };
            return Err(error);
        }
        // SAFETY: as above; `base` is a version of this cell
        unsafe { self.publish(draft, base) };
        Ok(())
    }

    /// Calls back with an owned copy of the row to change it (as `on_update` does), and publishes the result.
    pub(crate) fn edit_with_callbacks(&self, callbacks: &[unsafe fn(*mut u8)]) -> Result<(), Error> {
        self.edit_raw(|draft| {
            for callback in callbacks {
                // SAFETY: the callbacks are of this entity's descriptor, and the draft is a valid entity that is ours
                unsafe { callback(draft) };
            }
            Ok(())
        })
    }
}

/// Replaces a field of an owned entity by a database value: a scalar's, or the key of a to-one relation.
///
/// # Safety
/// `entity` is a valid entity of the reference's type that is not published.
pub(super) unsafe fn write_field(owner: &AnyRef, entity: *mut u8, field: u16, value: &Value<'_>) -> Result<(), ValueError> {
    let def = &owner.descriptor().fields[usize::from(field)];
    // SAFETY: I6
    let place = unsafe { entity.add(def.offset) };
    if let Some(target) = def.target {
        if def.vtable.kind != crate::field::FieldKind::ToOne {
            return Err(ValueError::new("a collection has no column"));
        }
        let reference = match values::canonical_key(target(), value)? {
            // SAFETY: the owner keeps the heap
            Some(key) => Some(unsafe { AnyRef::counted(Heap::arena_of(owner.heap_ptr(), target()).cell_for(key)) }),
            None if value.is_null() && def.vtable.nullable => None,
            None => return Err(ValueError::mismatch("a key", value)),
        };
        // SAFETY: a to-one field is an `Option<AnyRef>` behind its type
        unsafe { *place.cast::<Option<AnyRef>>() = reference };
        return Ok(());
    }
    let mut room = values::FieldRoom::new(def.vtable);
    // SAFETY: I6: made aside first, so that an error or a panic leaves the entity whole
    unsafe {
        (def.vtable.init)(room.as_mut_ptr(), value.clone())?;
        (def.vtable.drop)(place);
        std::ptr::copy_nonoverlapping(room.as_mut_ptr(), place, def.vtable.size);
    }
    Ok(())
}

impl HeapArc {
    /// What is to be inserted, updated and deleted, as it stands.
    pub(crate) fn scheduled(&self) -> Scheduled {
        // SAFETY: cells of this heap, which `self` keeps
        let counted = |cell: CellPtr| unsafe { AnyRef::counted(cell) };
        let mut register = self.register();
        // rows that were deleted, or are stored by now, left their entry behind
        // SAFETY: as above
        register.changed.retain(|cell| unsafe { cell.get() }.is(flag::CHANGED));
        Scheduled {
            inserts: register.persisted.iter().map(|(cell, unset)| (counted(*cell), unset.clone())).collect(),
            updates: register.changed.iter().copied().map(counted).collect(),
            deletes: register.removed.iter().copied().map(counted).collect(),
            patches: register.patches.iter().map(|(cell, patch)| (counted(*cell), patch.clone())).collect(),
        }
    }
}

impl Heap {
    /// Whether anything is scheduled or pending.
    pub(crate) fn has_work(&self) -> bool {
        let register = self.register();
        !(register.persisted.is_empty()
            && register.changed.is_empty()
            && register.removed.is_empty()
            && register.patches.is_empty()
            && register.errors.is_empty())
    }
    /// The names of entities with scheduled inserts or deletes.
    pub(crate) fn queued(&self, of: impl Fn(&'static str) -> bool) -> bool {
        let register = self.register();
        let cells = register.persisted.iter().map(|(cell, _)| cell).chain(&register.removed);
        // SAFETY: cells of this heap, which `self` keeps
        cells.into_iter().any(|cell| of(unsafe { cell.get() }.arena().descriptor.name))
    }
    /// Forgets inserts and deletes that were carried out.
    pub(crate) fn settle_schedule(&self) {
        let mut register = self.register();
        // SAFETY: cells of this heap, which `self` keeps
        unsafe {
            register.persisted.retain(|(cell, _)| cell.get().is(flag::PERSIST));
            register.changed.retain(|cell| cell.get().is(flag::CHANGED));
            register.removed.retain(|cell| cell.get().is(flag::REMOVE));
        }
    }
    /// The first error that could not be returned where it happened; it is forgotten.
    pub(crate) fn take_error(&self) -> Option<Error> {
        let mut register = self.register();
        if register.errors.is_empty() { None } else { Some(register.errors.remove(0)) }
    }
}

/// What a flush has to do, as the heap knows it.
pub(crate) struct Scheduled {
    pub inserts: Vec<(AnyRef, FieldSet)>,
    pub updates: Vec<AnyRef>,
    pub deletes: Vec<AnyRef>,
    pub patches: Vec<(AnyRef, Vec<(u16, Value<'static>)>)>,
}
