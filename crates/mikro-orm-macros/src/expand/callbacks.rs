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
/// The function that gives a field's value after a change.
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
    let update = attributes.on_update.as_ref().map(|expr| function(update_name(field), expr, parameter()));
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

/// A call of a callback's function with `entity`, as the field's type.
pub fn call(field: &Field, function: &Ident, entity: &TokenStream) -> TokenStream {
    let call = match &field.through {
        Some(base) => quote!(#function(&(#entity).#base)),
        None => quote!(#function(#entity)),
    };
    if field.kind == Kind::Lazy { quote!(__orm::heap::Lazy::new(#call)) } else { call }
}

/// The replacement of a field behind a pointer to its entity.
fn update(entity: &Entity, field: &Field) -> TokenStream {
    let (owner, place, argument) = (&entity.ident, field.place(), argument());
    let name = update_in_place_name(field);
    let new = call(field, &update_name(field), &quote!(#argument));
    quote! {
        unsafe fn #name(#argument: *mut u8) {
            // SAFETY: the caller passes a valid, owned instance of this entity
            let #argument: &mut #owner = unsafe { &mut *#argument.cast::<#owner>() };
            #argument.#place = #new;
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
