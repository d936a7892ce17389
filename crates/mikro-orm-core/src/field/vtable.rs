//! A field's operations as function pointers.

use super::EnumItem;
use crate::embeddable::EmbeddableDef;
use crate::value::{Value, ValueError};
use std::marker::PhantomData;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A column of this type.
    Scalar(ColumnType),
    /// A column of this type that is read only when asked for.
    Lazy(ColumnType),
    /// A reference to one other entity.
    ToOne,
    /// A reference to many other entities.
    ToMany,
}

/// The type of a column, independent of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // the names say it
pub enum ColumnType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    String,
    Bytes,
    Uuid,
    DateTime,
    /// Date and time without a zone.
    LocalDateTime,
    Date,
    Time,
    Decimal,
    Json,
    /// A list of values of this type, in one column.
    Array(&'static ColumnType),
    /// Several columns: a key of an entity that has such a key, or an embeddable. Each of them is a column of its own type.
    Row,
}

impl ColumnType {
    /// Whether this is an integer of any width.
    pub fn is_integer(self) -> bool {
        use ColumnType::*;
        matches!(self, I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64)
    }
}

/// The operations on a field of some type, with the type erased: shared code walks an entity's fields by
/// offset and calls these, so that an entity type adds data to a program and hardly any code.
///
/// All pointers are to a value of the type that the table is of; `place` may be uninitialized, `value` never is.
pub struct FieldVTable {
    /// What the field holds.
    pub kind: FieldKind,
    /// Whether null is a value of it.
    pub nullable: bool,
    /// All values that there are, when it is an enum.
    pub items: Option<&'static [EnumItem]>,
    /// Its fields, when it is an embeddable: each has columns of its own.
    pub embedded: Option<&'static EmbeddableDef>,
    /// What is in its JSON, when that is an embeddable.
    pub objects: Option<Objects>,
    /// The column's type as the database of this name spells it, when the field's type chooses that.
    pub column_type: fn(&str) -> Option<&'static str>,
    /// The SQL around a value and around the column, on the database of this name.
    pub sql: fn(&str) -> InSql,
    /// Clones `*value` into `place`.
    pub clone: unsafe fn(value: *const u8, place: *mut u8),
    /// Drops `*value` in place.
    pub drop: unsafe fn(value: *mut u8),
    /// Whether dropping does anything.
    pub needs_drop: bool,
    /// Whether copies of its bytes may be read side by side, as long as one of them is dropped in the end: nothing in
    /// the type changes while it is shared.
    pub plain: fn() -> bool,
    /// Size in bytes.
    pub size: usize,
    /// Alignment in bytes.
    pub align: usize,
    /// Whether two values are stored alike (never the user's `PartialEq`; floats bit by bit).
    pub same: unsafe fn(a: *const u8, b: *const u8) -> bool,
    /// The value in database form. It borrows from `*value`, which the caller says lives for `'a`.
    /// For relations the heap reads keys itself, and this gives null.
    pub read: for<'a> unsafe fn(value: *const u8, lives: PhantomData<&'a ()>) -> Value<'a>,
    /// Initializes `place` from a database value. On error `place` stays uninitialized.
    pub init: unsafe fn(place: *mut u8, value: Value<'_>) -> Result<(), ValueError>,
    /// Initializes `place` with what the type holds while nothing was set: zero, empty, `None`, not loaded.
    /// `None` for types that have no such value.
    pub init_default: Option<unsafe fn(place: *mut u8)>,
}

impl FieldVTable {
    /// The embeddable that is its JSON, when it is one and no list of them.
    pub(crate) fn object(&self) -> Option<&'static EmbeddableDef> {
        self.objects.filter(|objects| !objects.list).map(|objects| (objects.def)())
    }
}

/// Embeddables in JSON.
#[derive(Clone, Copy)]
pub struct Objects {
    /// Their fields. (A function, because a struct may have others of its kind.)
    pub def: fn() -> &'static EmbeddableDef,
    /// Whether it is an array of them.
    pub list: bool,
}

/// SQL around a value that is written, and around a column that is read: `{}` stands for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InSql {
    /// Around a value.
    pub written: Option<&'static str>,
    /// Around the column.
    pub read: Option<&'static str>,
}
