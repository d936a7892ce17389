//! What a struct field of an entity must be able to do, and how the heap does it without knowing the type.

mod array;
#[cfg(feature = "chrono")]
mod chrono;
mod custom;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "json")]
mod document;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "json")]
mod json;
mod no_key;
mod scalar;
mod scalars;
#[cfg(feature = "time")]
mod time;
mod tuple;
#[cfg(feature = "uuid")]
mod uuid;
mod vtable;

pub use array::{ArrayItem, ArrayValue};
pub use custom::{CustomType, DbEnum, EnumItem, EnumValue};
#[cfg(feature = "json")]
pub use document::Json;
pub use no_key::NoKey;
pub use scalar::{IntoField, Scalar};
pub use vtable::{ColumnType, FieldKind, FieldVTable, InSql, Objects};

use crate::entity::EntityDescriptor;

/// A type that an entity's field may have: a scalar, an `Option` of one, [`Ref`](crate::Ref),
/// `Option<Ref<_>>`, [`Collection`](crate::Collection) or [`Lazy`](crate::Lazy).
///
/// # Safety
/// The functions in `VTABLE` are called with pointers to values of exactly this type. Implemented in this
/// crate only; new scalar types implement [`Scalar`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a supported type for an entity's field",
    note = "fields are scalars (bool, integers, floats, String, Vec<u8>, and behind features Uuid, chrono, Decimal, \
            serde_json::Value and Json<_>), Vec of scalars, Option of those, Ref<_>, Option<Ref<_>>, Collection<_> or Lazy<_>"
)]
pub unsafe trait Field: Sized + Send + Sync + 'static {
    /// How to clone, compare, read and write a value of this type behind a pointer.
    const VTABLE: &'static FieldVTable;
    /// The entity that a relation points to.
    const TARGET: Option<fn() -> &'static EntityDescriptor> = None;
}
