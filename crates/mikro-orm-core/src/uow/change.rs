//! Change sets: what is to be written of one entity.

use crate::driver::RowValues;
use crate::heap::{AnyRef, CellMap, EntityView, FieldSet, Pinned};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata};
use crate::value::Value;

/// What is to be inserted or updated of one entity.
pub(super) struct Change {
    pub entity: EntityId,
    /// The version that is written.
    pub version: Pinned,
    /// The version that the database had before; `None` for inserts.
    pub before: Option<Pinned>,
    /// The columns that are written (and the version's, when it is counted).
    pub columns: FieldSet,
    /// Values that are written in place of the version's: a new version number, a null where a cycle is closed later.
    pub overrides: Vec<(u16, Value<'static>)>,
    /// Fields that the database fills.
    pub unset: FieldSet,
    /// The key of an inserted row, once it is known.
    pub key: Option<Key>,
    /// What else the database gave, once it did.
    pub returned: Vec<(u16, Value<'static>)>,
}

impl Change {
    pub fn cell(&self) -> &AnyRef {
        self.version.cell()
    }
    pub fn view(&self) -> EntityView<'_> {
        self.version.view()
    }
}

/// Edits of a row that is not loaded.
pub(super) struct Patch {
    pub entity: EntityId,
    pub cell: AnyRef,
    pub fields: Vec<(u16, Value<'static>)>,
}

/// The keys of entities that this flush has inserted and that others may refer to; the heap learns them when the
/// flush succeeded.
#[derive(Default)]
pub(super) struct Keys(CellMap<Key>);

impl Keys {
    pub fn insert(&mut self, cell: AnyRef, key: Key) {
        self.0.insert(cell, key);
    }
    pub fn contains(&self, cell: &AnyRef) -> bool {
        self.0.contains_key(cell)
    }
    /// The key that a row is, or will be, referred to by.
    pub fn key_of(&self, cell: &AnyRef) -> Option<Key> {
        let inserted = if self.0.is_empty() { None } else { self.0.get(cell) };
        inserted.cloned().or_else(|| cell.key())
    }
    /// As [`Keys::key_of`]: its column number `part`.
    pub fn value_of(&self, cell: &AnyRef, part: usize) -> Value<'static> {
        let inserted = if self.0.is_empty() { None } else { self.0.get(cell) };
        match inserted {
            Some(key) => key.part(part).into_owned(),
            None => part_of(cell, part),
        }
    }
    /// The whole key that a row is, or will be, referred to by.
    pub fn whole(&self, cell: &AnyRef) -> Value<'static> {
        let key = self.0.get(cell).cloned().or_else(|| cell.key());
        key.map_or(Value::Null, |key| key.to_value().into_owned())
    }
}

/// A column of the key that the heap knows a row by.
pub(super) fn part_of(cell: &AnyRef, part: usize) -> Value<'static> {
    cell.key().map_or(Value::Null, |key| key.part(part).into_owned())
}

/// Which field a column is of, and the how manieth of its columns it is.
fn place(entity: &EntityMetadata, column: u16) -> (u16, usize) {
    match entity.property(column).part_of {
        None => (column, 0),
        Some(field) => {
            let place = entity.columns_of(field).iter().position(|part| *part == column);
            (field, place.unwrap_or_default())
        }
    }
}

/// Changes as the rows of a batch.
pub(super) struct Rows<'a> {
    pub entity: &'a EntityMetadata,
    pub changes: &'a [&'a Change],
    pub columns: &'a [u16],
    pub keys: &'a Keys,
    /// The version property, when it is checked.
    pub version: Option<u16>,
}

impl RowValues for Rows<'_> {
    fn len(&self) -> usize {
        self.changes.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        let change = self.changes[row];
        let (field, part) = place(self.entity, self.columns[column]);
        if let Some((_, value)) = change.overrides.iter().find(|(overridden, _)| *overridden == field) {
            return value.clone();
        }
        let view = change.view();
        match view.to_one(field) {
            Some(target) => self.keys.value_of(target, part),
            None => match view.value(field) {
                Value::Row(mut parts) if part < parts.len() => parts.swap_remove(part),
                value => value,
            },
        }
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.keys.value_of(self.changes[row].cell(), part)
    }
    fn expected_version(&self, row: usize) -> Value<'_> {
        match (&self.changes[row].before, self.version) {
            (Some(before), Some(version)) => before.view().value(version),
            _ => Value::Null,
        }
    }
}

/// Patches as the rows of a batch.
pub(super) struct PatchRows<'a> {
    pub entity: &'a EntityMetadata,
    pub patches: &'a [&'a Patch],
    pub columns: &'a [u16],
}

impl RowValues for PatchRows<'_> {
    fn len(&self) -> usize {
        self.patches.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        let (field, part) = place(self.entity, self.columns[column]);
        let value = self.patches[row].fields.iter().find(|(known, _)| *known == field);
        match value {
            Some((_, Value::Row(parts))) => parts.get(part).cloned().unwrap_or_default(),
            Some((_, value)) => value.clone(),
            None => Value::Null,
        }
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        part_of(&self.patches[row].cell, part)
    }
}

/// Groups by a key, in the order in which the keys were first seen.
pub(super) fn grouped<T, K: PartialEq>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for item in items {
        let key = key(&item);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    groups
}
