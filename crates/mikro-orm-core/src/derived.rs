//! What derived code needs and nobody else: helpers that keep it short and its mistakes well reported.

use crate::entity::{FieldAttributes, FieldDef};
use crate::field::{Field, Scalar};
use crate::heap::Lazy;
use crate::input::{Set, Unset};

/// A field's entry in the descriptor. One bound on the field's type, so that an unsupported one is one error.
pub const fn field<F: Field>(name: &'static str, offset: usize, attributes: FieldAttributes) -> FieldDef {
    FieldDef { name, offset, vtable: F::VTABLE, target: F::TARGET, attributes }
}

/// "The entity has a to-one relation to `Target` with this name" (a hash of it): what `mapped_by` asks for.
pub trait RelationNamed<const NAME: u64, Target> {}

/// "The to-one relation refers to a `Target`", for a relation's marker.
pub trait RefersTo<Target> {}

/// A builder's mark for a required relation, when the builder is an item of a collection of `Owner`: set, or
/// the relation back to the owner, which the collection sets.
#[diagnostic::on_unimplemented(
    message = "required field not set: {Self}",
    label = "the builder lacks a required field",
    note = "call the setter of the field named in `Unset<..>`; only the relation back to `{Owner}` is set by the collection"
)]
pub trait SetFor<Owner> {}
impl<Owner> SetFor<Owner> for Set {}
#[diagnostic::do_not_recommend]
impl<Owner, Relation: RefersTo<Owner>> SetFor<Owner> for Unset<Relation> {}

/// A lazy column's value, for types that don't show it.
pub trait LazyValue {
    /// The value.
    type Value: Scalar;
}
impl<V: Scalar> LazyValue for Lazy<V> {
    type Value = V;
}

/// The type of a base's field, by its place in the base.
pub trait BaseField<const INDEX: usize> {
    /// The type.
    type Type;
}
