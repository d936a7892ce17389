//! Base entities.

use super::options::crate_path;
use super::{Errors, Field, Options, entity};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{DeriveInput, FieldsNamed};

/// The path of what generated code uses, for a base, and whether the base has hooks.
pub fn root_of_base(input: &DeriveInput, errors: &mut Errors) -> (TokenStream, bool) {
    let on = format!("`{}`", input.ident.unraw());
    let elsewhere =
        (&["table", "module", "no_const", "virtual", "repository", "readonly"][..], "the entities that extend this base");
    let options = Options::read(&input.attrs, on, &["crate", "hooks"], elsewhere, errors);
    let path = crate_path(&options, errors);
    (quote!(#path::__private), options.flag("hooks", errors))
}

/// The fields of a base. A field with a mistake in its type is left out.
pub fn base_fields(input: &DeriveInput, named: &FieldsNamed, errors: &mut Errors) -> Vec<Field> {
    let name = input.ident.unraw().to_string();
    let mut fields = Vec::new();
    for field in &named.named {
        if entity::says(&field.attrs, "extends") {
            errors.push(field, format!("`{name}`: a base can't extend another base yet; write its fields out"));
            continue;
        }
        fields.extend(Field::read(field, &name, errors));
    }
    fields
}
