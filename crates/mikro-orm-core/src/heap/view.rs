//! Reading versions without knowing their type.

use super::any_ref::AnyRef;
use super::arena::Arena;
use super::{FieldSet, values};
use crate::entity::{Entity, EntityDescriptor};
use crate::field::FieldKind;
use crate::value::Value;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// One version of a row, borrowed from whoever keeps its heap.
#[derive(Clone, Copy)]
pub(crate) struct EntityView<'a> {
    arena: &'a Arena,
    version: NonNull<u8>,
    lives: PhantomData<&'a ()>,
}

impl<'a> EntityView<'a> {
    /// # Safety
    /// `version` is a published version (or one that is about to be) of a cell of this arena, and lives for `'a`.
    pub(super) unsafe fn new(arena: &'a Arena, version: NonNull<u8>) -> Self {
        EntityView { arena, version, lives: PhantomData }
    }
    pub(crate) fn descriptor(&self) -> &'static EntityDescriptor {
        self.arena.descriptor
    }
    pub(super) fn key_shape(&self) -> &'a super::keys::KeyShape {
        &self.arena.shape.key
    }
    fn field(&self, field: u16) -> *const u8 {
        // SAFETY: I6: the offset is within the entity
        unsafe { self.version.as_ptr().add(self.descriptor().fields[usize::from(field)].offset) }
    }
    /// A scalar's (or a loaded lazy scalar's) value; null for relations and for what is not loaded. Also that of a column of an
    /// embedded struct.
    pub(crate) fn value(&self, field: u16) -> Value<'a> {
        if let Some(place) = usize::from(field).checked_sub(self.descriptor().fields.len()) {
            let Some(Some((whole, part))) = self.arena.shape.embedded.get(place) else { return Value::Null };
            return match self.value(*whole) {
                Value::Row(mut parts) if *part < parts.len() => parts.swap_remove(*part),
                _ => Value::Null,
            };
        }
        // SAFETY: I6, I3: the version lives, unchanged, for 'a
        unsafe { (self.descriptor().fields[usize::from(field)].vtable.read)(self.field(field), PhantomData) }
    }
    /// What a to-one relation refers to.
    pub(crate) fn to_one(self, field: u16) -> Option<&'a AnyRef> {
        // (a column of an embedded struct is no relation, and may hold a key)
        let vtable = self.descriptor().fields.get(usize::from(field))?.vtable;
        if vtable.kind != FieldKind::ToOne {
            return None;
        }
        // SAFETY: I6: `Ref<T>` and `Option<Ref<T>>` are an `Option<AnyRef>` behind their types (null is none)
        unsafe { (*self.field(field).cast::<Option<AnyRef>>()).as_ref() }
    }
    /// Whether the field holds what its type holds while nothing was set (zero, empty text, nil).
    pub(crate) fn is_unset(&self, field: u16) -> bool {
        let vtable = self.descriptor().fields[usize::from(field)].vtable;
        let Some(init_default) = vtable.init_default else { return false };
        let mut room = values::FieldRoom::new(vtable);
        // SAFETY: I6: room for the field's type, initialized, compared and dropped
        unsafe {
            init_default(room.as_mut_ptr());
            let same = (vtable.same)(self.field(field), room.as_mut_ptr());
            (vtable.drop)(room.as_mut_ptr());
            same
        }
    }
    /// What a scalar's field holds while nothing was set; `None` where the type has no such value.
    pub(crate) fn unset_value(&self, field: u16) -> Option<Value<'static>> {
        let vtable = self.descriptor().fields[usize::from(field)].vtable;
        let init_default = vtable.init_default?;
        let mut room = values::FieldRoom::new(vtable);
        // SAFETY: I6: room for the field's type, initialized, read and dropped
        unsafe {
            init_default(room.as_mut_ptr());
            let value = (vtable.read)(room.as_mut_ptr(), PhantomData).into_owned();
            (vtable.drop)(room.as_mut_ptr());
            Some(value)
        }
    }
    /// Whether a lazy scalar is loaded.
    pub(crate) fn is_lazy_loaded(&self, field: u16) -> bool {
        // SAFETY: I6: a lazy field begins with its anchor
        matches!(self.descriptor().fields[usize::from(field)].vtable.kind, FieldKind::Lazy(_))
            && unsafe { (*self.field(field).cast::<super::lazy::Anchor>()).is_loaded() }
    }
    /// What is in serialized output instead of the field's value, when something is. (A lazy scalar must be loaded.)
    #[cfg(feature = "serde")]
    pub(crate) fn output(&self, field: u16) -> Option<crate::derived::Output<'a>> {
        let serializer = self.descriptor().fields[usize::from(field)].attributes.serializer?;
        // SAFETY: I6, I3: the version lives, unchanged, for 'a
        Some(unsafe { serializer(self.field(field), PhantomData) })
    }
    /// A value that is computed for serialized output.
    #[cfg(feature = "serde")]
    pub(crate) fn computed(&self, property: &'static crate::entity::Computed) -> crate::derived::Output<'a> {
        debug_assert!(self.descriptor().computed.iter().any(|known| std::ptr::eq(known, property)));
        // SAFETY: I6: the property is one of this entity's; I3: the version lives, unchanged, for 'a
        unsafe { (property.output)(self.version.as_ptr(), PhantomData) }
    }
    /// The fields in which this version differs from another of the same row, in what is stored.
    pub(crate) fn diff(&self, base: &EntityView<'_>) -> FieldSet {
        debug_assert!(std::ptr::eq(self.arena, base.arena));
        if self.version == base.version {
            return FieldSet::new();
        }
        // SAFETY: both are valid entities of this arena's type
        let mut fields = unsafe { values::diff(self.descriptor(), self.version.as_ptr(), base.version.as_ptr()) };
        for side in self.arena.shape.one_to_ones.iter().filter(|side| side.inverse) {
            fields.remove(side.field);
        }
        fields
    }
    pub(super) fn ptr(&self) -> NonNull<u8> {
        self.version
    }
}

/// One version of a row, kept: it counts the heap, so that the version is not reclaimed.
#[derive(Clone)]
pub(crate) struct Pinned {
    cell: AnyRef,
    version: NonNull<u8>,
}
// SAFETY: a version is `Send + Sync`, and never written (I3)
unsafe impl Send for Pinned {}
// SAFETY: as above
unsafe impl Sync for Pinned {}

impl Pinned {
    /// # Safety
    /// `version` is a published version of the cell, and `cell` is counted.
    pub(super) unsafe fn new(cell: AnyRef, version: NonNull<u8>) -> Self {
        Pinned { cell, version }
    }
    pub(crate) fn cell(&self) -> &AnyRef {
        &self.cell
    }
    /// The version itself, when it is a `T`.
    pub(crate) fn entity<T: Entity>(&self) -> Option<&T> {
        // SAFETY: a published version of a `T`, which is never written (I3), and the pin keeps the heap
        self.cell.is_a(T::descriptor()).then(|| unsafe { self.version.cast().as_ref() })
    }
    pub(crate) fn into_cell(self) -> AnyRef {
        self.cell
    }
    pub(crate) fn view(&self) -> EntityView<'_> {
        // SAFETY: the pin keeps the heap
        unsafe { EntityView::new(self.cell.arena(), self.version) }
    }
    pub(super) fn ptr(&self) -> NonNull<u8> {
        self.version
    }
}
