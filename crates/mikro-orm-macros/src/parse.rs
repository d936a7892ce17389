//! From tokens to a model: everything that can be said about a struct without types is checked here.

mod attributes;
mod base;
mod entity;
mod errors;
mod field;
mod field_type;
pub mod index;
mod options;
mod suggest;
mod table;
mod trigger;

pub use attributes::FieldAttributes;
pub use base::{BaseStruct, Inherited};
pub use entity::{Base, Entity, Source, module_name as snake_case, root, says};
pub use errors::Errors;
pub use field::{Field, Kind};
pub use field_type::FieldType;
pub use options::{Options, crate_path};
pub use trigger::Trigger;

use syn::{Data, DeriveInput, Fields, FieldsNamed};

/// The struct's named fields, or errors that say what a derive takes.
pub fn named_fields<'a>(input: &'a DeriveInput, derive: &str, errors: &mut Errors) -> Option<&'a FieldsNamed> {
    let name = &input.ident;
    let lifetime_or_type = input.generics.params.first();
    if let Some(parameter) = lifetime_or_type {
        errors.push(
            parameter,
            format!("`{name}` has generic parameters, which `#[derive({derive})]` does not take: use concrete, owned types"),
        );
        return None;
    }
    let remedy = format!("`#[derive({derive})]` takes a struct with named fields: `struct {name} {{ .. }}`");
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unnamed(_) => errors.push(name, format!("`{name}` is a tuple struct; {remedy}")),
            Fields::Unit => errors.push(name, format!("`{name}` has no fields; {remedy}")),
        },
        Data::Enum(_) => errors.push(name, format!("`{name}` is an enum; {remedy}")),
        Data::Union(_) => errors.push(name, format!("`{name}` is a union; {remedy}")),
    }
    None
}
