//! The function tables of scalars.

use crate::field::{ArrayItem, Field, FieldKind, FieldVTable, Scalar};
use crate::value::{Value, ValueError};
use std::any::TypeId;

unsafe fn clone<T: Scalar>(value: *const u8, place: *mut u8) {
    // SAFETY: the table's contract: `value` is a valid `T`, `place` is room for one
    unsafe { place.cast::<T>().write((*value.cast::<T>()).clone()) }
}
unsafe fn drop<T>(value: *mut u8) {
    // SAFETY: the table's contract: `value` is a valid `T` that nobody uses afterwards
    unsafe { value.cast::<T>().drop_in_place() }
}
unsafe fn same<T: Scalar>(a: *const u8, b: *const u8) -> bool {
    // SAFETY: the table's contract: both are valid `T`s
    unsafe { (*a.cast::<T>()).same(&*b.cast::<T>()) }
}
unsafe fn read<T: Scalar>(value: *const u8, _: std::marker::PhantomData<&()>) -> Value<'_> {
    // SAFETY: the table's contract: a valid `T` that lives for 'a
    unsafe { (*value.cast::<T>()).to_value() }
}
unsafe fn init<T: Scalar>(place: *mut u8, value: Value<'_>) -> Result<(), ValueError> {
    let value = T::from_value(value)?;
    // SAFETY: the table's contract: `place` is room for a `T`
    unsafe { place.cast::<T>().write(value) };
    Ok(())
}
unsafe fn init_default<T: Scalar>(place: *mut u8) {
    if let Some(value) = T::unset() {
        // SAFETY: the table's contract: `place` is room for a `T`
        unsafe { place.cast::<T>().write(value) }
    } else {
        unreachable!("the table lists this function only for types that have an unset value")
    }
}

/// Whether a type is one that is known to be plain. (Those of users may have anything inside, such as a cache behind a
/// lock.)
fn is_plain<T: 'static>() -> bool {
    fn is<T: 'static, Known: 'static>() -> bool {
        TypeId::of::<T>() == TypeId::of::<Known>() || TypeId::of::<T>() == TypeId::of::<Option<Known>>()
    }
    let numbers = is::<T, i8>() || is::<T, i16>() || is::<T, i32>() || is::<T, i64>();
    let unsigned = is::<T, u8>() || is::<T, u16>() || is::<T, u32>() || is::<T, u64>();
    let others = is::<T, bool>() || is::<T, f32>() || is::<T, f64>() || is::<T, String>() || is::<T, Vec<u8>>();
    #[cfg(feature = "uuid")]
    let others = others || is::<T, uuid::Uuid>();
    #[cfg(feature = "decimal")]
    let others = others || is::<T, rust_decimal::Decimal>();
    #[cfg(feature = "chrono")]
    let others = others
        || is::<T, chrono::DateTime<chrono::Utc>>()
        || is::<T, chrono::NaiveDateTime>()
        || is::<T, chrono::NaiveDate>()
        || is::<T, chrono::NaiveTime>();
    #[cfg(feature = "time")]
    let others = others
        || is::<T, time::OffsetDateTime>()
        || is::<T, time::PrimitiveDateTime>()
        || is::<T, time::Date>()
        || is::<T, time::Time>();
    #[cfg(feature = "jiff")]
    let others = others
        || is::<T, jiff::Timestamp>()
        || is::<T, jiff::civil::DateTime>()
        || is::<T, jiff::civil::Date>()
        || is::<T, jiff::civil::Time>();
    numbers || unsigned || others
}

/// The table of a scalar type.
pub(crate) const fn scalar_vtable<T: Scalar>(has_unset: bool) -> FieldVTable {
    FieldVTable {
        kind: FieldKind::Scalar(T::COLUMN),
        nullable: T::NULLABLE,
        items: T::ITEMS,
        embedded: T::EMBEDDED,
        objects: T::OBJECTS,
        column_type: T::column_type,
        sql: T::sql,
        clone: clone::<T>,
        drop: drop::<T>,
        needs_drop: std::mem::needs_drop::<T>(),
        plain: is_plain::<T>,
        size: size_of::<T>(),
        align: align_of::<T>(),
        same: same::<T>,
        read: read::<T>,
        init: init::<T>,
        init_default: if has_unset { Some(init_default::<T>) } else { None },
    }
}

