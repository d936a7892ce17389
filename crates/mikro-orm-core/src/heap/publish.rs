//! Versions of a row: publishing one, and what the unit of work tells the heap about the database's.

use super::any_ref::AnyRef;
use super::cell::{CellPtr, flag};
use super::collection::{Origin, propagate};
use super::computed::Computed;
use super::register::Retired;
use super::sync::{AcqRel, Acquire};
use super::values::{self, Draft, Room};
use super::view::Pinned;
use super::{FieldSet, Heap, HeapArc};
use crate::entity::{Entity, FieldDef, OnUpdate};
use crate::error::Error;
use crate::events::{Note, note};
use crate::key::Key;
use crate::value::{Value, ValueError};
use std::ptr::NonNull;

impl AnyRef {
    /// Makes `value` the first version of a new row, which is persisted right away, or is not.
    pub(crate) fn initialize<T: Entity>(&self, value: T, persisted: bool) {
        debug_assert!(std::ptr::eq(self.descriptor(), T::descriptor()));
        let value = std::mem::ManuallyDrop::new(value);
        // SAFETY: a `T` that is given up here
        unsafe { self.initialize_from((&raw const value).cast(), if persisted { Origin::Creation } else { Origin::Program }) };
    }

    /// # Safety
    /// `value` is a valid entity of the cell's type, which is moved: nobody uses it afterwards.
    pub(super) unsafe fn initialize_from(&self, value: *const u8, origin: Origin) {
        let cell = self.ptr();
        // the cell may be that of a reference by key, whose row a query is just reading: both claim the room
        let in_room = !self.cell().set(flag::ROOM_TAKEN);
        // SAFETY: room for an entity that is ours: claimed by the flag, or just allocated; the value is settled before
        // it is published, and this reference keeps the heap
        let published = unsafe {
            let room = if in_room { cell.room() } else { values::allocate(self.descriptor()) };
            std::ptr::copy_nonoverlapping(value, room, self.descriptor().layout.size());
            values::round(self.descriptor(), room, self.arena().shape.moments.iter().copied());
            values::settle(self.arena(), room, cell);
            super::collection::initialize_all(cell);
            let published = self.cell().current.compare_exchange(std::ptr::null_mut(), room, AcqRel, Acquire).is_ok();
            if !published {
                self.retire(room);
            }
            published
        };
        if !published {
            self.cell().clear(flag::NEW);
            self.heap().pending_error(Error::invalid(
                self.name(),
                format!("{} exists already: it was loaded while it was created; edit that one", self.describe()),
            ));
            return;
        }
        if let Some(view) = self.view() {
            for field in self.to_one_fields().chain(self.inverse_fields().map(|(field, _)| field)) {
                propagate(self, field, None, view.to_one(field), origin);
            }
        }
        if let Err(error) = self.apply_patch() {
            self.heap().pending_error(error);
        }
    }

    /// Publishes what differs between a draft and its base: merged by field into the current version, so that
    /// two drafts of different fields both last. Says whether anything did differ.
    ///
    /// # Safety
    /// `draft` is of the cell's type; `base` is a published version of the cell.
    pub(super) unsafe fn publish(&self, draft: Draft, base: NonNull<u8>) -> bool {
        // SAFETY: as the caller says
        unsafe { self.publish_as(draft, base, Origin::Program) }
    }

