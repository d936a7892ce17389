//! The derives as functions from tokens to tokens.

use crate::expand;
use crate::parse::{self, Base, Entity, Errors, Field};
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, FieldsNamed};

/// `#[derive(Entity)]`
pub fn entity(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    // mistakes in what stands around the base are reported by the second step, which reads everything again
    let base = parse::named_fields(&input, "Entity", &mut Errors::default())
        .and_then(|fields| Base::find(fields, "", &mut Errors::default()).0);
    match base {
        Some(base) => expand::hand_to_base(&input, &base),
        None => expand_entity(&input, Vec::new(), false),
    }
}

/// `#[derive(BaseEntity)]`. `place` says where in the crate it stands.
pub fn base_entity(input: TokenStream, place: &str) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let (root, hooks) = parse::root_of_base(&input, &mut errors);
    let Some(named) = parse::named_fields(&input, "BaseEntity", &mut errors) else { return errors.to_tokens() };
    let fields = parse::base_fields(&input, named, &mut errors);
    let code = expand::base_entity(&input, named, &fields, &root, hooks, place);
    let errors = errors.to_tokens();
    quote!(#code #errors)
}

/// `entity_with_base!`: the second step for an entity with a base.
pub fn entity_with_base(input: TokenStream) -> TokenStream {
    let WithBase { base_fields, base_hooks, entity } = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    // the base's own derive reports mistakes in it
    let mut reported = Errors::default();
    let root = parse::root(&entity, &mut reported);
    let base = parse::named_fields(&entity, "Entity", &mut reported).and_then(|fields| Base::find(fields, "", &mut reported).0);
    let Some(base) = base else { return TokenStream::new() };
    let fields = base_fields.named.iter().enumerate().filter_map(|(index, field)| {
        let field = Field::read(field, "", &mut reported)?;
        Some(expand::inherited(field, index, &base, &root))
    });
    let fields: Vec<Field> = fields.collect();
    if fields.len() < base_fields.named.len() {
        return expand::stub(&entity, &root);
    }
    expand_entity(&entity, fields, base_hooks)
}

fn expand_entity(input: &DeriveInput, base_fields: Vec<Field>, base_hooks: bool) -> TokenStream {
    let mut errors = Errors::default();
    let code = match Entity::read(input, base_fields, &mut errors) {
        Some(mut entity) => {
            entity.base.iter_mut().for_each(|base| base.hooks = base_hooks);
            expand::entity(&entity)
        }
        None => expand::stub(input, &parse::root(input, &mut Errors::default())),
    };
    let errors = errors.to_tokens();
    quote!(#code #errors)
}

/// `{ base's fields } hooks struct ..`; `hooks` only when the base has some.
struct WithBase {
    base_fields: FieldsNamed,
    base_hooks: bool,
    entity: DeriveInput,
}

syn::custom_keyword!(hooks);

impl Parse for WithBase {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let base_fields = input.parse()?;
        let base_hooks = input.peek(hooks) && input.parse::<hooks>().is_ok();
        Ok(WithBase { base_fields, base_hooks, entity: input.parse()? })
    }
}
