//! Entities as values by field, for code that knows no type: made, read and connected.

use super::any_ref::AnyRef;
use super::collection::{self, Origin};
use super::keys::canonical_key;
use super::values::{self, FieldRoom, Partial, Room};
use super::{HeapArc, debug};
use crate::driver::BoxFuture;
use crate::entity::{EntityDescriptor, FieldDef, Target};
use crate::error::{Error, Result};
use crate::field::FieldKind;
use crate::metadata::Metadata;
use crate::populate::PopulateNode;
use crate::value::{Value, ValueError};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::Arc;

/// What a field of a new entity holds.
pub(crate) enum First {
    /// This value.
    Value(Value<'static>),
    /// What its type holds while nothing was set.
    Unset,
    /// A reference to this entity of the same heap, or to none.
    Reference(Option<AnyRef>),
    /// An empty collection.
    Collection,
}

/// A value as a field of this type has it; for a relation, a key as its target has it.
///
/// # Errors
/// When it does not fit.
pub(crate) fn converted(def: &FieldDef, value: Value<'_>) -> Result<Value<'static>, ValueError> {
    if let Some(target) = def.target.map(Target::descriptor) {
        let key = canonical_key(target, &value)?;
        return match key {
            Some(key) => Ok(key.to_value().into_owned()),
            None if def.vtable.nullable => Ok(Value::Null),
            None => Err(ValueError::mismatch("a key", &value)),
        };
    }
    let mut room = FieldRoom::new(def.vtable);
    // SAFETY: I6: room for the field's type, initialized, read and dropped; what was read is a copy
    unsafe {
        (def.vtable.init)(room.as_mut_ptr(), value)?;
        let value = (def.vtable.read)(room.as_mut_ptr(), PhantomData).into_owned();
        (def.vtable.drop)(room.as_mut_ptr());
        Ok(value)
    }
}

/// For people: an entity when it is loaded, else its key.
pub(crate) fn debug_reference(entity: &AnyRef, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    debug::reference(entity, f)
}

impl HeapArc {
    /// A new entity of these fields, in their order.
    ///
    /// # Errors
    /// With the field that is not one of the type, or whose value does not fit.
    pub(crate) fn make(
        &self,
        descriptor: &'static EntityDescriptor,
        fields: Vec<First>,
        persisted: bool,
    ) -> Result<AnyRef, (usize, ValueError)> {
        let room = Room::new(descriptor);
        let mut fields = fields.into_iter();
        // SAFETY: room for an entity of this type; each field is initialized as its kind says (I6)
        unsafe {
            Partial::complete(descriptor, room.as_ptr(), |index| {
                let def = &descriptor.fields[index];
                let place = room.as_ptr().add(def.offset);
                let value = fields.next().unwrap_or(First::Unset);
                init(def, place, value).map_err(|error| (index, error))
            })?;
            let value = room.filled();
            let cell = self.cell_for_value(descriptor, NonNull::new_unchecked(value.as_ptr()));
            let value = value.publish();
            cell.initialize_from(value.as_ptr(), if persisted { Origin::Creation } else { Origin::Program });
            // (it was moved)
            values::deallocate(descriptor, value.as_ptr());
            Ok(cell)
        }
    }
}

/// # Safety
/// `place` is room for this field.
unsafe fn init(def: &FieldDef, place: *mut u8, value: First) -> Result<(), ValueError> {
    let vtable = def.vtable;
    // SAFETY: the tables' contract; a `Ref` and an `Option<Ref>` are both an `Option<AnyRef>`, which is null in the second only
    unsafe {
        match (vtable.kind, value) {
            (FieldKind::ToOne, First::Reference(Some(target))) => {
                if !def.target.is_some_and(|expected| target.is_a(expected.descriptor())) {
                    return Err(ValueError::new(format!("does not refer to such as {}", target.describe())));
                }
                place.cast::<Option<AnyRef>>().write(Some(target));
            }
            (FieldKind::ToOne, _) if vtable.nullable => place.cast::<Option<AnyRef>>().write(None),
            (FieldKind::ToOne, _) => return Err(ValueError::new("is required")),
            (FieldKind::Scalar(_) | FieldKind::Lazy(_), First::Value(value)) => (vtable.init)(place, value)?,
            (_, _) => match vtable.init_default {
                Some(init) => init(place),
                None => (vtable.init)(place, Value::Null)?,
            },
        }
    }
    Ok(())
}

impl AnyRef {
    /// The metadata of all entities.
    pub(crate) fn all_metadata(&self) -> Option<Arc<Metadata>> {
        self.heap().metadata.clone()
    }

    /// Loads the entity, unless it is loaded, and what is behind it.
    pub(crate) fn load_entity(&self, nodes: Vec<PopulateNode>) -> Result<BoxFuture<'static, Result<()>>> {
        let context = self.heap().context(|| self.describe())?;
        Ok(context.load_entity(self.clone(), nodes, None, false))
    }

    /// Loads a collection, unless it is loaded whole.
    pub(crate) fn load_collection(&self, node: PopulateNode) -> Result<Option<BoxFuture<'static, Result<()>>>> {
        let (field, plain) = (node.field, node.options.is_none() && node.nested.is_empty());
        if plain && self.is_collection_complete(field) && !self.has_unloaded_items(field) {
            return Ok(None);
        }
        let context = self.heap().context(|| self.describe())?;
        Ok(Some(context.load(self.clone(), Some(node), None)))
    }

    /// Adds items to a collection. Gives how many were not in.
    ///
    /// # Errors
    /// As for [`Collection::add`](crate::Collection::add); then none was added.
    pub(crate) fn add_items(&self, field: u16, items: Vec<(AnyRef, bool)>) -> Result<usize> {
        collection::add_items(self, field, items)
    }

    /// Takes items out of a collection. Gives how many were in.
    ///
    /// # Errors
    /// As for [`Collection::remove`](crate::Collection::remove).
    pub(crate) fn take_items(&self, field: u16, items: &[AnyRef]) -> Result<usize> {
        collection::take_items(self, field, items)
    }

    /// Replaces the items of a collection.
    ///
    /// # Errors
    /// As for [`Collection::set`](crate::Collection::set); then nothing was changed.
    pub(crate) fn set_items(&self, field: u16, items: Vec<(AnyRef, bool)>) -> Result<()> {
        collection::set_items(self, field, items)
    }

    /// The items of a collection, whose rows may not be loaded.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when the collection is not loaded.
    pub(crate) fn known_items(&self, field: u16) -> Result<&[AnyRef]> {
        match self.is_collection_initialized(field) {
            true => Ok(self.collection_items(field)),
            false => Err(Error::NotInitialized { what: collection::describe(self, field) }),
        }
    }
}
