//! `#[derive(Embeddable)]`: a struct, or an enum, whose fields are columns of the entities that have it.

mod variants;

use self::variants::Variants;
use crate::expand;
use crate::parse::{self, Errors, Field, FieldType, Kind, Options};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Ident, Visibility};

/// From tokens to tokens.
pub fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let name = input.ident.to_string();
    let elsewhere = (&["table", "index", "unique", "check", "repository", "hooks", "virtual"][..], "the entities that have it");
    let options = Options::read(&input.attrs, format!("`{name}`"), &["crate", "discriminator"], elsewhere, &mut errors);
    let root = parse::crate_path(&options, &mut errors);
    let variants = match &input.data {
        Data::Enum(data) if input.generics.params.is_empty() => Some(Variants::read(&input, data, &options, &mut errors)),
        _ => None,
    };
    let own: Vec<Field> = match &variants {
        Some(_) => Vec::new(),
        None => {
            if let Some(span) = options.span("discriminator") {
                errors
                    .push(span, format!("`{name}`: a discriminator tells the variants of an enum apart; remove `discriminator`"));
            }
            let Some(named) = parse::named_fields(&input, "Embeddable", &mut errors) else { return errors.to_tokens() };
            if named.named.is_empty() {
                errors.push(&input.ident, format!("`{name}` has no fields, so there is nothing to embed: give it one"));
            }
            named.named.iter().filter_map(|field| Field::read(field, &name, &mut errors)).collect()
        }
    };
    own.iter().for_each(|field| placed(field, &name, &mut errors));
    if !errors.is_empty() {
        return errors.to_tokens();
    }
    let fields = variants.as_ref().map_or(&own, |variants| &variants.fields);
    let properties = properties(&input.vis, &input.ident, fields, variants.as_ref(), &root);
    let impls = impls(&input.ident, fields, variants.as_ref());
    quote! {
        #properties
        #[allow(dead_code, drop_bounds, unused_qualifications, clippy::all, clippy::pedantic)]
        const _: () = {
            use #root::__private as __orm;
            #impls
        };
    }
}

/// Whether a field may be in an embeddable, with what it says.
fn placed(field: &Field, owner: &str, errors: &mut Errors) {
    let (on, a) = (format!("`{owner}.{}`", field.name), &field.attributes);
    match field.kind {
        Kind::Scalar if matches!(FieldType::of(&field.ty), FieldType::Tuple) => {
            errors.push(&field.ty, format!("{on}: a key of several columns is a field of the entity; put this one beside it"));
        }
        Kind::Scalar => {}
        Kind::Lazy => errors.push(&field.ty, format!("{on}: what is embedded is read as a whole; take it out of the `Lazy`")),
        Kind::ToOne | Kind::ToMany => {
            let remedy = "put this one beside it, in the entity, or keep the key alone: its type, and `map_to_pk = ..`";
            errors.push(&field.ty, format!("{on}: an embeddable has no relations; {remedy}"));
        }
    }
    let said = [
        (a.primary, "primary", "a key is a field of the entity"),
        (a.version, "version", "the version is a field of the entity"),
        (
            a.on_create.is_some(),
            "on_create",
            "an embeddable is made as a whole, by its struct literal; give the value there, or in a function that makes it",
        ),
        (a.on_update.is_some(), "on_update", "what is kept up to date is a field of the entity"),
        (a.persist.is_some(), "persist", "all of an embeddable is stored"),
        (a.embedded.as_ref().is_some_and(|embedded| embedded.tables), "table_per_type", "say it at the entity's own field"),
        (a.column.formula.is_some(), "formula", "a formula is a field of the entity"),
        (a.column.generated.is_some(), "generated", "what the database computes is a field of the entity"),
        (a.column.identity.is_some(), "identity", "a key is a field of the entity"),
        (a.column.hydrate.is_some(), "hydrate", "all of an embeddable is read"),
        (a.column.returning, "returning", "say it at a field of the entity"),
        (a.serializer.is_some(), "serializer", "say it at the entity's field, for the whole"),
        (!a.groups.is_empty(), "groups", "say it at the entity's field, for the whole"),
        (a.concurrency_check, "concurrency_check", "say it at the entity's field, for the whole"),
        (a.relation.one_to_one, "one_to_one", "a relation of one to one is a field of the entity; say `unique`"),
        (a.mapped_by.is_some(), "mapped_by", "a relation is a field of the entity"),
    ];
    for (_, attribute, why) in said.iter().filter(|(is_said, ..)| *is_said) {
        errors.push(&field.ident, format!("{on}: {why}; remove `{attribute}`"));
    }
}