    /// As [`AnyRef::publish`].
    ///
    /// # Safety
    /// As there.
    unsafe fn publish_as(&self, mut draft: Draft, base: NonNull<u8>, origin: Origin) -> bool {
        let (arena, descriptor, cell) = (self.arena(), self.descriptor(), self.ptr());
        // SAFETY: both are valid entities of this type
        let mut changed = unsafe { values::diff(descriptor, draft.as_ptr(), base.as_ptr()) };
        let mut rekeyed = false;
        for key_field in arena.shape.key.fields.iter().copied().filter(|field| changed.contains(*field)).collect::<Vec<_>>() {
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
                unsafe { values::copy_field(descriptor, base.as_ptr(), draft.as_ptr(), key_field) };
            }
        }
        if changed.is_empty() {
            return false;
        }
        // SAFETY: the draft is a valid entity of this type, and ours
        unsafe { values::round(descriptor, draft.as_ptr(), changed.iter()) };
        // a lazy scalar that the draft does not have is as it is in the database: what is loaded of it stays
        for field in arena.lazy_fields().filter(|field| !changed.contains(*field)) {
            // SAFETY: both are valid entities of this type, and the draft is ours
            unsafe { values::copy_field(descriptor, base.as_ptr(), draft.as_ptr(), field) };
        }
        let mut seen = base.as_ptr();
        loop {
            let current = self.cell().current.load(Acquire);
            if current != seen {
                // somebody published meanwhile: their version with our changes
                // SAFETY: `current` is a published version; both drafts are ours, and of this type
                unsafe {
                    let merged = Draft::fork(descriptor, current);
                    values::swap_fields(descriptor, merged.as_ptr(), draft.as_ptr(), &changed);
                    draft = merged;
                }
                seen = current;
            }
            // SAFETY: the draft is ours and goes into the heap, which this reference keeps. (When another round
            // follows, it is only read: settled references are as good as counted ones while the heap is held.)
            unsafe { values::settle(arena, draft.as_ptr(), cell) };
            if self.cell().current.compare_exchange(current, draft.as_ptr(), AcqRel, Acquire).is_ok() {
                let published = draft.publish();
                self.retire(current);
                if let Some(before) = NonNull::new(current) {
                    // SAFETY: the one was current until now, and this reference keeps the heap, which frees no version then
                    unsafe { self.compute_no_more_since(before, published) };
                }
                self.register_change();
                if origin == Origin::Program {
                    note(self, || {
                        // SAFETY: what was current until now; while it is pinned it is not reclaimed
                        let before = unsafe { Pinned::new(self.clone(), NonNull::new_unchecked(current)) };
                        Note::Edited { before, fields: changed.clone() }
                    });
                }
                self.propagate_changes(current, published.as_ptr(), &changed, origin);
                if rekeyed {
                    self.take_key_of_version();
                }
                return true;
            }
        }
    }

    /// Keeps the other sides in step with to-one relations that changed.
    fn propagate_changes(&self, before: *mut u8, after: *mut u8, changed: &FieldSet, origin: Origin) {
        let (Some(before), Some(after)) = (NonNull::new(before), NonNull::new(after)) else { return };
        let shape = &self.arena().shape;
        let has_other_side = |field: &u16| {
            shape.inverse[usize::from(*field)].is_some()
                || !shape.other_parts[usize::from(*field)].is_empty()
                || self.one_to_one(*field).is_some()
        };
        for field in changed.iter().filter(has_other_side) {
            // SAFETY: both versions are published and this reference keeps the heap
            let (before, after) =
                unsafe { (super::EntityView::new(self.arena(), before), super::EntityView::new(self.arena(), after)) };
            propagate(self, field, before.to_one(field), after.to_one(field), origin);
            if self.is_orphan() && after.to_one(field).is_some() && self.is_owned_by(field) {
                super::keep(self);
            }
        }
    }

    fn retire(&self, version: *mut u8) {
        if !version.is_null() {
            self.heap().retire(Retired::Version(self.ptr(), version));
        }
    }

    /// Notes that the row has a version that the database does not have (a new one is noted by `persist`), or that the
    /// database is to compute some of it.
    pub(super) fn register_change(&self) {
        // read by a write: whoever says meanwhile that the row is stored, and is no longer new, either comes first
        // and is seen here, or comes later and sees the version that was published before this
        if self.cell().flags.fetch_or(0, AcqRel) & flag::NEW == 0 && !self.cell().set(flag::CHANGED) {
            self.heap().register().changed.push(self.ptr());
            if self.heap().is_abandoned() {
                tracing::warn!(
                    target: "mikro_orm",
                    "{} was edited, but its entity manager is gone or was cleared: nothing will store the edit",
                    self.describe()
                );
            }
        }
    }

    /// Enters the new row under the key that its version says, when that is set.
    pub(crate) fn take_key_of_version(&self) {
        // (again when another version was published meanwhile: the last one counts)
        loop {
            let current = self.cell().current.load(Acquire);
            self.take_key_of_current();
            if current == self.cell().current.load(Acquire) {
                return;
            }
        }
    }

    fn take_key_of_current(&self) {
        let before = self.key();
        self.take_key_of_view();
        if let Some(before) = before.filter(|before| self.key().as_ref() != Some(before)) {
            self.refer_by_new_key(&before);
        }
    }

    fn take_key_of_view(&self) {
        let Some(view) = self.view() else { return };
        let Some(key) = view.key() else {
            if self.key().is_some() {
                self.arena().set_key(self.ptr(), None);
            }
            return;
        };
        if self.key().as_ref() == Some(&key) {
            return;
        }
        if let Some(known) = self.arena().find(&key) {
            // SAFETY: a cell of this heap, which this reference keeps
            let known = unsafe { AnyRef::counted(known) };
            if known.is_initialized() && !known.is_gone() && !known.is_removed() {
                self.claim_key();
                return;
            }
        }
        self.arena().set_key(self.ptr(), Some(key));
    }

    /// Clones a version, writes these fields, and settles the result (not published yet).
    fn rewritten(&self, version: NonNull<u8>, fields: &[(u16, Value<'_>)]) -> Result<Draft, Error> {
        let descriptor = self.descriptor();
        // SAFETY: a published version; the copy is ours, and goes into the heap that this reference keeps
        unsafe {
            let draft = Draft::fork(descriptor, version.as_ptr());
            fields.iter().try_for_each(|(field, value)| self.write_column(draft.as_ptr(), *field, value))?;
            values::settle(self.arena(), draft.as_ptr(), self.ptr());
            Ok(draft)
        }
    }

    /// Puts these fields' values, which come from the database, into the row: the version that was written gets
    /// them and is returned (it is what the database has now), and so does the current one when it is another.
    ///
    /// # Errors
    /// When a value does not fit its field.
    pub(crate) fn write_back(&self, written: &Pinned, fields: &[(u16, Value<'_>)]) -> Result<Pinned, Error> {
        let current = &self.cell().current;
        if let Some(stored) = self.succeed(written, fields)? {
            return Ok(stored);
        }
        let stored = self.rewritten(written.ptr(), fields)?;
        if current.compare_exchange(written.ptr().as_ptr(), stored.as_ptr(), AcqRel, Acquire).is_ok() {
            self.retire(written.ptr().as_ptr());
            // SAFETY: published just now, and not reclaimed while the pin counts
            return Ok(unsafe { Pinned::new(self.clone(), stored.publish()) });
        }
        while let Some(seen) = NonNull::new(current.load(Acquire)) {
            let merged = self.rewritten(seen, fields)?;
            if current.compare_exchange(seen.as_ptr(), merged.as_ptr(), AcqRel, Acquire).is_ok() {
                merged.publish();
                self.retire(seen.as_ptr());
                break;
            }
        }
        Ok(self.kept_beside(stored))
    }

    /// Replaces the version that was written by one that shares its values but for these fields, when that can be: texts
    /// are not copied, and what was written is a shell from here on. A shell is freed together with its successor at
    /// the latest, since all that waits for it is freed at once.
    fn succeed(&self, written: &Pinned, fields: &[(u16, Value<'_>)]) -> Result<Option<Pinned>, Error> {
        let (descriptor, cell) = (self.descriptor(), self.cell());
        let is_dropped = |field: u16| self.def_of(field).vtable.needs_drop;
        // what was the snapshot once may become it again, or waits to be freed as a whole
        let had_snapshot = cell.is(flag::WAS_STORED) || !cell.snapshot.load(Acquire).is_null();
        if had_snapshot || !self.arena().shape.is_plain || fields.iter().any(|(field, _)| is_dropped(*field)) {
            return Ok(None);
        }
        let room = Room::new(descriptor);
        // SAFETY: a published version that the pin keeps. All its fields are plain, and settled; those that are written have
        // nothing to drop. Until the copy is published it is but bytes, which the room frees.
        let stored = unsafe {
            room.copy(written.ptr().as_ptr());
            fields.iter().try_for_each(|(field, value)| self.write_column(room.as_ptr(), *field, value))?;
            room.as_ptr()
        };
        let replaced = cell.current.compare_exchange(written.ptr().as_ptr(), stored, AcqRel, Acquire).is_ok();
        if !replaced {
            return Ok(None);
        }
        // SAFETY: the bytes of a valid entity, which own its values from here on; published just now, and not reclaimed
        // while the pin counts
        let stored = unsafe { Pinned::new(self.clone(), room.filled().publish()) };
        self.heap().retire(Retired::Shell(self.ptr(), written.ptr().as_ptr()));
        Ok(Some(stored))
    }

    /// # Safety
    /// As [`write_field`].
    unsafe fn write_column(&self, entity: *mut u8, field: u16, value: &Value<'_>) -> Result<(), Error> {
        // SAFETY: as the caller says
        let written = unsafe {
            if usize::from(field) < self.descriptor().fields.len() {
                write_field(self, entity, field, value)
            } else {
                let whole = self.embedded_values(entity, &[(field, value.clone())]);
                whole.iter().try_for_each(|(whole, value)| write_field(self, entity, *whole, value))
            }
        };
        written.map_err(|error| Error::Mapping {
            entity: self.name().to_owned(),
            property: self.name_of(field).to_owned(),
            message: error.to_string(),
        })
    }

    /// A version with these fields' values that is not the current one, for the snapshot.
    pub(super) fn beside(&self, written: &Pinned, fields: &[(u16, Value<'_>)]) -> Result<Pinned, Error> {
        Ok(self.kept_beside(self.rewritten(written.ptr(), fields)?))
    }

    fn kept_beside(&self, version: Draft) -> Pinned {
        // only the snapshot will point to it
        let stored = version.publish();
        self.retire(stored.as_ptr());
        // SAFETY: in the heap, and not reclaimed while the pin counts
        unsafe { Pinned::new(self.clone(), stored) }
    }

    /// Tells the heap that the database has this version now.
    pub(crate) fn mark_stored(&self, version: &Pinned) {
        let cell = self.cell();
        if cell.clear(flag::NEW | flag::PERSIST) {
            cell.set(flag::INSERTED);
        }
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
            cell.set(flag::NEW | flag::WAS_STORED);
        }
    }

    /// Says that a version differs from the database's in nothing that is stored: it is the database's then.
    pub(crate) fn mark_unchanged(&self, before: &Pinned, version: &Pinned) {
        let (before, version) = (before.ptr().as_ptr(), version.ptr().as_ptr());
        if before != version && self.cell().snapshot.compare_exchange(before, version, AcqRel, Acquire).is_ok() {
            self.retire(before);
        }
    }

    /// Gives the row the key that the database (or the entity) gave it.
    pub(crate) fn set_key(&self, key: Key) {
        self.arena().set_key(self.ptr(), Some(key));
    }

    /// Takes the key back that the database gave: the field holds its type's default again.
    pub(crate) fn unset_key(&self) {
        self.arena().set_key(self.ptr(), None);
        let (Some(pinned), Some(key_field)) = (self.pin(), self.arena().shape.key.simple) else { return };
        // integers are the only keys that a database gives, and zero fits all of them
        let _ = self.write_back(&pinned, &[(key_field, Value::Int(0))]);
    }

    /// Schedules the insert. Says whether it was scheduled by this call.
    pub(crate) fn persist(&self, unset: FieldSet) -> bool {
        self.unremove();
        if !self.cell().is(flag::NEW) || self.cell().set(flag::PERSIST) {
            return false;
        }
        let was_deleted = self.cell().clear(flag::GONE);
        if was_deleted {
            drop(self.take_disconnected());
            self.relink_again();
        }
        self.heap().register().persisted.push((self.ptr(), unset));
        self.join(was_deleted);
        note(self, || Note::Persisted(self.clone()));
        true
    }
    /// Cancels the insert.
    pub(crate) fn unpersist(&self) {
        if self.cell().clear(flag::PERSIST) {
            self.heap().register().cancelled = true;
        }
    }
    /// Cancels the insert, and gives up the key: nothing owns it, until it is persisted again. (Collections are left by all that are not inserted at once, see
    /// [`super::leave_collections`].)
    pub(crate) fn cancel_insert(&self) {
        self.unpersist();
        self.cell().set(flag::ORPHAN);
        self.arena().set_key(self.ptr(), None);
    }
    /// As [`AnyRef::cancel_insert`], as the user wants it: who finds an owner for what it belongs to does not take that back.
    pub(crate) fn withdraw(&self) {
        self.cancel_insert();
        self.cell().set(flag::WITHDRAWN);
    }
    /// Whether the user removed it when it was new.
    pub(crate) fn is_withdrawn(&self) -> bool {
        self.cell().is(flag::WITHDRAWN)
    }
    /// Schedules the delete of a row, as the user wants it.
    pub(crate) fn schedule_removal(&self) {
        self.cell().clear(flag::ORPHAN);
        self.push_removal();
    }
    /// Schedules the delete of a row that nothing owns any more. Says whether it was scheduled by this call.
    pub(crate) fn schedule_orphan(&self) -> bool {
        let scheduled = self.push_removal();
        if scheduled {
            self.cell().set(flag::ORPHAN);
        }
        scheduled
    }
    fn push_removal(&self) -> bool {
        let scheduled = !self.cell().is(flag::NEW | flag::GONE) && !self.cell().set(flag::REMOVE);
        if scheduled {
            self.heap().register().removed.push(self.ptr());
            note(self, || Note::Removed(self.clone()));
        }
        scheduled
    }
    /// Cancels the delete.
    pub(crate) fn unremove(&self) {
        self.cell().clear(flag::ORPHAN | flag::WITHDRAWN);
        if self.cell().clear(flag::REMOVE) {
            self.heap().register().cancelled = true;
            self.reconnect();
        }
    }
    /// Cancels the delete when the row is an orphan. Says whether it was.
    pub(crate) fn cancel_orphan(&self) -> bool {
        let orphan = self.cell().is(flag::ORPHAN) && !self.cell().is(flag::WITHDRAWN);
        if orphan {
            self.unremove();
        }
        orphan
    }
    /// Tells the heap that the row was deleted: it is new again, and its key is free. (Collections are left by all
    /// that were deleted at once, see [`leave_collections`].)
    pub(crate) fn mark_deleted(&self) {
        self.cell().clear(flag::REMOVE | flag::ORPHAN);
        self.cell().set(flag::GONE | flag::NEW | flag::WAS_STORED);
        self.arena().set_key(self.ptr(), None);
        let stored = self.cell().snapshot.swap(std::ptr::null_mut(), AcqRel);
        self.retire(stored);
    }
    /// Takes back [`AnyRef::mark_deleted`].
    pub(crate) fn unmark_deleted(&self, key: Option<Key>, before: Option<&Pinned>, orphan: bool) {
        self.cell().clear(flag::GONE | flag::NEW | flag::APART);
        if let Some(key) = key {
            self.set_key(key);
        }
        let before = before.map_or(std::ptr::null_mut(), |before| before.ptr().as_ptr());
        self.retire(self.cell().snapshot.swap(before, AcqRel));
        if self.cell().current.load(Acquire) != before {
            self.register_change();
        }
        if orphan {
            self.schedule_orphan();
        } else {
            self.schedule_removal();
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
            let fail =
                |field: u16| move |error: ValueError| Error::validation(self.name(), self.name_of(field), error.to_string());
            // SAFETY: `draft` is a valid entity that is ours
            let embedded = unsafe { self.embedded_values(draft, fields) };
            let own = fields.iter().filter(|(field, _)| usize::from(*field) < self.descriptor().fields.len());
            for (field, value) in own.chain(&embedded) {
                // SAFETY: as above
                unsafe { write_field(self, draft, *field, value) }.map_err(fail(*field))?;
            }
            Ok(())
        })
    }

    /// Points a to-one relation of the loaded row elsewhere, as an edit by the user.
    ///
    /// # Errors
    /// When the relation can't be null and is to be, or the row is not loaded.
    pub(crate) fn edit_to_one(&self, field: u16, target: Option<&AnyRef>) -> Result<(), Error> {
        self.edit_to_one_as(field, target, Origin::Program)
    }

    /// As [`AnyRef::edit_to_one`].
    ///
    /// # Errors
    /// As there.
    pub(super) fn edit_to_one_as(&self, field: u16, target: Option<&AnyRef>, origin: Origin) -> Result<(), Error> {
        let def = &self.descriptor().fields[usize::from(field)];
        if target.is_none() && !def.vtable.nullable {
            return Err(Error::validation(
                self.name(),
                def.name,
                "can't be null; make it `Option<Ref<..>>`, or refer to another entity",
            ));
        }
        let target = target.map(|target| target.resolve(&self.heap_arc())).transpose()?;
        self.edit_raw_as(origin, |draft| {
            // SAFETY: a to-one field is an `Option<AnyRef>` behind its type, and the draft is ours
            unsafe { *draft.add(def.offset).cast::<Option<AnyRef>>() = target };
            Ok(())
        })
    }

    fn edit_raw(&self, edit: impl FnOnce(*mut u8) -> Result<(), Error>) -> Result<(), Error> {
        self.edit_raw_as(Origin::Program, edit)
    }

    fn edit_raw_as(&self, origin: Origin, edit: impl FnOnce(*mut u8) -> Result<(), Error>) -> Result<(), Error> {
        let Some(base) = NonNull::new(self.cell().current.load(Acquire)) else {
            return Err(Error::NotInitialized { what: self.describe() });
        };
        // SAFETY: a published version of this cell
        let draft = unsafe { Draft::fork(self.descriptor(), base.as_ptr()) };
        edit(draft.as_ptr())?;
        // SAFETY: a draft of this cell's type; `base` is a version of it
        unsafe { self.publish_as(draft, base, origin) };
        Ok(())
    }

    /// Takes fields back to what an earlier version says, as an edit by the user.
    ///
    /// # Errors
    /// When the row is not loaded.
    pub(crate) fn take_back(&self, fields: &FieldSet, before: &Pinned) -> Result<(), Error> {
        self.edit_raw(|draft| {
            // SAFETY: both are entities of this type: `before` is a version of this row, and the draft is ours
            fields.iter().for_each(|field| unsafe { values::copy_field(self.descriptor(), before.ptr().as_ptr(), draft, field) });
            Ok(())
        })
    }

    /// Calls back with an owned copy of the row to change it (as `on_update` does), and publishes the result.
    pub(crate) fn edit_with_callbacks(&self, callbacks: &[(&'static FieldDef, OnUpdate)]) -> Result<(), Error> {
        self.edit_raw(|draft| {
            for (def, callback) in callbacks {
                match callback {
                    // SAFETY: the callbacks are of this entity's descriptor, and the draft is a valid entity that is ours
                    OnUpdate::Typed { in_place, .. } => unsafe { in_place(draft) },
                    OnUpdate::Value(value) => {
                        let value = value();
                        // SAFETY: as above; the table's `init` initializes the room that it gets, or fails
                        let replaced = unsafe { values::replace_field(def, draft, |room| (def.vtable.init)(room, value)) };
                        let fail = |error| format!("can't be what its `on_update` gave: {error}");
                        replaced.map_err(|error| Error::validation(self.name(), def.name, fail(error)))?;
                    }
                }
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
        let reference = match super::keys::canonical_key(target.descriptor(), value)? {
            // SAFETY: the owner keeps the heap
            Some(key) => Some(unsafe { AnyRef::counted(Heap::arena_of(owner.heap_ptr(), target.descriptor()).cell_for(key)) }),
            None if value.is_null() && def.vtable.nullable => None,
            None => return Err(ValueError::mismatch("a key", value)),
        };
        // SAFETY: a to-one field is an `Option<AnyRef>` behind its type
        unsafe { *place.cast::<Option<AnyRef>>() = reference };
        return Ok(());
    }
    // SAFETY: as the caller says; the table's `init` initializes the room that it gets, or fails
    unsafe { values::replace_field(def, entity, |room| (def.vtable.init)(room, value.clone())) }
}

impl HeapArc {
    /// What is to be inserted, updated and deleted, as it stands.
    pub(crate) fn scheduled(&self) -> Scheduled {
        // SAFETY: cells of this heap, which `self` keeps
        let counted = |cell: CellPtr| unsafe { AnyRef::counted(cell) };
        let mut register = self.register();
        register.settle_cancelled();
        // SAFETY: as above
        let is = |cell: &CellPtr, flags| unsafe { cell.get() }.is(flags);
        let inserts = register.persisted.iter().filter(|(cell, _)| is(cell, flag::PERSIST));
        let updates = register.changed.iter().filter(|cell| !is(cell, flag::NEW));
        let deletes = register.removed.iter().filter(|cell| is(cell, flag::REMOVE));
        let patch = |cell: &CellPtr| register.patches.get(cell).cloned().unwrap_or_default();
        let computed = |cell: &CellPtr| register.computed.get(cell).cloned().unwrap_or_default();
        // (what is computed of a loaded row is part of its update)
        let mut patches: Vec<_> = register.patches.keys().map(|cell| (counted(*cell), patch(cell), Computed::new())).collect();
        for (cell, _, of_row) in &mut patches {
            if !cell.has_snapshot() {
                *of_row = computed(&cell.ptr());
            }
        }
        let is_patch = |cell: &&CellPtr| !register.patches.contains_key(cell) && !is(cell, flag::NEW);
        let only_computed = register.computed.keys().filter(is_patch);
        let only_computed = only_computed.map(|cell| (counted(*cell), Vec::new(), computed(cell)));
        patches.extend(only_computed.filter(|(cell, ..)| !cell.has_snapshot()));
        Scheduled {
            inserts: inserts.map(|(cell, unset)| (counted(*cell), unset.clone())).collect(),
            updates: updates.copied().map(counted).collect(),
            deletes: deletes.copied().map(counted).collect(),
            patches,
        }
    }
}

impl Heap {
    /// Whether anything is scheduled or pending.
    pub(crate) fn has_work(&self) -> bool {
        if self.has_relinked() {
            return true;
        }
        let register = self.register();
        !(register.persisted.is_empty()
            && register.changed.is_empty()
            && register.removed.is_empty()
            && register.patches.is_empty()
            && register.errors.is_empty())
    }
    /// The names of entities with scheduled inserts or deletes.
    pub(crate) fn queued(&self, of: impl Fn(&'static str) -> bool) -> bool {
        let mut register = self.register();
        register.settle_cancelled();
        let cells = register.persisted.iter().map(|(cell, _)| cell).chain(&register.removed);
        // SAFETY: cells of this heap, which `self` keeps
        cells.into_iter().any(|cell| of(unsafe { cell.get() }.arena().descriptor.name))
    }
    /// Whether deletes are scheduled (or were, and were cancelled since).
    pub(crate) fn has_removals(&self) -> bool {
        !self.register().removed.is_empty()
    }
    /// Forgets inserts and deletes that were carried out.
    pub(crate) fn settle_schedule(&self) {
        let mut register = self.register();
        // SAFETY: cells of this heap, which `self` keeps
        unsafe {
            register.persisted.retain(|(cell, _)| cell.get().is(flag::PERSIST));
            register.changed.retain(|cell| {
                let cell = cell.get();
                // the flag says that the cell is in this list. An edit that comes from here on sets it, and waits to
                // put the cell in; one that came before is seen
                cell.clear(flag::CHANGED);
                let differs = cell.current.load(Acquire) != cell.snapshot.load(Acquire) || cell.is(flag::COMPUTED);
                let pending = !cell.is(flag::NEW) && differs;
                pending && !cell.set(flag::CHANGED)
            });
            register.removed.retain(|cell| cell.get().is(flag::REMOVE));
        }
        register.displaced.clear();
        drop(register);
        self.settle_collections();
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
    pub patches: Vec<Patched>,
}

/// A row that is not loaded, what was set, and what the database computes.
pub(crate) type Patched = (AnyRef, Vec<(u16, Value<'static>)>, Computed);
