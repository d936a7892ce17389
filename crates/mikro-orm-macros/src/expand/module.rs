//! The module of markers: bare types, so that it needs nothing from outside.

use super::slots::Slots;
use crate::parse::Entity;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Visibility, parse_quote};

/// `pub mod book { .. }`
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { vis, module, name, .. } = entity;
    let doc = format!("The relations and required fields of [`{name}`]({name}), as types.");
    let inside = seen_from_inside(vis);
    let markers = entity.fields.iter().filter(|field| field.is_populatable() || field.is_required()).map(|field| {
        let ident = &field.ident;
        let derive = field.is_populatable().then(|| quote!(#[derive(Clone, Copy)]));
        let doc = format!("`{name}.{}`", field.name);
        quote! {
            #[doc = #doc]
            #derive
            #inside struct #ident;
        }
    });
    let populate = Slots::of(entity).declaration(&entity.root, &inside);
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code, missing_debug_implementations, unreachable_pub, clippy::all, clippy::pedantic)]
        #vis mod #module {
            #(#markers)*
            #populate
        }
    }
}

/// The struct's visibility as an item one module further in has to say it. Markers must not be more visible
/// than the entity, which is an associated type of theirs.
fn seen_from_inside(vis: &Visibility) -> Visibility {
    match vis {
        Visibility::Public(_) => vis.clone(),
        Visibility::Inherited => parse_quote!(pub(super)),
        Visibility::Restricted(restricted) => {
            let path = &restricted.path;
            let first = path.segments.first().map(|segment| segment.ident.to_string());
            match first.as_deref() {
                Some("crate") => vis.clone(),
                Some("self") if path.segments.len() == 1 => parse_quote!(pub(super)),
                _ => parse_quote!(pub(in super::#path)),
            }
        }
    }
}
