//! From the model to code, one file per generated piece.
//!
//! Markers, the builder and its fields are items beside the struct; all impls stand in one `const _`, so that
//! entities work inside functions, where a module could not name the struct.

mod base;
mod build;
mod builder;
mod callbacks;
mod constants;
mod descriptor;
mod drop;
mod inputs;
mod map_to_pk;
mod module;
mod name_hash;
mod output;
mod populate;
mod relations;
mod slots;
mod stub;
mod table;

pub use base::{base_entity, hand_base_to_base, hand_to_base, inherited, through};
pub use constants::{places, properties_of};
pub use descriptor::{field_def, field_def_at, to_value};
pub use drop::forbid as forbid_drop;
pub use map_to_pk::check as holds_key;
pub use stub::stub;

use crate::parse::{Entity, Field, Kind};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

/// All code for an entity.
pub fn entity(entity: &Entity) -> TokenStream {
    let root = &entity.root;
    let module = module::expand(entity);
    // (what a query finds is not for the program to make)
    let made = |code: fn(&Entity) -> TokenStream| if entity.is_query() { TokenStream::new() } else { code(entity) };
    let builder = made(builder::types);
    let parts = [
        drop::forbid(&entity.ident),
        callbacks::expand(entity),
        output::expand(entity),
        descriptor::expand(entity),
        constants::expand(entity),
        relations::expand(entity),
        populate::expand(entity),
        made(builder::setters),
        made(build::expand),
        made(inputs::expand),
        made(map_to_pk::expand),
        entity.base.as_ref().map(|base| base::deref(&entity.ident, base)).unwrap_or_default(),
    ];
    quote! {
        #module
        #builder
        #[allow(dead_code, non_upper_case_globals, private_interfaces, private_bounds, unreachable_pub, unused_qualifications)]
        #[allow(clippy::all, clippy::pedantic)]
        const _: () = {
            use #root as __orm;
            #(#parts)*
        };
    }
}

impl Field {
    /// The field's place in the struct: `author`, or `base.id` through the base, whose own base may have it.
    fn place(&self) -> TokenStream {
        let (ident, through) = (&self.ident, self.through.iter().chain(&self.deeper));
        quote!(#(#through.)*#ident)
    }
    /// A relation's target. `orm` is the path of what generated code uses, here and below.
    fn target(&self, orm: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        match &self.inner {
            Some(target) => target.to_token_stream(),
            None => quote_spanned!(ty.span()=> <#ty as #orm::populate::RelationField>::Target),
        }
    }
    /// The type of a column's value: without `Lazy`.
    fn value(&self, orm: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        match (&self.inner, self.kind) {
            (Some(value), Kind::Lazy) => value.to_token_stream(),
            (None, Kind::Lazy) => quote_spanned!(ty.span()=> <#ty as #orm::derived::LazyValue>::Value),
            _ => ty.to_token_stream(),
        }
    }
}

/// The function that gives the default of an embeddable's field.
pub fn default_function(field: &Field, owner: &syn::Ident) -> TokenStream {
    callbacks::values(field, &owner.to_token_stream(), &alias(), &TokenStream::new())
}

/// The alias of [`Entity::root`] inside the `const _` that has the impls.
fn alias() -> TokenStream {
    quote!(__orm)
}

/// Generated tokens moved to what they are about, for messages; what they resolve to stays.
fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let mut moved = Group::new(group.delimiter(), respanned(group.stream(), span));
                moved.set_span(group.span().located_at(span));
                TokenTree::Group(moved)
            }
            mut other => {
                other.set_span(other.span().located_at(span));
                other
            }
        })
        .collect()
}
