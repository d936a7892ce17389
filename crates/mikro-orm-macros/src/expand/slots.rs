//! The populate state's type parameters.
//!
//! One slot per relation and lazy column. Each impl names all parameters, which is quadratic: beyond
//! a dozen slots they are grouped in tuples of eight, and an impl opens only the group that it is about.

use crate::parse::{Entity, Field};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::ops::Range;
use syn::{Ident, Visibility};

const MOST_FLAT: usize = 12;
const GROUP: usize = 8;

/// The slots of an entity, in the order of its fields.
pub struct Slots<'a> {
    module: &'a Ident,
    fields: Vec<&'a Field>,
}

impl<'a> Slots<'a> {
    /// The entity's slots.
    pub fn of(entity: &'a Entity) -> Self {
        Slots { module: &entity.module, fields: entity.fields.iter().filter(|field| field.is_populatable()).collect() }
    }

    /// The fields that have a slot; a field's place here is its slot's number.
    pub fn fields(&self) -> &[&'a Field] {
        &self.fields
    }

    /// The struct, as an item of the module of markers.
    pub fn declaration(&self, orm: &TokenStream, vis: &Visibility) -> TokenStream {
        let empty = |slot: usize| {
            let marker = &self.fields[slot].ident;
            quote!(#orm::populate::No<#marker>)
        };
        let defaults: Vec<TokenStream> = match self.groups() {
            None => (0..self.fields.len()).map(empty).collect(),
            Some(groups) => groups.map(|group| group.map(empty)).map(|slots| quote!((#(#slots,)*))).collect(),
        };
        let names: Vec<Ident> = (0..defaults.len()).map(outer).collect();
        quote! {
            #[doc(hidden)]
            #vis struct Populate<#(#names = #defaults),*>(::core::marker::PhantomData<fn() -> (#(#names,)*)>);
        }
    }

    /// The parameters that an impl for a slot declares.
    pub fn parameters(&self, slot: usize) -> Vec<Ident> {
        let Some(groups) = self.groups() else { return (0..self.fields.len()).map(outer).collect() };
        let opened = slot / GROUP;
        let others = (0..groups.len()).filter(|group| *group != opened).map(outer);
        others.chain((0..self.group(opened).len()).map(inner)).collect()
    }

    /// The parameter of a slot, among these.
    pub fn parameter(&self, slot: usize) -> Ident {
        if self.groups().is_some() { inner(slot % GROUP) } else { outer(slot) }
    }

    /// The state as these parameters make it, with one slot replaced.
    pub fn state(&self, slot: usize, replacement: Option<TokenStream>) -> TokenStream {
        let of_slot = replacement.unwrap_or_else(|| self.parameter(slot).into_token_stream());
        let arguments: Vec<TokenStream> = match self.groups() {
            None => {
                (0..self.fields.len()).map(|i| if i == slot { of_slot.clone() } else { outer(i).into_token_stream() }).collect()
            }
            Some(groups) => (0..groups.len())
                .map(|group| {
                    if group != slot / GROUP {
                        return outer(group).into_token_stream();
                    }
                    let slots = (0..self.group(group).len())
                        .map(|i| if i == slot % GROUP { of_slot.clone() } else { inner(i).into_token_stream() });
                    quote!((#(#slots,)*))
                })
                .collect(),
        };
        let module = self.module;
        quote!(#module::Populate<#(#arguments),*>)
    }

    /// The groups' slots, when there are groups.
    fn groups(&self) -> Option<impl ExactSizeIterator<Item = Range<usize>> + '_> {
        let count = self.fields.len().div_ceil(GROUP);
        (self.fields.len() > MOST_FLAT).then(|| (0..count).map(|group| self.group(group)))
    }
    fn group(&self, group: usize) -> Range<usize> {
        group * GROUP..self.fields.len().min((group + 1) * GROUP)
    }
}

fn outer(i: usize) -> Ident {
    format_ident!("S{i}")
}
fn inner(i: usize) -> Ident {
    format_ident!("T{i}")
}
