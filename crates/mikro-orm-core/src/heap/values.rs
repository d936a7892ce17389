//! Work on entity values behind pointers, by their descriptor: fork, settle, diff, take.

use super::any_ref::AnyRef;
use super::arena::{Arena, LinkKind};
use super::cell::CellPtr;
use super::collection::RawCollection;
use super::lazy::Anchor;
use super::{FieldSet, Heap};
use crate::entity::{EntityDescriptor, FieldDef};
use crate::field::FieldVTable;
use crate::value::{Value, ValueError};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::convert::Infallible;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

/// Room for an entity, on the C heap.
pub(super) fn allocate(descriptor: &EntityDescriptor) -> *mut u8 {
    // SAFETY: the size is not zero (an arena checks that)
    let room = unsafe { alloc(descriptor.layout) };
    if room.is_null() { handle_alloc_error(descriptor.layout) } else { room }
}

/// Frees room that [`allocate`] gave.
///
/// # Safety
/// `room` is from `allocate` with this descriptor, and nothing in it needs dropping any more.
pub(super) unsafe fn deallocate(descriptor: &EntityDescriptor, room: *mut u8) {
    // SAFETY: as the caller says
    unsafe { dealloc(room, descriptor.layout) };
}

/// Drops an entity in place.
///
/// # Safety
/// `value` is a valid entity of the descriptor's type that nobody uses afterwards.
pub(super) unsafe fn drop_in_place(descriptor: &EntityDescriptor, value: *mut u8) {
    match descriptor.drop {
        // SAFETY: as the caller says
        Some(drop) => unsafe { drop(value) },
        None => {
            for def in descriptor.fields.iter().filter(|def| def.vtable.needs_drop) {
                // SAFETY: I6: an entity without a type of its own is its fields
                unsafe { (def.vtable.drop)(value.add(def.offset)) }
            }
        }
    }
}

/// Drops the first fields of a value that could not be completed.
pub(super) struct Partial {
    descriptor: &'static EntityDescriptor,
    room: *mut u8,
    /// How many are initialized.
    done: usize,
}
impl Partial {
    /// Initializes a value field by field. Should `init` fail or panic, what was initialized is dropped.
    ///
    /// # Safety
    /// `room` is room for an entity of the descriptor's type. Where `init` gives `Ok`, it has initialized the
    /// field with this index.
    pub unsafe fn complete<E>(
        descriptor: &'static EntityDescriptor,
        room: *mut u8,
        mut init: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut partial = Partial { descriptor, room, done: 0 };
        for index in 0..descriptor.fields.len() {
            init(index)?;
            partial.done = index + 1;
        }
        std::mem::forget(partial);
        Ok(())
    }
}
impl Drop for Partial {
    fn drop(&mut self) {
        for def in &self.descriptor.fields[..self.done] {
            // SAFETY: I6: the field is initialized, and its value is used by nobody else
            unsafe { (def.vtable.drop)(self.room.add(def.offset)) }
        }
    }
}

/// Room for an entity, on the C heap, that is ours; freed unless it is used.
pub(super) struct Room {
    descriptor: &'static EntityDescriptor,
    room: *mut u8,
}
impl Room {
    pub fn new(descriptor: &'static EntityDescriptor) -> Self {
        Room { descriptor, room: allocate(descriptor) }
    }
    pub fn as_ptr(&self) -> *mut u8 {
        self.room
    }
    /// Copies the bytes of a version into the room.
    ///
    /// # Safety
    /// `value` is a valid entity of the descriptor's type. The copy is used as one only under the conditions of
    /// [`FieldVTable::plain`].
    pub unsafe fn copy(&self, value: *const u8) {
        // SAFETY: room for an entity, which `value` does not overlap
        unsafe { std::ptr::copy_nonoverlapping(value, self.room, self.descriptor.layout.size()) };
    }
    /// The room, with the entity that it now has.
    ///
    /// # Safety
    /// The room holds a valid entity of the descriptor's type.
    pub unsafe fn filled(self) -> Draft {
        let room = std::mem::ManuallyDrop::new(self);
        Draft { descriptor: room.descriptor, value: room.room }
    }
}
impl Drop for Room {
    fn drop(&mut self) {
        // SAFETY: from `allocate`, with nothing in it
        unsafe { deallocate(self.descriptor, self.room) };
    }
}

