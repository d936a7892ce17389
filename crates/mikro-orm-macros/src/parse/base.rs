//! Base entities.

use super::index::{self, Index};
use super::options::crate_path;
use super::table::{self, Check};
use super::trigger::{self, Trigger};
use super::{Base, Errors, Field, Options, entity, named_fields};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, DeriveInput, FieldsNamed};

/// All attributes of bases.
const BASE: &[&str] = &["crate", "hooks", "index", "unique", "exclude", "check", "trigger"];

/// What a struct has from its base: what that has itself, and what it has from its own base.
#[derive(Default)]
pub struct Inherited {
    pub fields: Vec<Field>,
    pub indexes: Vec<Index>,
    pub checks: Vec<Check>,
    pub triggers: Vec<Trigger>,
    /// Which of the bases have hooks, see [`Base::hooks`].
    pub hooks: Vec<usize>,
}

impl Inherited {
    /// Reads what bases say about the tables of those that extend them. Their own derives report mistakes in it.
    pub fn read_tables(&mut self, attributes: &[Attribute]) {
        let reported = &mut Errors::default();
        let options = Options::read(attributes, String::new(), BASE, (&[], ""), reported);
        self.indexes = index::indexes(&options, reported);
        self.checks = table::checks(&options, reported);
        self.triggers = trigger::triggers(&options, reported);
    }
}

/// A base.
pub struct BaseStruct<'a> {
    pub input: &'a DeriveInput,
    pub named: &'a FieldsNamed,
    /// The path of what generated code uses.
    pub root: TokenStream,
    pub hooks: bool,
    /// The base that it extends.
    pub base: Option<Base>,
    /// All fields, those of its own base first. A field with a mistake in its type is left out.
    pub fields: Vec<Field>,
    /// Whether these are all that the struct has.
    pub complete: bool,
}

impl<'a> BaseStruct<'a> {
    /// Reads the struct. `None` when it can't be a base at all.
    pub fn read(input: &'a DeriveInput, inherited: Inherited, errors: &mut Errors) -> Option<Self> {
        let name = input.ident.unraw().to_string();
        let elsewhere =
            (&["table", "module", "no_const", "virtual", "repository", "readonly"][..], "the entities that extend this base");
        let options = Options::read(&input.attrs, format!("`{name}`"), BASE, elsewhere, errors);
        let root = crate_path(&options, errors);
        let hooks = options.flag("hooks", errors);
        let indexes = index::indexes(&options, errors);
        table::checks(&options, errors);
        trigger::triggers(&options, errors);
        let named = named_fields(input, "BaseEntity", errors)?;
        let (base, usable) = Base::find(named, &name, errors);
        let Inherited { mut fields, hooks: base_hooks, .. } = inherited;
        let base = base.map(|base| Base { hooks: base_hooks, ..base });
        let complete = entity::own_fields(named, &name, &mut fields, errors) && usable;
        index::check_fields(&format!("`{name}`"), &indexes, &fields, errors);
        Some(BaseStruct { input, named, root: quote!(#root::__private), hooks, base, fields, complete })
    }
}
