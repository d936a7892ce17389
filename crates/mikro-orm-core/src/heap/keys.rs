//! Keys of entities by their descriptors: which fields they are made of, and their form in the identity map.

use super::any_ref::AnyRef;
use super::values::FieldRoom;
use super::view::EntityView;
use crate::entity::{EntityDescriptor, FieldDef};
use crate::field::{ColumnType, FieldKind};
use crate::key::Key;
use crate::value::{Value, ValueError};
use std::marker::PhantomData;

/// What an entity's key is made of.
pub(crate) struct KeyShape {
    /// The fields, in order.
    pub fields: Vec<u16>,
    /// What its columns are keys of: its own fields, and for relations those of the key that is referred to.
    pub columns: Vec<&'static FieldDef>,
    /// The one field that it is, unless it is several, or a relation.
    pub simple: Option<u16>,
}

impl KeyShape {
    pub fn of(descriptor: &EntityDescriptor) -> Self {
        let fields: Vec<u16> = fields(descriptor).map(|(field, _)| field).collect();
        let mut columns = Vec::new();
        leaves(descriptor, &mut columns);
        let scalar = |field: u16| matches!(descriptor.fields[usize::from(field)].vtable.kind, FieldKind::Scalar(_));
        let simple = if let [field] = fields[..] { Some(field).filter(|field| scalar(*field)) } else { None };
        KeyShape { fields, columns, simple }
    }
}

fn fields(descriptor: &EntityDescriptor) -> impl Iterator<Item = (u16, &'static FieldDef)> + use<> {
    (0_u16..).zip(descriptor.fields).filter(|(_, def)| def.attributes.primary)
}

/// (Discovery has seen that no key contains itself.)
fn leaves(descriptor: &EntityDescriptor, columns: &mut Vec<&'static FieldDef>) {
    for (_, def) in fields(descriptor) {
        match def.target {
            Some(target) => leaves(target.descriptor(), columns),
            None => columns.push(def),
        }
    }
}

impl EntityView<'_> {
    /// The key that this version says, as far as it is known: the database may have still to give it, and an entity
    /// that is part of it may have none yet.
    pub(crate) fn key(&self) -> Option<Key> {
        let shape = self.key_shape();
        if let Some(field) = shape.simple {
            return if self.is_unset(field) { None } else { Key::from_value(&self.value(field)) };
        }
        let part = |field: &u16| {
            let def = &self.descriptor().fields[usize::from(*field)];
            match self.to_one(*field) {
                Some(target) => target.key(),
                None if def.attributes.default_raw.is_some() && self.is_unset(*field) => None,
                None => Key::from_value(&self.value(*field)),
            }
        };
        Key::from_parts(shape.fields.iter().map(part))
    }
}

impl AnyRef {
    /// The field that is the key, when it is one that is no relation.
    pub(crate) fn simple_key(&self) -> Option<u16> {
        self.arena().shape.key.simple
    }
    /// The names of the fields that are the key, for messages.
    pub(crate) fn key_names(&self) -> String {
        let names: Vec<&str> = fields(self.descriptor()).map(|(_, def)| def.name).collect();
        names.join(", ")
    }
}

/// The key that a database value stands for, in the form that the entity's own key has: a database may keep a
/// UUID as bytes, or a date as text, and one row must have one key whoever says it. `None` for null.
///
/// # Errors
/// When the value does not fit the entity's key.
pub(crate) fn canonical_key(descriptor: &EntityDescriptor, value: &Value<'_>) -> Result<Option<Key>, ValueError> {
    let (mut columns, mut all) = (Vec::new(), fields(descriptor));
    match (all.next(), all.next()) {
        (Some((_, def)), None) if def.target.is_none() => return canonical_column(def, value),
        _ => leaves(descriptor, &mut columns),
    }
    match value {
        Value::Row(parts) if parts.len() == columns.len() => {
            canonical_row(&columns, parts.iter().map(|part| Ok(part.clone()))).map_err(|(_, error)| error)
        }
        Value::Null => Ok(None),
        value if columns.len() == 1 => canonical_column(columns[0], value),
        other => Err(ValueError::mismatch("a value for each column of the key", other)),
    }
}

/// As [`canonical_key`], for the columns of a key one by one.
///
/// # Errors
/// With the place of the column whose value does not fit.
pub(crate) fn canonical_parts<'a>(
    descriptor: &EntityDescriptor,
    mut values: impl Iterator<Item = Result<Value<'a>, ValueError>>,
) -> Result<Option<Key>, (usize, ValueError)> {
    let (mut columns, mut all) = (Vec::new(), fields(descriptor));
    match (all.next(), all.next()) {
        (Some((_, def)), None) if def.target.is_none() => {
            let value = values.next().unwrap_or(Ok(Value::Null));
            return value.and_then(|value| canonical_column(def, &value)).map_err(|error| (0, error));
        }
        _ => leaves(descriptor, &mut columns),
    }
    canonical_row(&columns, values)
}

/// As [`canonical_parts`], for these columns. Null when one of them is.
pub(super) fn canonical_row<'a>(
    columns: &[&'static FieldDef],
    values: impl Iterator<Item = Result<Value<'a>, ValueError>>,
) -> Result<Option<Key>, (usize, ValueError)> {
    let mut row = Vec::with_capacity(columns.len());
    for (place, (def, value)) in columns.iter().zip(values).enumerate() {
        match value.and_then(|value| canonical_column(def, &value)).map_err(|error| (place, error))? {
            Some(part) => row.push(part),
            None => return Ok(None),
        }
    }
    Ok(Key::from_parts(row.into_iter().map(Some)))
}

/// As [`canonical_key`], for one column's field.
pub(crate) fn canonical_column(def: &FieldDef, value: &Value<'_>) -> Result<Option<Key>, ValueError> {
    let FieldKind::Scalar(column) = def.vtable.kind else { return Ok(Key::from_value(value)) };
    let canonical = match value {
        Value::Null => return Ok(None),
        Value::Int(_) => column.is_integer(),
        Value::Text(_) => column == ColumnType::String,
        Value::Uuid(_) => column == ColumnType::Uuid,
        _ => false,
    };
    if canonical {
        return Ok(Key::from_value(value));
    }
    let mut room = FieldRoom::new(def.vtable);
    // SAFETY: I6: room for the key's type, initialized, read and dropped; the key owns what it keeps
    unsafe {
        (def.vtable.init)(room.as_mut_ptr(), value.clone())?;
        let key = Key::from_value(&(def.vtable.read)(room.as_mut_ptr(), PhantomData));
        (def.vtable.drop)(room.as_mut_ptr());
        Ok(key)
    }
}