/// An entity that is ours: not published, nobody else refers to it. Dropped with its memory unless it is published.
pub(super) struct Draft {
    descriptor: &'static EntityDescriptor,
    value: *mut u8,
}
impl Draft {
    /// A copy of a version; what it refers to is counted again (I1).
    ///
    /// # Safety
    /// `value` is a valid entity of the descriptor's type.
    pub unsafe fn fork(descriptor: &'static EntityDescriptor, value: *const u8) -> Self {
        let room = Room::new(descriptor);
        // SAFETY: a valid entity into room for one, field by field (I6)
        unsafe {
            let _: Result<(), Infallible> = Partial::complete(descriptor, room.as_ptr(), |index| {
                let def = &descriptor.fields[index];
                (def.vtable.clone)(value.add(def.offset), room.as_ptr().add(def.offset));
                Ok(())
            });
            room.filled()
        }
    }
    pub fn as_ptr(&self) -> *mut u8 {
        self.value
    }
    /// The entity for the heap, which frees it from here on.
    pub fn publish(self) -> NonNull<u8> {
        let value = std::mem::ManuallyDrop::new(self).value;
        // SAFETY: `allocate` does not give null
        unsafe { NonNull::new_unchecked(value) }
    }
}
impl Drop for Draft {
    fn drop(&mut self) {
        // (should the value's `drop` panic, its memory is freed all the same)
        let _room = Room { descriptor: self.descriptor, room: self.value };
        // SAFETY: a valid entity that nobody uses afterwards
        unsafe { drop_in_place(self.descriptor, self.value) };
    }
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

/// Whether a field holds a date or a time with what databases don't keep: they keep microseconds.
pub(super) fn is_finer(def: &FieldDef) -> bool {
    use crate::field::{ColumnType, FieldKind};
    match def.vtable.embedded {
        Some(embedded) => embedded.fields.iter().any(is_finer),
        None => matches!(def.vtable.kind, FieldKind::Scalar(ColumnType::DateTime | ColumnType::LocalDateTime | ColumnType::Time)),
    }
}

/// Makes of dates and times what the database will give back, so that a version is what a reload would make it.
///
/// # Safety
/// `entity` is a valid entity of the descriptor's type, and not published.
pub(super) unsafe fn round(descriptor: &EntityDescriptor, entity: *mut u8, fields: impl Iterator<Item = u16>) {
    for def in fields.map(|field| &descriptor.fields[usize::from(field)]).filter(|def| is_finer(def)) {
        // SAFETY: I6; the value is a copy, and the table's `init` initializes the room that it gets, or fails
        unsafe {
            let value = (def.vtable.read)(entity.add(def.offset), std::marker::PhantomData).into_owned();
            // (what does not convert back is for the flush to refuse)
            let _ = replace_field(def, entity, |room| (def.vtable.init)(room, value));
        }
    }
}

/// Clones one field of `from` into `to`, dropping what was there.
///
/// # Safety
/// Both are valid entities of the descriptor's type, and `to` is not published.
pub(super) unsafe fn copy_field(descriptor: &EntityDescriptor, from: *const u8, to: *mut u8, field: u16) {
    let def = &descriptor.fields[usize::from(field)];
    // SAFETY: I6
    unsafe {
        replace_field(def, to, |room| {
            (def.vtable.clone)(from.add(def.offset), room);
            Ok::<(), Infallible>(())
        })
        .unwrap_or_else(|never| match never {});
    }
}

/// Replaces one field of an entity. The new value is made aside, and the old one is dropped when it is out, so
/// that the entity is whole whatever fails or panics.
///
/// # Safety
/// `entity` is valid, not published, and of the type that the field is of. Where `init` gives `Ok`, it has
/// initialized the room that it got.
pub(super) unsafe fn replace_field<E>(
    def: &FieldDef,
    entity: *mut u8,
    init: impl FnOnce(*mut u8) -> Result<(), E>,
) -> Result<(), E> {
    let mut room = FieldRoom::new(def.vtable);
    let new = room.as_mut_ptr();
    init(new)?;
    // SAFETY: I6: both are valid values of the field's type, which is `size` bytes large
    unsafe {
        std::ptr::swap_nonoverlapping(entity.add(def.offset), new, def.vtable.size);
        (def.vtable.drop)(new);
    }
    Ok(())
}

/// Room for a field's value that is made aside: on the stack for all but the largest.
pub(super) struct FieldRoom {
    small: MaybeUninit<[u128; 4]>,
    large: Option<(*mut u8, Layout)>,
}
impl FieldRoom {
    pub fn new(vtable: &FieldVTable) -> Self {
        let layout = Layout::from_size_align(vtable.size, vtable.align).expect("a type has a layout");
        let fits = layout.size() <= size_of::<[u128; 4]>() && layout.align() <= align_of::<u128>();
        let large = (!fits).then(|| {
            let layout = Layout::from_size_align(layout.size().max(1), layout.align()).expect("a type has a layout");
            // SAFETY: the size was made one at least
            let room = unsafe { alloc(layout) };
            if room.is_null() { handle_alloc_error(layout) } else { (room, layout) }
        });
        FieldRoom { small: MaybeUninit::uninit(), large }
    }
    pub fn as_mut_ptr(&mut self) -> *mut u8 {
        match self.large {
            Some((room, _)) => room,
            None => self.small.as_mut_ptr().cast(),
        }
    }
}
impl Drop for FieldRoom {
    fn drop(&mut self) {
        if let Some((room, layout)) = self.large {
            // SAFETY: allocated with this layout
            unsafe { dealloc(room, layout) };
        }
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
                LinkKind::ToOneNullable | LinkKind::Inverse => {
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

/// Whether a value from the database fits a field. (What could only be told after a commit would be too late.)
///
/// # Errors
/// When it does not.
pub(crate) fn check_value(def: &FieldDef, value: &Value<'_>) -> Result<(), ValueError> {
    if let Some(target) = def.target {
        let is_key = super::keys::canonical_key(target.descriptor(), value)?.is_some();
        return if is_key || def.vtable.nullable { Ok(()) } else { Err(ValueError::mismatch("a key", value)) };
    }
    let mut room = FieldRoom::new(def.vtable);
    // SAFETY: I6: room for the field's type, initialized and dropped
    unsafe {
        (def.vtable.init)(room.as_mut_ptr(), value.clone())?;
        (def.vtable.drop)(room.as_mut_ptr());
    }
    Ok(())
}
