//! Work on entity values behind pointers, by their descriptor: fork, settle, diff, take.

use super::any_ref::AnyRef;
use super::arena::{Arena, LinkKind};
use super::cell::CellPtr;
use super::collection::RawCollection;
use super::lazy::Anchor;
use super::{FieldSet, Heap};
use crate::entity::{EntityDescriptor, FieldDef};
use crate::field::{ColumnType, FieldKind};
use crate::key::Key;
use crate::value::{Value, ValueError};
use std::alloc::{alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;

/// Room for an entity, on the C heap.
pub(super) fn allocate(descriptor: &EntityDescriptor) -> *mut u8 {
    if descriptor.layout.size() == 0 {
        return std::ptr::without_provenance_mut(descriptor.layout.align());
    }
    // SAFETY: the size is not zero
    let room = unsafe { alloc(descriptor.layout) };
    if room.is_null() { handle_alloc_error(descriptor.layout) } else { room }
}

/// Frees room that [`allocate`] gave.
///
/// # Safety
/// `room` is from `allocate` with this descriptor, and nothing in it needs dropping any more.
pub(super) unsafe fn deallocate(descriptor: &EntityDescriptor, room: *mut u8) {
    if descriptor.layout.size() != 0 {
        // SAFETY: as the caller says
        unsafe { dealloc(room, descriptor.layout) };
    }
}

/// Drops the first fields of a value that could not be completed.
pub(super) struct Partial {
    pub descriptor: &'static EntityDescriptor,
    pub room: *mut u8,
    /// Which fields are initialized.
    pub done: Done,
}
pub(super) enum Done {
    /// The first so many.
    First(usize),
    /// These.
    Fields(FieldSet),
}
impl Drop for Partial {
    fn drop(&mut self) {
        let drop_field = |index: usize| {
            let def = &self.descriptor.fields[index];
            // SAFETY: the field is initialized, and its value is used by nobody else
            unsafe { (def.vtable.drop)(self.room.add(def.offset)) }
        };
        match &self.done {
            Done::First(count) => (0..*count).for_each(drop_field),
            Done::Fields(fields) => fields.iter().for_each(|field| drop_field(usize::from(field))),
        }
    }
}

/// Clones `*value` into `room`; what it refers to is counted again (I1).
///
/// # Safety
/// `value` is a valid entity of the descriptor's type, `room` is room for one.
pub(super) unsafe fn fork(descriptor: &'static EntityDescriptor, value: *const u8, room: *mut u8) {
    let mut partial = Partial { descriptor, room, done: Done::First(0) };
    for (index, def) in descriptor.fields.iter().enumerate() {
        // SAFETY: I6
        unsafe { (def.vtable.clone)(value.add(def.offset), room.add(def.offset)) };
        partial.done = Done::First(index + 1);
    }
    std::mem::forget(partial);
}

/// The fields in which two values differ, in what the database would store.
///
/// # Safety
/// Both are valid entities of the descriptor's type.
pub(super) unsafe fn diff(descriptor: &EntityDescriptor, value: *const u8, base: *const u8) -> FieldSet {
    let mut fields = FieldSet::new();
    for (field, def) in (0_u16..).zip(descriptor.fields) {
        // SAFETY: I6
        if !unsafe { (def.vtable.same)(value.add(def.offset), base.add(def.offset)) } {
            fields.insert(field);
        }
    }
    fields
}

/// Exchanges these fields between two values.
///
/// # Safety
/// Both are valid entities of the descriptor's type, not the same one, and not published.
pub(super) unsafe fn swap_fields(descriptor: &EntityDescriptor, a: *mut u8, b: *mut u8, fields: &FieldSet) {
    for field in fields.iter() {
        let def = &descriptor.fields[usize::from(field)];
        // SAFETY: I6: `size` bytes at `offset` are the field
        unsafe { std::ptr::swap_nonoverlapping(a.add(def.offset), b.add(def.offset), def.vtable.size) };
    }
}

/// Clones one field of `from` into `to`, dropping what was there.
///
/// # Safety
/// Both are valid entities of the descriptor's type, and `to` is not published.
pub(super) unsafe fn copy_field(descriptor: &EntityDescriptor, from: *const u8, to: *mut u8, field: u16) {
    let def = &descriptor.fields[usize::from(field)];
    let mut room = FieldRoom::new(def.vtable.size);
    // SAFETY: I6; cloned aside first, so that a panic in `clone` leaves `to` whole
    unsafe {
        (def.vtable.clone)(from.add(def.offset), room.as_mut_ptr());
        (def.vtable.drop)(to.add(def.offset));
        std::ptr::copy_nonoverlapping(room.as_mut_ptr(), to.add(def.offset), def.vtable.size);
    }
}

/// Room for any field's value, aligned for all of them.
pub(super) struct FieldRoom(Vec<u128>);
impl FieldRoom {
    pub fn new(size: usize) -> Self {
        FieldRoom(vec![0; size.div_ceil(size_of::<u128>())])
    }
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// Makes a value part of the heap, as a version of this cell's row (I2): what it refers to in this heap is no
/// longer counted; what it refers to in another heap is replaced by this heap's own cell for the same key.
///
/// # Safety
/// `value` is a valid entity of the arena's type, reached by nobody else, that stays in the heap's memory from
/// here on; the heap is alive.
pub(super) unsafe fn settle(arena: &Arena, value: *mut u8, owner: CellPtr) {
    let heap: *const Heap = arena.heap;
    for link in &arena.shape.links {
        // SAFETY: I6: the field at this offset has the type that its kind says
        unsafe {
            let place = value.add(link.offset);
            match link.kind {
                LinkKind::ToOne => (*place.cast::<AnyRef>()).settle(heap, || describe(arena, link.field)),
                LinkKind::ToOneNullable => {
                    if let Some(reference) = &mut *place.cast::<Option<AnyRef>>() {
                        reference.settle(heap, || describe(arena, link.field));
                    }
                }
                LinkKind::Collection => (*place.cast::<RawCollection>()).settle(arena, owner, link.field),
                LinkKind::Lazy => (*place.cast::<Anchor>()).settle(owner, link.field),
            }
        }
    }
}

fn describe(arena: &Arena, field: u16) -> (&'static str, &'static str) {
    (arena.descriptor.name, arena.descriptor.fields[usize::from(field)].name)
}

/// Drops a value that was made with [`allocate`] and is not (or no longer) published.
///
/// # Safety
/// `value` is a valid entity of the descriptor's type in memory from `allocate`, and nobody uses it afterwards.
pub(super) unsafe fn discard(descriptor: &EntityDescriptor, value: *mut u8) {
    // SAFETY: as the caller says
    unsafe {
        (descriptor.drop)(value);
        deallocate(descriptor, value);
    }
}

/// The key that a database value stands for, in the form that the entity's own key has: a database may keep a
/// UUID as bytes, or a date as text, and one row must have one key whoever says it. `None` for null.
///
/// # Errors
/// When the value does not fit the entity's key.
pub(crate) fn canonical_key(descriptor: &EntityDescriptor, value: &Value<'_>) -> Result<Option<Key>, ValueError> {
    match descriptor.fields.iter().find(|def| def.attributes.primary) {
        Some(def) => canonical_key_of(def, value),
        None => Ok(Key::from_value(value)),
    }
}

/// As [`canonical_key`], for the key's field.
pub(super) fn canonical_key_of(def: &FieldDef, value: &Value<'_>) -> Result<Option<Key>, ValueError> {
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
    let mut room = FieldRoom::new(def.vtable.size);
    // SAFETY: I6: room for the key's type, initialized, read and dropped; the key owns what it keeps
    unsafe {
        (def.vtable.init)(room.as_mut_ptr(), value.clone())?;
        let key = Key::from_value(&(def.vtable.read)(room.as_mut_ptr(), PhantomData));
        (def.vtable.drop)(room.as_mut_ptr());
        Ok(key)
    }
}
