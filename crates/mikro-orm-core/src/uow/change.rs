//! Change sets: what is to be written of one entity.

use super::plan::written;
use crate::driver::RowValues;
use crate::field::FieldKind;
use crate::heap::{AnyRef, CellMap, Computed, EntityView, FieldSet, Pinned, expressions};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata};
use crate::query::Expr;
use crate::value::Value;
use std::sync::Arc;

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
    /// Fields that the database computes.
    pub computed: Computed,
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
    /// The fields that the database computes, now or always, and whose values the row has in memory.
    pub fn read_back(&self, entity: &EntityMetadata) -> FieldSet {
        let known = |field: u16| is_known(self.before.as_ref().unwrap_or(&self.version).view(), field);
        let computed = self.computed.iter().map(|(field, _)| *field);
        // (what is left to the database is read anyway)
        let always = entity.read_back.iter().copied().filter(|field| !self.unset.contains(*field));
        computed.chain(always).filter(|field| known(*field)).collect()
    }
    /// What the database computes.
    pub fn expressions(&self) -> Vec<(u16, Arc<Expr>)> {
        expressions(self.cell(), &self.computed)
    }
}

/// Whether a version has the value of a field: a lazy scalar's may not be loaded.
pub(super) fn is_known(view: EntityView<'_>, field: u16) -> bool {
    let def = view.descriptor().fields.get(usize::from(field));
    let is_lazy = def.is_some_and(|def| matches!(def.vtable.kind, FieldKind::Lazy(_)));
    !is_lazy || view.is_lazy_loaded(field)
}

/// Edits of a row that is not loaded.
pub(super) struct Patch {
    pub entity: EntityId,
    pub cell: AnyRef,
    /// What is written: what was set, and after that what `on_update` gives.
    pub fields: Vec<(u16, Value<'static>)>,
    /// How many of them were set.
    pub set: usize,
    /// Fields that the database computes.
    pub computed: Computed,
}

impl Patch {
    /// The fields that were set, to a value or to be computed.
    pub fn set_fields(&self) -> impl Iterator<Item = u16> {
        let computed = self.computed.iter().map(|(field, _)| *field);
        self.fields[..self.set].iter().map(|(field, _)| *field).chain(computed)
    }
    /// The columns that are written: where a value is taken away, not those that others have, too.
    pub fn columns(&self, entity: &EntityMetadata) -> Vec<u16> {
        let mut columns = Vec::with_capacity(self.fields.len());
        for (field, value) in &self.fields {
            let own =
                written(entity, std::iter::once(*field)).filter(|column| !(value.is_null() && entity.property(*column).shared));
            own.for_each(|column| {
                if !columns.contains(&column) && !self.computed.iter().any(|(computed, _)| *computed == column) {
                    columns.push(column);
                }
            });
        }
        columns
    }
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
    entity.property(column).part_of.map_or((column, 0), |field| (field, part_in(entity, field, column)))
}

/// The how manieth of a field's columns this is.
fn part_in(entity: &EntityMetadata, field: u16, column: u16) -> usize {
    entity.columns_of(field).iter().position(|part| *part == column).unwrap_or_default()
}

/// A column of a field: its value, or what a relation's target is referred to by.
fn part_of_field<'v>(view: EntityView<'v>, field: u16, part: usize, key: impl FnOnce(&AnyRef) -> Value<'v>) -> Value<'v> {
    match view.to_one(field) {
        Some(target) => key(target),
        None => match view.value(field) {
            Value::Row(mut parts) if part < parts.len() => parts.swap_remove(part),
            value => value,
        },
    }
}

/// Changes as the rows of a batch.
pub(super) struct Rows<'a> {
    pub entity: &'a EntityMetadata,
    pub changes: &'a [&'a Change],
    pub columns: &'a [u16],
    pub keys: &'a Keys,
    /// Columns that are checked: they must be as the database had them.
    pub checks: &'a [u16],
}

impl Rows<'_> {
    /// What is written into one of a field's columns.
    fn field<'v>(&self, change: &'v Change, field: u16, part: usize) -> Value<'v> {
        if let Some((_, value)) = change.overrides.iter().find(|(overridden, _)| *overridden == field) {
            return value.clone();
        }
        part_of_field(change.view(), field, part, |target| self.keys.value_of(target, part))
    }

    /// What is written into a column of several fields: what the first says that says something. (One that is set to
    /// nothing leaves the column to the others.)
    fn shared<'v>(&self, change: &'v Change, column: u16) -> Value<'v> {
        let fields = self.entity.properties.iter().filter(|property| property.part_of.is_none() && property.persist);
        let of_column = fields.filter_map(|property| {
            let part = self.entity.columns_of(property.index).iter().position(|part| *part == column)?;
            Some((property.index, part))
        });
        let mut values = of_column.map(|(field, part)| self.field(change, field, part));
        values.find(|value| !value.is_null()).unwrap_or_default()
    }
}

impl RowValues for Rows<'_> {
    fn len(&self) -> usize {
        self.changes.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        let (change, column) = (self.changes[row], self.columns[column]);
        let property = self.entity.property(column);
        if property.shared {
            return self.shared(change, column);
        }
        match property.part_of {
            None => self.field(change, column, 0),
            Some(field) => self.field(change, field, part_in(self.entity, field, column)),
        }
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.keys.value_of(self.changes[row].cell(), part)
    }
    fn expected(&self, row: usize, check: usize) -> Value<'_> {
        let Some(before) = &self.changes[row].before else { return Value::Null };
        let (field, part) = place(self.entity, self.checks[check]);
        part_of_field(before.view(), field, part, |target| part_of(target, part))
    }
}

/// Patches as the rows of a batch.
pub(super) struct PatchRows<'a> {
    pub entity: &'a EntityMetadata,
    pub patches: &'a [&'a Patch],
    pub columns: &'a [u16],
    /// The version, when it is a moment: the same for all.
    pub version: Option<(u16, Value<'static>)>,
}

impl RowValues for PatchRows<'_> {
    fn len(&self) -> usize {
        self.patches.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        let column = self.columns[column];
        let values = self.patches[row].fields.iter().chain(&self.version).filter_map(|(field, value)| {
            let part = self.entity.columns_of(*field).iter().position(|part| *part == column)?;
            Some(match value {
                Value::Row(parts) => parts.get(part).cloned().unwrap_or_default(),
                value => value.clone(),
            })
        });
        // (what says nothing leaves a column to others that have it)
        values.max_by_key(|value| !value.is_null()).unwrap_or_default()
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        part_of(&self.patches[row].cell, part)
    }
}

/// Groups by a key, in the order in which the keys were first seen.
pub(super) fn grouped<T, K: PartialEq>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<(K, Vec<T>)> {
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    let mut items = items.into_iter();
    while let Some(item) = items.next() {
        let key = key(&item);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(item),
            None => {
                // (mostly all are of one group, and changes are large to move)
                let mut group = Vec::with_capacity((1 + items.size_hint().0).min(1024));
                group.push(item);
                groups.push((key, group));
            }
        }
    }
    groups
}
