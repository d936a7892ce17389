//! Base entities.
//!
//! A derive sees one struct. So the base's derive leaves a macro with the base's name, which has the base's
//! fields: an entity's derive calls it (`path::Base! { .. }` is in scope wherever `path::Base` is), and what
//! it expands to, `entity_with_base!`, sees both structs.
//!
//! Types and expressions of the base mean something where the base stands, not where the entity stands. So
//! the base's derive also leaves its fields' types as associated types, and its expressions as functions.

use super::callbacks::{condition_name, create_name, default_name, update_name, values};
use super::drop;
use super::name_hash::name_hash;
use super::output;
use crate::parse::{Base, Entity, Field, FieldType};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{DeriveInput, Expr, FieldsNamed, Type, Visibility, parse_quote};

/// The code for a base.
pub fn base_entity(
    input: &DeriveInput,
    named: &FieldsNamed,
    fields: &[Field],
    root: &TokenStream,
    hooks: bool,
    place: &str,
) -> TokenStream {
    let ident = &input.ident;
    let forbid_drop = drop::forbid(ident);
    let types = fields.iter().enumerate().map(|(index, field)| {
        let ty = &field.ty;
        quote! {
            impl #root::derived::BaseField<#index> for #ident {
                type Type = #ty;
            }
        }
    });
    let functions = fields.iter().map(|field| {
        let vis = quote!(#[doc(hidden)] pub);
        let values = values(field, &ident.to_token_stream(), root, &vis);
        let output = output::serializer(field, root, &vis);
        quote!(#values #output)
    });
    let bring = bring(input, named, root, hooks, place);
    let hooked = hooks.then(|| quote!(#[doc(hidden)] impl #root::events::BaseHooked for #ident {}));
    quote! {
        #[allow(dead_code, drop_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        const _: () = {
            #forbid_drop
            impl #root::entity::BaseEntity for #ident {}
            #hooked
            #(#types)*
            impl #ident {
                #(#functions)*
            }
        };
        #bring
    }
}

/// The macro with the base's fields, under the base's name.
fn bring(input: &DeriveInput, named: &FieldsNamed, root: &TokenStream, hooks: bool, place: &str) -> TokenStream {
    let ident = &input.ident;
    let fields = named.named.iter().map(|field| {
        let attributes = field.attrs.iter().filter(|attribute| attribute.path().is_ident("orm"));
        let (name, ty) = (&field.ident, &field.ty);
        quote!(#(#attributes)* #name: #ty)
    });
    let vis = &input.vis;
    let hooks = hooks.then(|| quote!(hooks));
    // for other crates the macro must be exported, and names of exported macros are the whole crate's
    let name = format_ident!("__mikro_orm_base_{}_{:08x}", ident, name_hash(place) & 0xffff_ffff);
    let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[macro_export]));
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros)]
        #export
        macro_rules! #name {
            (@entity $($entity:tt)*) => {
                #root::entity_with_base! { { #(#fields),* } #hooks $($entity)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #vis use #name as #ident;
    }
}

/// The first step for an entity with a base: hand the struct to the base's macro.
pub fn hand_to_base(input: &DeriveInput, base: &Base) -> TokenStream {
    let path = &base.ty.path;
    quote!(#path! { @entity #input })
}

/// A base's field as the entity's: its type and expressions named from where the entity stands.
pub fn inherited(mut field: Field, index: usize, base: &Base, root: &TokenStream) -> Field {
    let path = &base.ty;
    if !means_the_same_everywhere(&field.ty) {
        field.ty = parse_quote!(<#path as #root::derived::BaseField<#index>>::Type);
        field.inner = None;
    }
    let (default, create, update) = (default_name(&field), create_name(&field), update_name(&field));
    let (serializer, condition) = (output::name(&field), condition_name(&field));
    let attributes = &mut field.attributes;
    let replace = |expr: &mut Option<Expr>, by: Expr| *expr = expr.take().map(|_| by);
    replace(&mut attributes.default, parse_quote!(<#path>::#default()));
    replace(&mut attributes.on_create, parse_quote!(<#path>::#create));
    replace(&mut attributes.on_update, parse_quote!(<#path>::#update));
    replace(&mut attributes.serializer, parse_quote!(<#path>::#serializer));
    replace(&mut attributes.relation.condition, parse_quote!(<#path>::#condition()));
    field.through = Some(base.ident.clone());
    field
}

fn means_the_same_everywhere(ty: &Type) -> bool {
    match FieldType::of(ty) {
        FieldType::Option(inner) => means_the_same_everywhere(inner),
        FieldType::Scalar("Vec") => ty.to_token_stream().to_string() == "Vec < u8 >",
        FieldType::Scalar("String" | "bool" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "f32" | "f64") => {
            matches!(ty, Type::Path(path) if path.path.get_ident().is_some())
        }
        _ => false,
    }
}

/// The entity as its base.
pub fn deref(entity: &Entity) -> TokenStream {
    let (ident, Some(base)) = (&entity.ident, &entity.base) else { return TokenStream::new() };
    let (field, ty) = (&base.ident, &base.ty);
    quote! {
        impl ::core::ops::Deref for #ident {
            type Target = #ty;
            fn deref(&self) -> &#ty {
                &self.#field
            }
        }
        impl ::core::ops::DerefMut for #ident {
            fn deref_mut(&mut self) -> &mut #ty {
                &mut self.#field
            }
        }
    }
}
