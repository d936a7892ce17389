//! The builder: one type parameter per required field, which says whether the field was set.

use super::alias;
use crate::parse::{Entity, Field, Kind};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

/// `BookBuilder`
pub fn builder_name(entity: &Entity) -> Ident {
    format_ident!("{}Builder", entity.ident)
}
/// `BookFields`
pub fn fields_name(entity: &Entity) -> Ident {
    format_ident!("{}Fields", entity.ident)
}
/// The required fields, in the order of their type parameters.
pub fn required(entity: &Entity) -> Vec<&Field> {
    entity.fields.iter().filter(|field| field.is_required()).collect()
}
/// The builder's type parameters.
pub fn parameters(entity: &Entity) -> Vec<Ident> {
    (0..required(entity).len()).map(|i| format_ident!("R{i}")).collect()
}

/// The builder and what it fills, as items beside the entity.
pub fn types(entity: &Entity) -> TokenStream {
    let Entity { vis, root, module, name, .. } = entity;
    let (builder, fields) = (builder_name(entity), fields_name(entity));
    let parameters = parameters(entity);
    let defaults = parameters.iter().zip(required(entity)).map(|(parameter, field)| {
        let marker = &field.ident;
        quote!(#parameter = #root::input::Unset<#module::#marker>)
    });
    let slots = entity.fields.iter().map(|field| {
        let (ident, ty) = (&field.ident, slot_type(field, entity));
        quote!(#ident: #ty)
    });
    let doc = format!("Builds [`{name}`]({name}): pass it to `em.create(..)` once every required field is set.");
    quote! {
        #[doc = #doc]
        #[must_use = "a builder does nothing until it is passed to `em.create(..)` or to a relation's setter"]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, clippy::all, clippy::pedantic)]
        #vis struct #builder<#(#defaults),*> {
            fields: #fields,
            state: ::core::marker::PhantomData<fn() -> (#(#parameters,)*)>,
        }
        #[doc(hidden)]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, clippy::all, clippy::pedantic)]
        #vis struct #fields {
            #(#slots,)*
        }
    }
}

/// What the builder holds for a field.
fn slot_type(field: &Field, entity: &Entity) -> TokenStream {
    let orm = &entity.root;
    match field.kind {
        Kind::ToOne => {
            let target = field.target(orm);
            quote!(::core::option::Option<#orm::input::Input<#target>>)
        }
        Kind::ToMany => {
            let target = field.target(orm);
            quote!(::std::vec::Vec<#orm::input::Input<#target>>)
        }
        Kind::Scalar | Kind::Lazy => {
            let value = field.value(orm);
            quote!(::core::option::Option<#value>)
        }
    }
}

/// `Book::builder()` and the setters.
pub fn setters(entity: &Entity) -> TokenStream {
    let Entity { ident: owner, name, .. } = entity;
    let (builder, fields) = (builder_name(entity), fields_name(entity));
    let parameters = parameters(entity);
    let empty = entity.fields.iter().map(|field| {
        let ident = &field.ident;
        match field.kind {
            Kind::ToMany => quote!(#ident: ::std::vec::Vec::new()),
            _ => quote!(#ident: ::core::option::Option::None),
        }
    });
    let setters = entity.fields.iter().filter(|field| !field.is_computed()).map(|field| setter(entity, field));
    let doc = match &required(entity)[..] {
        [] => format!("A builder of `{name}`; every field is optional."),
        required => {
            let names: Vec<_> = required.iter().map(|field| format!("`{}`", field.name)).collect();
            format!("A builder of `{name}`; required: {}.", names.join(", "))
        }
    };
    quote! {
        impl #owner {
            #[doc = #doc]
            pub fn builder() -> #builder {
                #builder { fields: #fields { #(#empty,)* }, state: ::core::marker::PhantomData }
            }
        }
        impl<#(#parameters),*> #builder<#(#parameters),*> {
            #(#setters)*
        }
    }
}

fn setter(entity: &Entity, field: &Field) -> TokenStream {
    let orm = alias();
    let (ident, owner, builder) = (&field.ident, &entity.ident, builder_name(entity));
    let span = field.ty.span();
    let (argument, value) = match field.kind {
        // (a builder's relation back is implied)
        Kind::ToOne if field.is_inverse_one_to_one() => {
            let target = field.target(&orm);
            (
                quote_spanned!(span=> impl __orm::input::IntoItem<#target, #owner, ::core::option::Option<__orm::input::Input<#target>>>),
                quote!(__orm::input::IntoItem::into_item(value)),
            )
        }
        Kind::ToOne if field.nullable => {
            let target = field.target(&orm);
            (
                quote_spanned!(span=> impl __orm::input::IntoRef<#target, ::core::option::Option<__orm::input::Input<#target>>>),
                quote!(__orm::input::IntoRef::into_ref(value)),
            )
        }
        Kind::ToOne => {
            let target = field.target(&orm);
            (
                quote_spanned!(span=> impl __orm::input::IntoRef<#target>),
                quote!(::core::option::Option::Some(__orm::input::IntoRef::into_ref(value))),
            )
        }
        Kind::ToMany => {
            let target = field.target(&orm);
            (
                quote_spanned!(span=> impl ::core::iter::IntoIterator<Item: __orm::input::IntoItem<#target, #owner>>),
                quote!(value.into_iter().map(__orm::input::IntoItem::into_item).collect()),
            )
        }
        Kind::Scalar | Kind::Lazy => {
            let value = field.value(&orm);
            (
                quote_spanned!(span=> impl __orm::field::IntoField<#value>),
                quote!(::core::option::Option::Some(__orm::field::IntoField::into_field(value))),
            )
        }
    };
    let doc = format!("Sets `{}`.", field.name);
    let place = required(entity).iter().position(|required| required.name == field.name);
    let (result, finish) = match place {
        None => (quote!(Self), quote!(self)),
        Some(place) => {
            let arguments = parameters(entity)
                .into_iter()
                .enumerate()
                .map(|(i, parameter)| if i == place { quote!(__orm::input::Set) } else { quote!(#parameter) });
            (quote!(#builder<#(#arguments),*>), quote!(#builder { fields: self.fields, state: ::core::marker::PhantomData }))
        }
    };
    quote! {
        #[doc = #doc]
        pub fn #ident(mut self, value: #argument) -> #result {
            self.fields.#ident = #value;
            #finish
        }
    }
}
