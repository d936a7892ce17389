//! Base entities.
//!
//! A derive sees one struct. So the base's derive leaves a macro with the base's name, which has the base's
//! fields: an entity's derive calls it (`path::Base! { .. }` is in scope wherever `path::Base` is), and what
//! it expands to, `entity_with_base!`, sees both structs.
//!
//! Types and expressions of the base mean something where the base stands, not where the entity stands. So
//! the base's derive also leaves its fields' types as associated types, and its expressions as functions.

use super::callbacks::{argument, condition_name, create_name, default_name, update_name, values};
use super::drop;
use super::name_hash::name_hash;
use super::output;
use crate::derive::From;
use crate::parse::{Base, BaseStruct, Field, FieldType, says};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{DeriveInput, Expr, Ident, Meta, Token, Type, Visibility, parse_quote};

/// The code for a base. `from` is what it has from its own base.
pub fn base_entity(base: &BaseStruct<'_>, from: &From, place: &str) -> TokenStream {
    let (ident, root) = (&base.input.ident, &base.root);
    let forbid_drop = drop::forbid(ident);
    let types = base.fields.iter().enumerate().map(|(index, field)| {
        let ty = &field.ty;
        quote! {
            impl #root::derived::BaseField<#index> for #ident {
                type Type = #ty;
            }
        }
    });
    let functions = base.fields.iter().map(|field| {
        let vis = quote!(#[doc(hidden)] pub);
        if let Some(own) = base.base.as_ref().filter(|_| field.through.is_some()) {
            return handed_on(field, own, root, &vis);
        }
        let values = values(field, &ident.to_token_stream(), root, &vis);
        let output = output::serializer(field, root, &vis);
        quote!(#values #output)
    });
    let of = base.complete.then(|| whole(base));
    let bring = bring(base, from, place);
    let hooked = base.hooks.then(|| quote!(#[doc(hidden)] impl #root::events::BaseHooked for #ident {}));
    let deref = base.base.as_ref().map(|own| deref(ident, own));
    quote! {
        #[allow(dead_code, drop_bounds, private_interfaces, clippy::all, clippy::pedantic)]
        const _: () = {
            #forbid_drop
            impl #root::entity::BaseEntity for #ident {}
            #hooked
            #(#types)*
            impl #ident {
                #(#functions)*
                #of
            }
            #deref
        };
        #bring
    }
}

/// The function that makes a base of its fields, for those that can't name its own base.
fn whole(base: &BaseStruct<'_>) -> TokenStream {
    let parameters = base.fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        quote!(#name: #ty)
    });
    let own = base.fields.iter().filter(|field| field.through.is_none()).map(|field| &field.ident);
    let inner = base.base.as_ref().map(|inner| {
        let (place, ty) = (&inner.ident, &inner.ty);
        let values = base.fields.iter().filter(|field| field.through.is_some()).map(|field| &field.ident);
        quote!(#place: <#ty>::__of(#(#values),*),)
    });
    quote! {
        #[doc(hidden)]
        pub fn __of(#(#parameters),*) -> Self {
            Self { #inner #(#own,)* }
        }
    }
}

/// The functions of a field that the base has from its own base: what they are called with derefs to that.
fn handed_on(field: &Field, base: &Base, root: &TokenStream, vis: &TokenStream) -> TokenStream {
    let (path, value, argument) = (&base.ty, field.value(root), argument());
    let attributes = &field.attributes;
    let default = attributes.default.as_ref().map(|_| {
        let name = default_name(field);
        quote!(#vis fn #name() -> #value { <#path>::#name() })
    });
    let create = attributes.on_create.as_ref().map(|_| {
        let name = create_name(field);
        quote!(#vis fn #name(#argument: &Self) -> #value { <#path>::#name(#argument) })
    });
    let update = attributes.on_update.as_ref().map(|_| {
        let (name, option) = (update_name(field), quote!(::core::option::Option));
        quote! {
            #vis fn #name(#argument: #option<&Self>) -> #option<#value> {
                <#path>::#name(#argument.map(|#argument| &**#argument))
            }
        }
    });
    let condition = attributes.relation.condition.as_ref().map(|_| {
        let (name, target) = (condition_name(field), field.target(root));
        quote!(#vis fn #name() -> #root::query::Condition<#target> { <#path>::#name() })
    });
    let serializer = attributes.serializer.as_ref().map(|_| {
        let name = output::name(field);
        quote! {
            #root::__with_serde! {
                #vis fn #name(#argument: &#value) -> #root::derived::Output<'_> { <#path>::#name(#argument) }
            }
        }
    });
    quote!(#default #create #update #condition #serializer)
}

/// The macro with the base's fields, under the base's name.
fn bring(base: &BaseStruct<'_>, from: &From, place: &str) -> TokenStream {
    let (ident, root, vis) = (&base.input.ident, &base.root, &base.input.vis);
    let ours = |field: &syn::Field, through: Option<TokenStream>| {
        let attributes = field.attrs.iter().filter(|attribute| attribute.path().is_ident("orm"));
        let (name, ty) = (&field.ident, &field.ty);
        quote!(#(#attributes)* #through #name: #ty)
    };
    let inherited = from.fields.iter().zip(base.base.iter().cycle()).map(|(field, base)| {
        let (own, further) = (&base.ident, through(field));
        ours(field, Some(quote!(#[through(#own #(, #further)*)])))
    });
    let own = base.named.named.iter().filter(|field| !says(&field.attrs, "extends")).map(|field| ours(field, None));
    let fields = inherited.chain(own);
    let hooks = base.hooks.then_some(0).into_iter().chain(from.hooks.iter().map(|depth| depth + 1));
    let attributes = from.attributes.iter().chain(base.input.attrs.iter().filter(|attribute| attribute.path().is_ident("orm")));
    let handed = quote!({ #(#fields),* } [#(#hooks),*] [#(#attributes)*]);
    // for other crates the macro must be exported, and names of exported macros are the whole crate's
    let name = format_ident!("__mikro_orm_base_{}_{:08x}", ident, name_hash(place) & 0xffff_ffff);
    let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[macro_export]));
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros)]
        #export
        macro_rules! #name {
            (@entity $($entity:tt)*) => {
                #root::entity_with_base! { #handed $($entity)* }
            };
            (@base $($base:tt)*) => {
                #root::base_with_base! { #handed $($base)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #vis use #name as #ident;
    }
}

/// Through which fields a base has the field, from its own base.
pub fn through(field: &syn::Field) -> Vec<Ident> {
    let said = field.attrs.iter().find(|attribute| attribute.path().is_ident("through"));
    let Some(Meta::List(list)) = said.map(|attribute| &attribute.meta) else { return Vec::new() };
    let idents = list.parse_args_with(syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated);
    idents.map(|idents| idents.into_iter().collect()).unwrap_or_default()
}

/// The first step for an entity with a base: hand the struct to the base's macro.
pub fn hand_to_base(input: &DeriveInput, base: &Base) -> TokenStream {
    let path = &base.ty.path;
    quote!(#path! { @entity #input })
}

/// The first step for a base with a base.
pub fn hand_base_to_base(input: &DeriveInput, base: &Base, place: &str) -> TokenStream {
    let path = &base.ty.path;
    quote!(#path! { @base #place #input })
}

/// The hooks of an entity's base, or of one that this extends.
pub fn hooks(entity: &Ident, base: &Base, depth: usize) -> TokenStream {
    let (mut ty, mut way) = (base.ty.to_token_stream(), quote!(__orm::events::Here));
    for _ in 0..depth {
        ty = quote!(<#ty as ::core::ops::Deref>::Target);
        way = quote!(__orm::events::Deeper<#way>);
    }
    quote!(__orm::events::HookTable::of_base::<#entity, #ty, #way>())
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

/// A struct as its base.
pub fn deref(ident: &Ident, base: &Base) -> TokenStream {
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
