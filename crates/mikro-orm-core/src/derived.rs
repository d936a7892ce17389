//! What derived code needs and nobody else: helpers that keep it short and its mistakes well reported.

use crate::embeddable::EmbeddedField;
use crate::entity::{Entity, FieldAttributes, FieldDef, Target};
use crate::field::{Field, Scalar};
use crate::heap::Lazy;
use crate::input::{Set, Unset};
use crate::query::{CompareOp, Condition, Expr};

/// A field's entry in the descriptor. One bound on the field's type, so that an unsupported one is one error.
pub const fn field<F: Field>(name: &'static str, offset: usize, attributes: FieldAttributes) -> FieldDef {
    FieldDef { name, offset, vtable: F::VTABLE, target: Target::of(F::TARGET), attributes }
}

/// The same for a field that says that it is embedded.
pub const fn embedded<F: EmbeddedField>(name: &'static str, offset: usize, attributes: FieldAttributes) -> FieldDef {
    field::<F>(name, offset, attributes)
}

/// "The entity has a to-one relation to `Target` with this name" (a hash of it): what `mapped_by` asks for.
pub trait RelationNamed<const NAME: u64, Target> {}

/// "The entity owns a one-to-one relation to `Target` with this name" (a hash of it): what the inverse side asks for.
pub trait CounterpartNamed<const NAME: u64, Target> {}

/// "The entity owns a many-to-many relation to `Target` with this name" (a hash of it): what the inverse side asks for.
pub trait CollectionNamed<const NAME: u64, Target> {}

/// "The to-one relation refers to a `Target`", for a relation's marker.
pub trait RefersTo<Target> {}

/// A builder's mark for a required relation, when the builder is an item of a collection of `Owner`: set, or
/// the relation back to the owner, which the collection sets.
#[diagnostic::on_unimplemented(
    message = "the required field `{Field}` is not set",
    label = "the builder lacks `{Field}`",
    note = "call the setter of that name before this; the collection sets only the relation back to `{Owner}`"
)]
pub trait SetFor<Owner, Field> {}
impl<Owner, Field> SetFor<Owner, Field> for Set {}
#[diagnostic::do_not_recommend]
impl<Owner, Field: RefersTo<Owner>> SetFor<Owner, Field> for Unset<Field> {}

/// A lazy column's value, for types that don't show it.
#[diagnostic::on_unimplemented(message = "`lazy` needs the type `Lazy<{Self}>`", label = "this is not a `Lazy<..>`")]
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

/// A condition, with its type erased.
pub fn erased<T: Entity>(condition: Condition<T>) -> Expr {
    condition.expr
}

/// "The entity's key can be given as a `K`": its own type, and for text also `&str`.
pub trait KeyedBy<K>: Entity {
    /// The key.
    fn key(key: K) -> Self::Key;
}

pub use crate::heap::custom_table;

/// The condition that the key is this one.
pub fn key_condition<T: Entity>(key: T::Key) -> Condition<T> {
    let value = key.to_value().into_owned();
    Condition::new(Expr::Compare { field: crate::input::key_field::<T>(), op: CompareOp::Eq, value })
}

/// Serialized output of any type.
#[cfg(feature = "serde")]
pub type Output<'a> = Box<dyn erased_serde::Serialize + 'a>;

/// What a serializer gave, with its type erased.
#[cfg(feature = "serde")]
pub fn output<'a>(output: impl serde::Serialize + 'a) -> Output<'a> {
    Box::new(output)
}