struct OptionTable<T>(std::marker::PhantomData<T>);
impl<T: Scalar> OptionTable<T> {
    const TABLE: FieldVTable = scalar_vtable::<Option<T>>(true);
}

// SAFETY: the table's functions are those of `Option<T>`
unsafe impl<T: Scalar> Field for Option<T> {
    const VTABLE: &'static FieldVTable = &OptionTable::<T>::TABLE;
}

struct CustomTable<T>(std::marker::PhantomData<T>);
impl<T: Scalar> CustomTable<T> {
    const TABLE: FieldVTable = scalar_vtable::<T>(false);
}

/// The table of a type of the application's.
#[doc(hidden)]
pub const fn custom_table<T: Scalar>() -> &'static FieldVTable {
    &CustomTable::<T>::TABLE
}

struct ArrayTable<T>(std::marker::PhantomData<T>);
impl<T: ArrayItem> ArrayTable<T> {
    const TABLE: FieldVTable = scalar_vtable::<Vec<T>>(true);
}

// SAFETY: the table's functions are those of `Vec<T>`
#[diagnostic::do_not_recommend]
unsafe impl<T: ArrayItem> Field for Vec<T> {
    const VTABLE: &'static FieldVTable = &ArrayTable::<T>::TABLE;
}

/// Declares tables as statics, so that their functions are compiled here, once, and not in every crate with an
/// entity.
macro_rules! tables {
    ($($(#[$when:meta])? $type:ty => $table:ident;)*) => {$(
        $(#[$when])?
        static $table: FieldVTable = scalar_vtable::<$type>(true);
        $(#[$when])?
        // SAFETY: the table's functions are those of this type
        #[diagnostic::do_not_recommend]
        unsafe impl Field for $type {
            const VTABLE: &'static FieldVTable = &$table;
        }
    )*};
}
tables! {
    bool => BOOL;
    i8 => I8;
    i16 => I16;
    i32 => I32;
    i64 => I64;
    u8 => U8;
    u16 => U16;
    u32 => U32;
    u64 => U64;
    f32 => F32;
    f64 => F64;
    String => STRING;
    Vec<u8> => BYTES;
    #[cfg(feature = "uuid")]
    uuid::Uuid => UUID;
    #[cfg(feature = "decimal")]
    rust_decimal::Decimal => DECIMAL;
    #[cfg(feature = "json")]
    serde_json::Value => JSON;
    #[cfg(feature = "chrono")]
    chrono::DateTime<chrono::Utc> => DATE_TIME;
    #[cfg(feature = "chrono")]
    chrono::NaiveDateTime => LOCAL_DATE_TIME;
    #[cfg(feature = "chrono")]
    chrono::NaiveDate => DATE;
    #[cfg(feature = "chrono")]
    chrono::NaiveTime => TIME;
    #[cfg(feature = "time")]
    time::OffsetDateTime => TIME_OFFSET_DATE_TIME;
    #[cfg(feature = "time")]
    time::PrimitiveDateTime => TIME_PRIMITIVE_DATE_TIME;
    #[cfg(feature = "time")]
    time::Date => TIME_DATE;
    #[cfg(feature = "time")]
    time::Time => TIME_TIME;
    #[cfg(feature = "jiff")]
    jiff::Timestamp => JIFF_TIMESTAMP;
    #[cfg(feature = "jiff")]
    jiff::civil::DateTime => JIFF_DATE_TIME;
    #[cfg(feature = "jiff")]
    jiff::civil::Date => JIFF_DATE;
    #[cfg(feature = "jiff")]
    jiff::civil::Time => JIFF_TIME;
}