/// The type of `Person::home`.
fn properties(vis: &Visibility, ident: &Ident, fields: &[Field], variants: Option<&Variants>, root: &TokenStream) -> TokenStream {
    let name = format_ident!("{ident}Properties");
    let orm = quote!(#root::__private);
    let questions = variants.map(|variants| variants.questions(&ident.to_string(), &orm));
    let doc = format!("The properties of an embedded [`{ident}`]({ident}), as those of the entity that has it.");
    let members = fields.iter().map(|field| {
        let (member, ty) = (&field.ident, &field.ty);
        let doc = format!("The property `{ident}.{}`.", field.name);
        let property = match field.attributes.embedded {
            Some(_) => expand::properties_of(field, &quote!(__T), &orm, field.ty.span()),
            None => quote!(#orm::query::Property<__T, #ty>),
        };
        quote!(#[doc = #doc] pub #member: #property)
    });
    let mut first = quote!(first);
    let values = fields.iter().map(|field| {
        let (member, at) = (&field.ident, first.clone());
        let places = expand::places(field, &orm);
        let is_object = field.is_object();
        first = match field.attributes.embedded {
            Some(_) if is_object => quote!(#first + 1 + #places as u16),
            Some(_) => quote!(#first + #places as u16),
            None => quote!(#first + 1),
        };
        if field.attributes.embedded.is_none() {
            return quote!(#member: #orm::query::Property::new(#at));
        }
        let ty = expand::properties_of(field, &quote!(__T), &orm, field.ty.span());
        let inner = if is_object { quote!(#at + 1) } else { at.clone() };
        quote!(#member: <#ty>::__in(#at, #inner))
    });
    let values: Vec<_> = values.collect();
    quote! {
        #[doc = #doc]
        #[allow(dead_code, missing_debug_implementations, private_interfaces, private_bounds, clippy::all, clippy::pedantic)]
        #vis struct #name<__T: #orm::entity::Entity> {
            #(#members,)*
            __whole: #orm::embeddable::Embedded<__T, #ident>,
        }
        #[allow(dead_code, private_interfaces, private_bounds, clippy::all, clippy::pedantic)]
        const _: () = {
            impl<__T: #orm::entity::Entity> ::core::clone::Clone for #name<__T> {
                fn clone(&self) -> Self {
                    *self
                }
            }
            impl<__T: #orm::entity::Entity> ::core::marker::Copy for #name<__T> {}
            impl<__T: #orm::entity::Entity> ::core::ops::Deref for #name<__T> {
                type Target = #orm::embeddable::Embedded<__T, #ident>;
                fn deref(&self) -> &Self::Target {
                    &self.__whole
                }
            }
            impl<__T: #orm::entity::Entity> #name<__T> {
                #[doc(hidden)]
                pub const fn __in(_own: u16, first: u16) -> Self {
                    #name { #(#values,)* __whole: #orm::embeddable::Embedded::new(first) }
                }
                #questions
            }
        };
    }
}

fn impls(ident: &Ident, fields: &[Field], variants: Option<&Variants>) -> TokenStream {
    let name = ident.to_string();
    let properties = format_ident!("{ident}Properties");
    let forbid_drop = expand::forbid_drop(ident);
    let keys = fields.iter().filter_map(|field| expand::holds_key(&name, field));
    let defaults = fields.iter().map(|field| expand::default_function(field, ident));
    // (what is in a variant has no place of its own)
    let defs = fields.iter().map(|field| match variants {
        Some(_) => expand::field_def_at(&quote!(0), field),
        None => expand::field_def(ident, field),
    });
    let arity = fields.iter().map(columns);
    let places = fields.iter().map(|field| {
        let places = expand::places(field, &quote!(__orm));
        match field.attributes.embedded {
            None => quote!(1),
            Some(_) if field.is_object() => quote!(1 + #places),
            Some(_) => places,
        }
    });
    let (push, take) = match variants {
        Some(variants) => (variants.push(), variants.take()),
        None => columns_of_struct(ident, fields),
    };
    let table = variants.map_or_else(|| quote!(&[]), Variants::table);
    quote! {
        #forbid_drop
        #(#defaults)*
        static DEF: __orm::embeddable::EmbeddableDef =
            __orm::embeddable::EmbeddableDef { name: #name, fields: &[#(#defs),*], variants: #table };
        #[automatically_derived]
        impl __orm::field::Scalar for #ident {
            const COLUMN: __orm::field::ColumnType = __orm::field::ColumnType::Row;
            const ARITY: usize = 0 #(+ #arity)*;
            const EMBEDDED: ::core::option::Option<&'static __orm::embeddable::EmbeddableDef> = ::core::option::Option::Some(&DEF);
            fn to_value(&self) -> __orm::value::Value<'_> {
                let mut parts = ::std::vec::Vec::with_capacity(<Self as __orm::field::Scalar>::ARITY);
                #push
                __orm::value::Value::Row(parts)
            }
            fn from_value(value: __orm::value::Value<'_>) -> ::core::result::Result<Self, __orm::value::ValueError> {
                let mut parts = __orm::embeddable::Parts::of(value, <Self as __orm::field::Scalar>::ARITY)?;
                #take
            }
        }
        // SAFETY: the table is that of this very type
        #[automatically_derived]
        unsafe impl __orm::field::Field for #ident {
            const VTABLE: &'static __orm::field::FieldVTable = __orm::derived::custom_table::<#ident>();
        }
        #[automatically_derived]
        impl __orm::embeddable::Embeddable for #ident {
            type Properties<__T: __orm::entity::Entity> = #properties<__T>;
            const DEF: &'static __orm::embeddable::EmbeddableDef = &DEF;
            const PLACES: usize = 0 #(+ #places)*;
        }
        #[automatically_derived]
        impl __orm::embeddable::EmbeddedField for #ident {
            type Embeddable = #ident;
        }
        __orm::__embeddable_as_json!(#ident, #properties);
        #(#keys)*
    }
}

/// A struct as columns, and from them.
fn columns_of_struct(ident: &Ident, fields: &[Field]) -> (TokenStream, TokenStream) {
    let push = fields.iter().map(|field| {
        let (member, columns, to_value) = (&field.ident, columns(field), expand::to_value(field));
        quote!(__orm::embeddable::push_part(&mut parts, #to_value(&self.#member), #columns);)
    });
    let take = fields.iter().map(|field| {
        let (member, name) = (&field.ident, &field.name);
        if field.is_object() { quote!(#member: parts.take_object(#name)?) } else { quote!(#member: parts.take(#name)?) }
    });
    (quote!(#(#push)*), quote!(::core::result::Result::Ok(#ident { #(#take,)* })))
}

/// How many columns a field has.
fn columns(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if field.is_object() { quote!(1) } else { quote!(<#ty as __orm::field::Scalar>::ARITY) }
}
