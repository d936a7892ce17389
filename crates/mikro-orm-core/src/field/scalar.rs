//! Scalars: values that live in one column.

use super::{ColumnType, EnumItem, InSql, Objects};
use crate::embeddable::EmbeddableDef;
use crate::value::{Value, ValueError};

/// A value that lives in one column; a tuple of such values is the key of an entity that has several.
///
/// Implemented for the standard scalars, and for the types behind the features `uuid`, `chrono`, `time`, `jiff`, `decimal`
/// and `json`. `Option<T>` of a scalar is the same column, nullable.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be stored in a column",
    note = "use bool, an integer, a float, String, Vec<u8>, a Vec of those, or behind their features Uuid, a type of chrono, time or jiff, Decimal, \
            serde_json::Value or Json<_>; for a type of your own derive `DbEnum` or `DbType`"
)]
pub trait Scalar: Sized + Clone + Send + Sync + 'static {
    /// The type of the column.
    const COLUMN: ColumnType;
    /// Whether null is a value of this type.
    const NULLABLE: bool = false;
    /// How many columns it takes: more than one for keys of several columns, which are tuples.
    const ARITY: usize = 1;

    /// All values that there are, when it is an enum.
    #[doc(hidden)]
    const ITEMS: Option<&'static [EnumItem]> = None;

    /// Its fields, when it is an embeddable.
    #[doc(hidden)]
    const EMBEDDED: Option<&'static EmbeddableDef> = None;

    /// What is in its JSON, when that is an embeddable.
    #[doc(hidden)]
    const OBJECTS: Option<Objects> = None;

    /// The SQL around a value and around the column, when there is some.
    #[doc(hidden)]
    fn sql(database: &str) -> InSql {
        let _ = database;
        InSql::default()
    }

    /// The column's type as a database spells it, when the type chooses that.
    #[doc(hidden)]
    fn column_type(database: &str) -> Option<&'static str> {
        let _ = database;
        None
    }

    /// The value in database form.
    fn to_value(&self) -> Value<'_>;

    /// The value that a column holds.
    ///
    /// # Errors
    /// When the column holds another kind of value, or one out of range.
    fn from_value(value: Value<'_>) -> Result<Self, ValueError>;

    /// Whether the database would store both alike. The unit of work finds changes with this, never with
    /// `PartialEq`: `NaN` equals itself here, and a decimal's `1.0` differs from `1.00`.
    fn same(&self, other: &Self) -> bool {
        self.to_value().same(&other.to_value())
    }

    /// What a field of this type holds while the database has still to fill it.
    fn unset() -> Option<Self> {
        None
    }
}

impl<T: Scalar> Scalar for Option<T> {
    const COLUMN: ColumnType = T::COLUMN;
    const NULLABLE: bool = true;
    const ARITY: usize = T::ARITY;
    const ITEMS: Option<&'static [EnumItem]> = T::ITEMS;
    const EMBEDDED: Option<&'static EmbeddableDef> = T::EMBEDDED;

    fn column_type(database: &str) -> Option<&'static str> {
        T::column_type(database)
    }
    fn sql(database: &str) -> InSql {
        T::sql(database)
    }
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same(b),
            (a, b) => a.is_none() == b.is_none(),
        }
    }
    fn unset() -> Option<Self> {
        Some(None)
    }
}

/// What a builder's setter takes for a field of type `T`: a `T`, for an `Option` also the bare value, for
/// text also a `&str`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a value for a field of type `{T}`", label = "expected `{T}`")]
pub trait IntoField<T> {
    /// The field's value.
    fn into_field(self) -> T;
}
impl<T> IntoField<T> for T {
    fn into_field(self) -> T {
        self
    }
}
impl<T: Scalar> IntoField<Option<T>> for T {
    fn into_field(self) -> Option<T> {
        Some(self)
    }
}
macro_rules! text_into_field {
    ($($from:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoField<String> for $from {
            fn into_field(self) -> String {
                self.into()
            }
        }
        #[diagnostic::do_not_recommend]
        impl IntoField<Option<String>> for $from {
            fn into_field(self) -> Option<String> {
                Some(self.into())
            }
        }
    )*};
}
text_into_field!(&str, &String, std::borrow::Cow<'_, str>);
macro_rules! bytes_into_field {
    ($($from:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl IntoField<Vec<u8>> for $from {
            fn into_field(self) -> Vec<u8> {
                self.into()
            }
        }
        #[diagnostic::do_not_recommend]
        impl IntoField<Option<Vec<u8>>> for $from {
            fn into_field(self) -> Option<Vec<u8>> {
                Some(self.into())
            }
        }
    )*};
}
bytes_into_field!(&[u8]);
#[diagnostic::do_not_recommend]
impl<const N: usize> IntoField<Vec<u8>> for &[u8; N] {
    fn into_field(self) -> Vec<u8> {
        self.to_vec()
    }
}
