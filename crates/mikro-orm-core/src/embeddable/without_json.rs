//! Embedded structs as JSON, without the feature `json`: errors that name it.

use super::Embeddable;
use crate::entity::{Entity, FieldAttributes, FieldDef};
use crate::value::{Value, ValueError};

/// The type of a field with `#[orm(embedded, object)]`, and of lists that are embedded.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is embedded as JSON, for which `mikro-orm` needs its feature `json`",
    note = "add `json` to the features of `mikro-orm` in Cargo.toml"
)]
pub trait ObjectField: Sized + Clone + Send + Sync + 'static {
    /// The embeddable.
    type Embeddable: Embeddable;
    /// Its properties as those of an entity that has it.
    type Properties<T: Entity>;
    /// The field's entry in the descriptor.
    const TABLE: &'static crate::field::FieldVTable;
    /// How many places the properties of what is in it take behind its own.
    const PLACES: usize;
    /// Its column.
    fn to_part(&self) -> Value<'static>;
    /// The other way round.
    ///
    /// # Errors
    /// When the column holds something else.
    fn from_part(value: Value<'_>) -> Result<Self, ValueError>;
}

/// The properties of a field that is embedded as JSON, as those of the entity.
pub type ObjectPropertiesOf<F, T> = <F as ObjectField>::Properties<T>;

/// A field's entry in the descriptor.
pub const fn field<F: ObjectField>(name: &'static str, offset: usize, attributes: FieldAttributes) -> FieldDef {
    FieldDef { name, offset, vtable: F::TABLE, target: None, attributes }
}

/// What is embedded as JSON in an embeddable: its column there.
pub fn to_part<F: ObjectField>(field: &F) -> Value<'static> {
    field.to_part()
}

/// The other way round.
///
/// # Errors
/// When the column holds something else.
pub fn from_part<F: ObjectField>(name: &str, value: Value<'_>) -> Result<F, ValueError> {
    F::from_part(value).map_err(|error| error.within(name))
}
