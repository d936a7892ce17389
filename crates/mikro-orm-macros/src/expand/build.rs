//! From a builder's fields to the entity.

use super::builder::{builder_name, fields_name, parameters, required};
use super::callbacks::{create_in, default_name};
use crate::parse::{Entity, Field, Kind};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

/// The building, and the impls that make a complete builder an input.
pub fn expand(entity: &Entity) -> TokenStream {
    let owner = &entity.ident;
    let (builder, fields) = (builder_name(entity), fields_name(entity));
    let parameters = parameters(entity);
    let (set, set_for_item) = (bounds(entity, false), bounds(entity, true));
    let building = building(entity);
    // the struct's span: a message that an impl is missing something then shows the struct, not the derive
    let span = owner.span();
    let header = |bounds: &[TokenStream], of: TokenStream| quote_spanned!(span=> impl<#(#bounds),*> __orm::input::#of for #builder<#(#parameters),*>);
    let build = header(&set, quote_spanned!(span=> Build<#owner>));
    // (an input, or an option of one)
    let input = quote!(__I: ::core::convert::From<__orm::input::Input<#owner>>);
    let with_input = |bounds: &[TokenStream]| [bounds, std::slice::from_ref(&input)].concat();
    let into_ref = header(&with_input(&set), quote_spanned!(span=> IntoRef<#owner, __I>));
    let into_item = header(&with_input(&set_for_item), quote_spanned!(span=> IntoItem<#owner, __O, __I>));
    quote! {
        impl __orm::input::New<#owner> for #fields {
            #building
        }
        impl __orm::input::Build<#owner> for #owner {
            fn build(self, creation: &mut __orm::create::Creation<'_>) -> #owner {
                creation.mark_struct();
                self
            }
        }
        #build {
            fn build(self, creation: &mut __orm::create::Creation<'_>) -> #owner {
                __orm::input::New::build(::std::boxed::Box::new(self.fields), creation)
            }
        }
        #into_ref {
            fn into_ref(self) -> __I {
                __I::from(__orm::input::Input::New(::std::boxed::Box::new(self.fields)))
            }
        }
        #into_item {
            fn into_item(self) -> __I {
                __I::from(__orm::input::Input::New(::std::boxed::Box::new(self.fields)))
            }
        }
    }
}

/// The builder's parameters with what makes it complete: on its own, or as an item of a collection of `O`.
fn bounds(entity: &Entity, as_item: bool) -> Vec<TokenStream> {
    let module = &entity.module;
    let bound = |(field, parameter): (&Field, Ident)| {
        let (marker, span) = (&field.ident, entity.ident.span());
        // the owner of the collection that the item goes into is this relation's value
        if as_item && field.kind == Kind::ToOne {
            quote_spanned!(span=> #parameter: __orm::derived::SetFor<__O, #module::#marker>)
        } else {
            quote_spanned!(span=> #parameter: __orm::input::IsSet<#module::#marker>)
        }
    };
    let owner = as_item.then(|| quote!(__O));
    owner.into_iter().chain(required(entity).into_iter().zip(parameters(entity)).map(bound)).collect()
}

fn building(entity: &Entity) -> TokenStream {
    let owner = &entity.ident;
    let value_of = |(index, field): (usize, &Field)| {
        let (ident, value) = (&field.ident, value(index, field));
        quote!(#ident: #value)
    };
    let all = || entity.fields.iter().enumerate();
    let own = all().filter(|(_, field)| field.through.is_none()).map(value_of);
    let base = entity.base.as_ref().map(|base| {
        let (ident, path) = (&base.ident, &base.ty.path);
        let fields = || all().filter(|(_, field)| field.through.is_some());
        // (a base's own base has a name only there)
        if fields().any(|(_, field)| !field.deeper.is_empty()) {
            let values = fields().map(|(index, field)| value(index, field));
            return quote!(#ident: <#path>::__of(#(#values),*),);
        }
        let fields = fields().map(value_of);
        quote!(#ident: #path { #(#fields,)* },)
    });
    let called: Vec<&Field> = entity.fields.iter().filter(|field| has_callback(field)).collect();
    // `_creation`: an entity may have nothing but optional columns
    let signature = quote!(fn build(self: ::std::boxed::Box<Self>, _creation: &mut __orm::create::Creation<'_>) -> #owner);
    let literal = quote!(#owner { #base #(#own,)* });
    if called.is_empty() {
        return quote!(#signature { #literal });
    }
    let given = called.iter().map(|field| {
        let (name, is_given) = (given_name(field), is_given(field));
        quote!(let #name = #is_given;)
    });
    let calls = called.iter().map(|field| {
        let (name, create) = (given_name(field), create_in(field, &quote!(entity)));
        quote!(if !#name { #create })
    });
    quote! {
        #signature {
            #(#given)*
            let mut entity = #literal;
            #(#calls)*
            entity
        }
    }
}

/// A field's value from what the builder holds.
fn value(index: usize, field: &Field) -> TokenStream {
    let ident = &field.ident;
    let index = u16::try_from(index).unwrap_or(u16::MAX);
    let held = quote!(self.#ident);
    let attributes = &field.attributes;
    let value = match field.kind {
        Kind::ToOne if field.is_inverse_one_to_one() => return quote!(_creation.to_one_inverse(#index, #held)),
        Kind::ToOne if field.is_computed() => return quote!(::core::option::Option::None),
        Kind::ToOne if field.nullable => return quote!(_creation.to_one_optional(#index, #held)),
        Kind::ToOne => return quote!(_creation.to_one(#index, #held)),
        Kind::ToMany => return quote!(_creation.to_many(#index, #held)),
        Kind::Scalar | Kind::Lazy => {
            if field.is_computed() || (field.is_virtual() && attributes.default.is_none() && !has_callback(field)) {
                quote!(_creation.unwritten(#held))
            } else if has_callback(field) {
                quote!(#held.unwrap_or_default())
            } else if attributes.default.is_some() {
                let default = default_name(field);
                quote!(#held.unwrap_or_else(#default))
            } else if field.has_generated_key() {
                quote!(_creation.key(#index, #held))
            } else if attributes.default_raw.is_some() || attributes.version {
                quote!(_creation.database(#index, #held))
            } else if field.nullable {
                quote!(#held.unwrap_or_default())
            } else {
                quote!(_creation.required(#held))
            }
        }
    };
    if field.kind == Kind::Lazy { quote!(__orm::heap::Lazy::new(#value)) } else { value }
}

fn has_callback(field: &Field) -> bool {
    field.attributes.on_create.is_some() || field.attributes.on_update.is_some()
}

/// Whether the builder was given a value: null counts as none.
fn is_given(field: &Field) -> TokenStream {
    let ident = &field.ident;
    if field.nullable {
        quote!(::core::matches!(self.#ident, ::core::option::Option::Some(::core::option::Option::Some(_))))
    } else {
        quote!(self.#ident.is_some())
    }
}

fn given_name(field: &Field) -> Ident {
    format_ident!("given_{}", field.name, span = Span::call_site())
}
