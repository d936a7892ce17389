//! Taking a flush back whose transaction rolled back.

use super::change::is_known;
use crate::events::Note;
use crate::heap::{AnyRef, Awaited, Computed, FieldSet, Left, Pinned, Relinked, leave_collections};
use crate::key::Key;
use crate::value::Value;

/// What takes back one thing that a flush did to the identity map.
pub(crate) enum Undo {
    /// The row is not there after all: its generated key is taken back, and the insert is pending again.
    Inserted { cell: AnyRef, unset: FieldSet, generated_key: bool, computed: Option<(Pinned, Computed)> },
    /// The row has the version before: the edits are pending again.
    Updated { before: Pinned, version: Option<u16>, computed: Computed },
    /// The row that is not loaded was not updated.
    Patched { cell: AnyRef, fields: Vec<(u16, Value<'static>)>, computed: Computed },
    /// The row that is not loaded does not refer to the new one.
    Awaited(Awaited),
    /// The links are not there after all (or still are): they are pending again.
    Relinked(Relinked),
    /// The row that is there after all is in the collection again.
    Left(Left),
    /// A hook did this.
    Hook(Note),
    /// The row is there after all: the delete is pending again.
    Deleted { cell: AnyRef, key: Option<Key>, before: Option<Pinned>, orphan: bool },
    /// The row, which its foreign key had deleted with another, is there after all.
    WentAlong { cell: AnyRef, key: Option<Key>, before: Option<Pinned> },
}

impl Undo {
    /// The entity that is there again, when the flush deleted one.
    pub(crate) fn brings_back(&self) -> Option<&AnyRef> {
        match self {
            Undo::Deleted { cell, .. } | Undo::WentAlong { cell, .. } => Some(cell),
            _ => None,
        }
    }
    /// Takes it back. (In reverse order of what was done.)
    pub(crate) fn apply(self) {
        match self {
            Undo::Inserted { cell, unset, generated_key, computed } => {
                cell.doubt_links();
                empty(&cell, &unset);
                let set_since = set_since(&cell);
                cell.unmark_stored(None);
                if let Some((before, computed)) = computed {
                    take_back(&before, None, computed, &set_since);
                }
                if generated_key {
                    cell.unset_key();
                }
                cell.persist(unset);
                cell.settle_computed();
            }
            Undo::Updated { before, version, computed } => {
                before.cell().doubt_links();
                updated(&before, version, computed);
                if let Some(stored) = before.cell().snapshot_view() {
                    before.cell().doubt_links_of(stored);
                }
            }
            // (also when the row was loaded meanwhile: it was loaded with these values, so setting them is no edit)
            Undo::Patched { cell, fields, computed } => {
                cell.restore_computed(computed, &set_since(&cell));
                cell.restore_patch(fields);
                cell.settle_computed();
            }
            // (also when the row was loaded meanwhile, as is a patch)
            Undo::Awaited(awaited) => awaited.row.restore_awaited(&awaited),
            Undo::Relinked(change) => change.owner.unmark_relinked(&change),
            Undo::Left(left) => left.undo(),
            Undo::Deleted { cell, key, before, orphan } => {
                cell.unmark_deleted(key, before.as_ref(), orphan);
                cell.doubt_links();
            }
            Undo::WentAlong { cell, key, before } => {
                cell.unmark_deleted(key, before.as_ref(), false);
                cell.doubt_links();
                cell.unremove();
            }
            // (an entity of which a version is known is loaded)
            Undo::Hook(Note::Edited { before, fields }) => drop(before.cell().take_back(&fields, &before)),
            Undo::Hook(Note::SetInstead(cell, computed)) => cell.restore_computed(computed, &FieldSet::new()),
            Undo::Hook(Note::Persisted(cell)) => {
                if cell.is_new() {
                    cell.unpersist();
                    drop(leave_collections(std::slice::from_ref(&cell)));
                }
            }
            Undo::Hook(Note::Removed(cell)) => cell.unremove(),
            Undo::Hook(Note::Paired(before)) => before.restore(),
            Undo::Hook(Note::Replaced(before)) => before.restore(),
        }
    }
}

/// Takes back an update. What flushes alone write is as it was: the version, and what the database has computed, which it
/// will compute again.
fn updated(before: &Pinned, version: Option<u16>, computed: Computed) {
    let set_since = if computed.is_empty() { FieldSet::new() } else { set_since(before.cell()) };
    before.cell().unmark_stored(Some(before));
    take_back(before, version, computed, &set_since);
    before.cell().settle_computed();
}

/// What was set since the flush that is taken back.
fn set_since(cell: &AnyRef) -> FieldSet {
    match (cell.pin(), cell.pin_snapshot()) {
        (Some(current), Some(written)) => cell.differences(current.view(), written.view()),
        _ => FieldSet::new(),
    }
}

/// Gives the version, and what was computed, the values that they had before.
fn take_back(before: &Pinned, version: Option<u16>, computed: Computed, set_since: &FieldSet) {
    let (cell, stored) = (before.cell(), before.view());
    let taken_back =
        computed.iter().map(|(field, _)| *field).filter(|field| !set_since.contains(*field) && is_known(stored, *field));
    let fields: Vec<_> = version.into_iter().chain(taken_back).map(|field| (field, stored.value(field))).collect();
    if let Some(current) = cell.pin().filter(|_| !fields.is_empty()) {
        // (the values come from there)
        let _ = cell.write_back(&current, &fields);
    }
    cell.restore_computed(computed, set_since);
}

/// Takes back what the database filled, where it was not edited since.
fn empty(cell: &AnyRef, unset: &FieldSet) {
    let Some((current, stored)) = cell.pin().zip(cell.pin_snapshot()) else { return };
    let edited = current.view().diff(&stored.view());
    let is_key = |field: u16| cell.simple_key() == Some(field);
    let filled = unset.iter().filter(|field| !is_key(*field) && !edited.contains(*field));
    let empty: Vec<_> = filled.filter_map(|field| Some((field, current.view().unset_value(field)?))).collect();
    if !empty.is_empty() {
        // (what a type holds while nothing was set fits it)
        let _ = cell.write_back(&current, &empty);
    }
}
