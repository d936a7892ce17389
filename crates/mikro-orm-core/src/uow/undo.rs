//! Taking a flush back whose transaction rolled back.

use crate::heap::{AnyRef, FieldSet, Pinned};
use crate::key::Key;
use crate::value::Value;

/// What takes back one thing that a flush did to the identity map.
pub(crate) enum Undo {
    /// The row is not there after all: its generated key is taken back, and the insert is pending again.
    Inserted { cell: AnyRef, unset: FieldSet, generated_key: bool },
    /// The row has the version before: the edits are pending again.
    Updated { before: Pinned },
    /// The row that is not loaded was not updated.
    Patched { cell: AnyRef, fields: Vec<(u16, Value<'static>)> },
    /// The row is there after all: the delete is pending again.
    Deleted { cell: AnyRef, key: Option<Key>, before: Option<Pinned> },
}

impl Undo {
    /// Takes it back. (In reverse order of what was done.)
    pub(crate) fn apply(self) {
        match self {
            Undo::Inserted { cell, unset, generated_key } => {
                cell.unmark_stored(None);
                if generated_key {
                    cell.unset_key();
                }
                cell.persist(unset);
            }
            Undo::Updated { before } => before.cell().unmark_stored(Some(&before)),
            Undo::Patched { cell, fields } => {
                // when the row was loaded meanwhile, the values are edits again
                if cell.is_initialized() {
                    let _ = cell.edit_fields(&fields);
                } else {
                    cell.restore_patch(fields);
                }
            }
            Undo::Deleted { cell, key, before } => cell.unmark_deleted(key, before.as_ref()),
        }
    }
}
