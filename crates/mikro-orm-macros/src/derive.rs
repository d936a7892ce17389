//! The derives as functions from tokens to tokens.

use crate::expand;
use crate::parse::{self, Base, BaseStruct, Entity, Errors, Field, Inherited};
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, DeriveInput, FieldsNamed, LitInt, LitStr, Token, bracketed};

/// `#[derive(Entity)]`
pub fn entity(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    match base_of(&input, "Entity") {
        Some(base) => expand::hand_to_base(&input, &base),
        None => expand_entity(&input, Inherited::default()),
    }
}

/// `#[derive(BaseEntity)]`. `place` says where in the crate it stands.
pub fn base_entity(input: TokenStream, place: &str) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    match base_of(&input, "BaseEntity") {
        Some(base) => expand::hand_base_to_base(&input, &base, place),
        None => expand_base(&input, Inherited::default(), &From::default(), place),
    }
}

/// The base that a struct extends. (Mistakes in what stands around it are reported by the second step, which reads
/// everything again.)
fn base_of(input: &DeriveInput, derive: &str) -> Option<Base> {
    let fields = parse::named_fields(input, derive, &mut Errors::default())?;
    Base::find(fields, "", &mut Errors::default()).0
}

/// `entity_with_base!`: the second step for an entity with a base.
pub fn entity_with_base(input: TokenStream) -> TokenStream {
    let (from, entity): (From, DeriveInput) = match syn::parse2(input) {
        Ok(WithBase { from, input, .. }) => (from, input),
        Err(error) => return error.to_compile_error(),
    };
    let root = parse::root(&entity, &mut Errors::default());
    let Some(base) = base_of(&entity, "Entity") else { return TokenStream::new() };
    match from.inherited(&base, &root) {
        Some(inherited) => expand_entity(&entity, inherited),
        None => expand::stub(&entity, &root),
    }
}

/// `base_with_base!`: the second step for a base with a base.
pub fn base_with_base(input: TokenStream) -> TokenStream {
    let (from, place, input): (From, String, DeriveInput) = match syn::parse2(input) {
        Ok(WithBase { from, place, input }) => (from, place.map(|place| place.value()).unwrap_or_default(), input),
        Err(error) => return error.to_compile_error(),
    };
    let root = BaseStruct::read(&input, Inherited::default(), &mut Errors::default()).map(|base| base.root);
    let (Some(base), Some(root)) = (base_of(&input, "BaseEntity"), root) else { return TokenStream::new() };
    match from.inherited(&base, &root) {
        Some(inherited) => expand_base(&input, inherited, &from, &place),
        None => TokenStream::new(),
    }
}

fn expand_base(input: &DeriveInput, inherited: Inherited, from: &From, place: &str) -> TokenStream {
    let mut errors = Errors::default();
    let code = BaseStruct::read(input, inherited, &mut errors).map(|base| expand::base_entity(&base, from, place));
    let errors = errors.to_tokens();
    quote!(#code #errors)
}

fn expand_entity(input: &DeriveInput, inherited: Inherited) -> TokenStream {
    let mut errors = Errors::default();
    let code = match Entity::read(input, inherited, &mut errors) {
        Some(entity) => expand::entity(&entity),
        None => expand::stub(input, &parse::root(input, &mut Errors::default())),
    };
    let errors = errors.to_tokens();
    quote!(#code #errors)
}

/// What a base hands to what extends it.
#[derive(Default)]
pub struct From {
    /// Its fields, those of its own base first: these say through which fields they are reached.
    pub fields: Vec<syn::Field>,
    /// Which of the bases have hooks, see [`Base::hooks`].
    pub hooks: Vec<usize>,
    /// What they say about tables.
    pub attributes: Vec<Attribute>,
}

impl From {
    /// The same as what `base`, through which a struct has it, gives to that struct. `None` when the base has a mistake, which
    /// its own derive reports.
    fn inherited(&self, base: &Base, root: &TokenStream) -> Option<Inherited> {
        let mut inherited = Inherited { hooks: self.hooks.clone(), ..Inherited::default() };
        for (index, field) in self.fields.iter().enumerate() {
            let mut read = Field::read(field, "", &mut Errors::default())?;
            read.deeper = expand::through(field);
            inherited.fields.push(expand::inherited(read, index, base, root));
        }
        inherited.read_tables(&self.attributes);
        Some(inherited)
    }
}

/// `{ fields } [hooks] attributes [place] struct ..`
struct WithBase {
    from: From,
    /// Where a base stands that has a base.
    place: Option<LitStr>,
    input: DeriveInput,
}

impl Parse for WithBase {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fields: FieldsNamed = input.parse()?;
        let hooks;
        bracketed!(hooks in input);
        let hooks = hooks.parse_terminated(LitInt::parse, Token![,])?;
        let hooks = hooks.iter().map(LitInt::base10_parse).collect::<syn::Result<_>>()?;
        let attributes;
        bracketed!(attributes in input);
        let attributes = attributes.call(Attribute::parse_outer)?;
        let place = input.peek(LitStr).then(|| input.parse()).transpose()?;
        let from = From { fields: fields.named.into_iter().collect(), hooks, attributes };
        Ok(WithBase { from, place, input: input.parse()? })
    }
}
