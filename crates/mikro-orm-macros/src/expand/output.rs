//! `serializer` and `virtual`: functions that give what is in serialized output.

use super::alias;
use super::callbacks::{argument, with_argument_type};
use crate::parse::{Entity, Field, Kind};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Ident};

/// The function that gives what is in the output instead of a field's value.
pub fn name(field: &Field) -> Ident {
    format_ident!("__serialize_{}", field.name)
}
/// The same behind a pointer to the field.
pub fn in_place_name(field: &Field) -> Ident {
    format_ident!("__serialize_in_place_{}", field.name)
}
fn computed_name(ident: &Ident) -> Ident {
    format_ident!("__virtual_{}", ident.unraw())
}

/// The functions of all fields, and of the entity.
pub fn expand(entity: &Entity) -> TokenStream {
    let fields = entity.fields.iter().filter(|field| field.attributes.serializer.is_some()).map(|field| {
        let function = serializer(field, &alias(), &TokenStream::new());
        let in_place = in_place(field);
        quote!(#function #in_place)
    });
    let computed = entity.computed.iter().map(|(ident, function)| computed(entity, ident, function));
    let functions: TokenStream = fields.chain(computed).collect();
    if functions.is_empty() { functions } else { quote!(__orm::__with_serde! { #functions }) }
}

/// A field's serializer, as a function of the field's value.
pub fn serializer(field: &Field, orm: &TokenStream, vis: &TokenStream) -> TokenStream {
    let Some(expr) = &field.attributes.serializer else { return TokenStream::new() };
    let (name, value, argument) = (name(field), field.value(orm), argument());
    let function = with_argument_type(expr, &value);
    let call = quote_spanned!(expr.span()=> (#function)(#argument));
    let function = quote!(#vis fn #name(#argument: &#value) -> #orm::derived::Output<'_> { #orm::derived::output(#call) });
    // (within the base's own code nothing wraps it)
    if vis.is_empty() { function } else { quote!(#orm::__with_serde! { #function }) }
}

fn in_place(field: &Field) -> TokenStream {
    let (name, function, ty, argument) = (in_place_name(field), name(field), &field.ty, argument());
    let value = if field.kind == Kind::Lazy {
        quote! {
            match #argument.get() {
                ::core::result::Result::Ok(value) => #function(value),
                ::core::result::Result::Err(_) => __orm::derived::output(()),
            }
        }
    } else {
        quote!(#function(#argument))
    };
    quote! {
        unsafe fn #name<'a>(#argument: *const u8, _: ::core::marker::PhantomData<&'a ()>) -> __orm::derived::Output<'a> {
            // SAFETY: the caller passes a valid field of this type, which lives for 'a
            let #argument: &'a #ty = unsafe { &*#argument.cast::<#ty>() };
            #value
        }
    }
}

fn computed(entity: &Entity, ident: &Ident, function: &Expr) -> TokenStream {
    let (owner, name, argument) = (&entity.ident, computed_name(ident), argument());
    let function = of_entity(with_argument_type(function, &owner.to_token_stream()), owner);
    let call = quote_spanned!(function.span()=> (#function)(#argument));
    quote! {
        unsafe fn #name<'a>(#argument: *const u8, _: ::core::marker::PhantomData<&'a ()>) -> __orm::derived::Output<'a> {
            // SAFETY: the caller passes a valid instance of this entity, which lives for 'a
            let #argument: &'a #owner = unsafe { &*#argument.cast::<#owner>() };
            __orm::derived::output(#call)
        }
    }
}

/// `Self` as the entity: the functions stand in no `impl` of it.
fn of_entity(tokens: TokenStream, owner: &Ident) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Ident(ident) if ident == "Self" => {
            let mut owner = owner.clone();
            owner.set_span(ident.span());
            TokenTree::Ident(owner)
        }
        TokenTree::Group(group) => {
            let mut replaced = Group::new(group.delimiter(), of_entity(group.stream(), owner));
            replaced.set_span(group.span());
            TokenTree::Group(replaced)
        }
        other => other,
    };
    tokens.into_iter().map(replace).collect()
}

/// The table of what is computed.
pub fn table(entity: &Entity) -> TokenStream {
    if entity.computed.is_empty() {
        return quote!(&[]);
    }
    let entries = entity.computed.iter().map(|(ident, _)| {
        let (name, function) = (ident.unraw().to_string(), computed_name(ident));
        quote!(__orm::entity::Computed { name: #name, output: #function })
    });
    quote!(__orm::__if_serde!(&[#(#entries),*], &[]))
}
