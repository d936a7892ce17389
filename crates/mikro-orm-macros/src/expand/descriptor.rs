//! The table of fields: offsets, operations and attributes.

use super::callbacks::{default_name, update_in_place_name};
use crate::parse::{Entity, Field};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The table and `impl Entity`.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { ident, name, module, .. } = entity;
    let fields = entity.fields.iter().map(|field| field_def(entity, field));
    let table = option(entity.table.as_ref());
    let key = &entity.key().1.ty;
    quote! {
        static DESCRIPTOR: __orm::entity::EntityDescriptor = __orm::entity::EntityDescriptor {
            name: #name,
            table: #table,
            type_id: ::core::any::TypeId::of::<#ident>,
            layout: ::core::alloc::Layout::new::<#ident>(),
            drop: __orm::entity::drop_entity::<#ident>,
            fields: &[#(#fields),*],
        };
        // SAFETY: the table lists every field (the struct literal below would not compile with fewer) with its own
        // offset and type; `Drop` is ruled out above
        unsafe impl __orm::entity::Entity for #ident {
            const NAME: &'static str = #name;
            type Key = #key;
            type Unpopulated = #module::Populate;
            fn descriptor() -> &'static __orm::entity::EntityDescriptor {
                &DESCRIPTOR
            }
        }
    }
}

fn field_def(entity: &Entity, field: &Field) -> TokenStream {
    let (owner, name, ty, place) = (&entity.ident, &field.name, &field.ty, field.place());
    let attributes = attributes(field);
    // one bound on the type, at the type: an unsupported one is one error
    let function = quote_spanned!(ty.span()=> __orm::derived::field::<#ty>);
    quote!(#function(#name, ::core::mem::offset_of!(#owner, #place), #attributes))
}

fn attributes(field: &Field) -> TokenStream {
    let a = &field.attributes;
    let mut set = Vec::new();
    let mut flag = |name: TokenStream, on: bool| {
        if on {
            set.push(quote!(#name: true));
        }
    };
    flag(quote!(primary), a.primary);
    flag(quote!(text), a.text);
    flag(quote!(hidden), a.hidden);
    flag(quote!(on_create), a.on_create.is_some() || a.on_update.is_some());
    flag(quote!(version), a.version);
    let mut text = |name: TokenStream, value: Option<TokenStream>| {
        if let Some(value) = value {
            set.push(quote!(#name: ::core::option::Option::Some(#value)));
        }
    };
    text(quote!(unique), a.unique.as_ref().map(|v| quote!(#v)));
    text(quote!(index), a.index.as_ref().map(|v| quote!(#v)));
    text(quote!(length), a.length.as_ref().map(|v| quote!(#v)));
    text(quote!(column_type), a.column_type.as_ref().map(|v| quote!(#v)));
    text(quote!(column), a.name.as_ref().map(|v| quote!(#v)));
    text(quote!(default_raw), a.default_raw.as_ref().map(|v| quote!(#v)));
    text(
        quote!(mapped_by),
        a.mapped_by.as_ref().map(|v| {
            let v = v.unraw().to_string();
            quote!(#v)
        }),
    );
    text(
        quote!(default),
        a.default.as_ref().map(|_| {
            let function = default_name(field);
            quote!(|| __orm::field::Scalar::to_value(&#function()).into_owned())
        }),
    );
    text(
        quote!(on_update),
        a.on_update.as_ref().map(|_| {
            let function = update_in_place_name(field);
            quote!(#function)
        }),
    );
    if set.is_empty() {
        return quote!(__orm::entity::FieldAttributes::NONE);
    }
    quote!(__orm::entity::FieldAttributes { #(#set,)* ..__orm::entity::FieldAttributes::NONE })
}

fn option(value: Option<&syn::LitStr>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
