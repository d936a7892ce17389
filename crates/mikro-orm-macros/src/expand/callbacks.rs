//! `default`, `on_create`, `on_update` and `where` as functions, one each, so that a wrong expression is one error.

use super::{alias, respanned};
use crate::parse::{Entity, Field, Kind};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Pat};

/// The function that gives a field's default.
pub fn default_name(field: &Field) -> Ident {
    format_ident!("__default_{}", field.name)
}
/// The function that gives a field's first value.
pub fn create_name(field: &Field) -> Ident {
    format_ident!("__create_{}", field.name)
}
/// The function that gives a field's value after a change: none without an entity, when the callback takes it.
pub fn update_name(field: &Field) -> Ident {
    format_ident!("__update_{}", field.name)
}
/// The function that replaces a field's value in an entity.
pub fn update_in_place_name(field: &Field) -> Ident {
    format_ident!("__update_in_place_{}", field.name)
}

/// The function that gives a collection's condition.
pub fn condition_name(field: &Field) -> Ident {
    format_ident!("__where_{}", field.name)
}

/// The functions of all fields.
pub fn expand(entity: &Entity) -> TokenStream {
    let functions = entity.fields.iter().map(|field| {
        let functions = values(field, &receiver(entity, field), &alias(), &TokenStream::new());
        let update = field.attributes.on_update.as_ref().map(|_| update(entity, field));
        quote!(#functions #update)
    });
    functions.collect()
}

/// What callbacks of a field are called with: the entity, or for a base's field the base.
fn receiver(entity: &Entity, field: &Field) -> TokenStream {
    match &entity.base {
        Some(base) if field.through.is_some() => base.ty.to_token_stream(),
        _ => entity.ident.to_token_stream(),
    }
}

/// The functions that give values: the default, and the results of the callbacks. What is wrong with an
/// expression is reported at the expression.
pub fn values(field: &Field, receiver: &TokenStream, orm: &TokenStream, vis: &TokenStream) -> TokenStream {
    let value = field.value(orm);
    let argument = argument();
    let function = |name: Ident, expr: &Expr, parameter: Option<TokenStream>| {
        let span = expr.span();
        let (orm, into) = (respanned(orm.clone(), span), respanned(value.clone(), span));
        let given = match &parameter {
            None => expr.to_token_stream(),
            Some(_) => {
                let callback = with_argument_type(expr, receiver);
                let receiver = respanned(receiver.clone(), span);
                quote_spanned!(span=> #orm::input::Callback::<#receiver, _, _>::call(#callback, #argument))
            }
        };
        let body = quote_spanned!(span=> #orm::field::IntoField::<#into>::into_field(#given));
        quote!(#vis fn #name(#parameter) -> #value { #body })
    };
    let attributes = &field.attributes;
    let parameter = || Some(quote!(#argument: &#receiver));
    let default = attributes.default.as_ref().map(|expr| function(default_name(field), expr, None));
    let create = attributes.on_create.as_ref().map(|expr| function(create_name(field), expr, parameter()));
    let update = attributes.on_update.as_ref().map(|expr| {
        let (name, span) = (update_name(field), expr.span());
        let (orm, into) = (respanned(orm.clone(), span), respanned(value.clone(), span));
        // (a base's function knows whether its callback takes the base)
        let given = if field.through.is_some() {
            quote!(#expr(#argument))
        } else {
            let (callback, receiver) = (with_argument_type(expr, receiver), respanned(receiver.clone(), span));
            quote_spanned!(span=> #orm::input::Callback::<#receiver, _, _>::call_with(#callback, #argument))
        };
        let body = quote_spanned!(span=> #given.map(|value| #orm::field::IntoField::<#into>::into_field(value)));
        let option = quote!(::core::option::Option);
        quote!(#vis fn #name(#argument: #option<&#receiver>) -> #option<#value> { #body })
    });
    let condition = attributes.relation.condition.as_ref().map(|expr| condition(field, expr, orm, vis));
    quote!(#default #create #update #condition)
}

/// A collection's condition, on what it collects.
fn condition(field: &Field, expr: &Expr, orm: &TokenStream, vis: &TokenStream) -> TokenStream {
    let (name, target, span) = (condition_name(field), field.target(orm), expr.span());
    let body = {
        let (orm, target) = (respanned(orm.clone(), span), respanned(target.clone(), span));
        quote_spanned!(span=> #orm::query::IntoFilter::<#target>::into_filter(#expr))
    };
    quote! {
        #vis fn #name() -> #orm::query::Condition<#target> {
            #[allow(unused_imports)]
            use #orm::query::{ScalarProperty as _, ToManyRelation as _, ToOneRelation as _};
            #body
        }
    }
}

/// The assignment of a field's first value to `entity`.
pub fn create_in(field: &Field, entity: &TokenStream) -> TokenStream {
    // what is kept up to date needs a first value too
    if field.attributes.on_create.is_none() {
        return update_in(field, entity);
    }
    let (function, receiver, place) = (create_name(field), receiver_in(field, entity), field.place());
    let new = held(field, quote!(#function(#receiver)));
    quote!(#entity.#place = #new;)
}

/// The assignment of a field's value after a change to `entity`.
fn update_in(field: &Field, entity: &TokenStream) -> TokenStream {
    let (function, receiver, place) = (update_name(field), receiver_in(field, entity), field.place());
    let new = held(field, quote!(new));
    quote! {
        if let ::core::option::Option::Some(new) = #function(::core::option::Option::Some(#receiver)) {
            #entity.#place = #new;
        }
    }
}

/// What a callback is called with, of `entity`.
fn receiver_in(field: &Field, entity: &TokenStream) -> TokenStream {
    field.through.as_ref().map_or_else(|| quote!(&#entity), |base| quote!(&#entity.#base))
}

/// A callback's value as the field's type.
fn held(field: &Field, value: TokenStream) -> TokenStream {
    if field.kind == Kind::Lazy { quote!(__orm::heap::Lazy::new(#value)) } else { value }
}

/// The replacement of a field behind a pointer to its entity.
fn update(entity: &Entity, field: &Field) -> TokenStream {
    let (owner, argument) = (&entity.ident, argument());
    let name = update_in_place_name(field);
    let update = update_in(field, &quote!(#argument));
    quote! {
        unsafe fn #name(#argument: *mut u8) {
            // SAFETY: the caller passes a valid, owned instance of this entity
            let #argument: &mut #owner = unsafe { &mut *#argument.cast::<#owner>() };
            #update
        }
    }
}

/// The name of the functions' parameter, which the user's expressions can't see.
pub(super) fn argument() -> Ident {
    Ident::new("entity", Span::mixed_site())
}

/// `|book| ..` as `|book: &Book| ..`: the compiler can't infer it from the callback's trait.
pub(super) fn with_argument_type(expr: &Expr, receiver: &TokenStream) -> TokenStream {
    let Expr::Closure(closure) = expr else { return expr.to_token_stream() };
    let mut closure = closure.clone();
    for input in &mut closure.inputs {
        if !matches!(input, Pat::Type(_)) {
            *input = Pat::Verbatim(quote!(#input: &#receiver));
        }
    }
    closure.to_token_stream()
}
