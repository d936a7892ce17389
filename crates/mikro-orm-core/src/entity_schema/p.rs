//! Properties for [`EntitySchema::property`](super::EntitySchema::property): `p::string().length(80)`,
//! `p::many_to_one("Author")`.

use super::column::Column;
use super::relation::{ManyToMany, ManyToOne, OneToMany, OneToOne};
use super::target::TargetName;
use crate::embeddable::EmbeddedField;
use crate::entity::Entity;
use crate::field::{ArrayItem, Field, Scalar};

/// A column with values of this type: any that a field of an entity may have, such as an enum with `#[derive(DbEnum)]`
/// or a type with `#[derive(DbType)]`.
pub fn of<V: Scalar + Field>() -> Column<V> {
    Column::new()
}

macro_rules! columns {
    ($($(#[$meta:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$meta])*
        pub fn $name() -> Column<$type> {
            Column::new()
        }
    )*};
}
columns! {
    /// True or false.
    bool: bool;
    /// A number of 8 bits (`tinyint`).
    i8: i8;
    /// A number of 16 bits (`smallint`).
    i16: i16;
    /// A number of 32 bits (`integer`).
    i32: i32;
    /// A number of 64 bits (`bigint`).
    i64: i64;
    /// A number of 8 bits that is not negative.
    u8: u8;
    /// A number of 16 bits that is not negative.
    u16: u16;
    /// A number of 32 bits that is not negative.
    u32: u32;
    /// A number of 64 bits that is not negative.
    u64: u64;
    /// A number with a point (`real`).
    f32: f32;
    /// A number with a point (`double`).
    f64: f64;
    /// A text (`varchar`).
    string: String;
    /// Bytes (`blob`).
    bytes: Vec<u8>;
    /// A UUID.
    #[cfg(feature = "uuid")]
    uuid: uuid::Uuid;
    /// A decimal number.
    #[cfg(feature = "decimal")]
    decimal: rust_decimal::Decimal;
    /// A JSON document.
    #[cfg(feature = "json")]
    json: serde_json::Value;
    /// A moment.
    #[cfg(feature = "chrono")]
    date_time: chrono::DateTime<chrono::Utc>;
    /// Date and time without a zone.
    #[cfg(feature = "chrono")]
    local_date_time: chrono::NaiveDateTime;
    /// A date.
    #[cfg(feature = "chrono")]
    date: chrono::NaiveDate;
    /// A time of day.
    #[cfg(feature = "chrono")]
    time: chrono::NaiveTime;
}

/// A text without a longest length (`text`).
pub fn text() -> Column<String> {
    Column::new().unbounded()
}

/// A text that is one of these. What is created or set is checked here, what is stored by the database.
pub fn enumeration<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Column<String> {
    Column::new().with_items(items.into_iter().map(Into::into).collect())
}

/// A list in one column.
pub fn list<V: ArrayItem>() -> Column<Vec<V>> {
    Column::new()
}

/// A struct with `#[derive(Embeddable)]`, or an `Option` of one, in columns of its own.
pub fn embedded<E: EmbeddedField>() -> Column<E> {
    Column::embedded()
}

/// Refers to an entity, which others may refer to, too.
pub fn many_to_one(target: impl Into<TargetName>) -> ManyToOne {
    ManyToOne::new(target.into())
}
/// Refers to an entity that no other refers to; with `mapped_by`, the other side of that.
pub fn one_to_one(target: impl Into<TargetName>) -> OneToOne {
    OneToOne::new(target.into())
}
/// The entities that refer to this one by the relation that `mapped_by` names.
pub fn one_to_many(target: impl Into<TargetName>) -> OneToMany {
    OneToMany::new(target.into())
}
/// Entities that are linked with this one by a table; with `mapped_by`, the other side of that.
pub fn many_to_many(target: impl Into<TargetName>) -> ManyToMany {
    ManyToMany::new(target.into())
}

/// An entity that is a Rust type, as a relation's target.
pub fn entity<T: Entity>() -> TargetName {
    TargetName::of::<T>()
}
