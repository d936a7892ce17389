//! Enums that are embedded: a discriminator, and the columns of all variants.

use super::columns;
use crate::expand;
use crate::parse::{self, Errors, Field, FieldType, Options};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{DataEnum, DeriveInput, Fields, Ident, LitStr, Token, Type, parse_quote};

/// An enum's columns and variants.
pub struct Variants {
    /// The columns of all variants, the discriminator first.
    pub fields: Vec<Field>,
    variants: Vec<Variant>,
}

struct Variant {
    ident: Ident,
    /// Whether it is `Manager(Manager)`: all that it has is a struct.
    is_struct: bool,
    /// What the discriminator says.
    stored: LitStr,
    /// Its table, where there is one for each.
    table: Option<LitStr>,
    /// The place of the variant that it is a kind of.
    below: Option<usize>,
    /// Of each column behind the discriminator, the field's type here; `None` where it has none.
    types: Vec<Option<Type>>,
}

impl Variants {
    /// Reads the enum. The discriminator's property is `type`, or what `discriminator` says.
    pub fn read(input: &DeriveInput, data: &DataEnum, options: &Options, errors: &mut Errors) -> Self {
        let name = input.ident.unraw().to_string();
        let mut read = Variants { fields: Vec::new(), variants: Vec::new() };
        if data.variants.is_empty() {
            errors.push(&input.ident, format!("`{name}` has no variants, so there is nothing to embed: give it one"));
        }
        let said = options.text("discriminator", errors);
        let discriminator = said.as_ref().map_or_else(|| "type".to_owned(), LitStr::value);
        let ident = syn::parse_str::<Ident>(&discriminator).unwrap_or_else(|_| format_ident!("r#type"));
        if let Some(said) = said.filter(|said| ident.unraw() != said.value()) {
            errors
                .push(&said, format!("`{name}`: `{discriminator}` can't be the name of a property; the discriminator needs one"));
        }
        let field: syn::Field = parse_quote!(#[orm(index)] #ident: ::std::string::String);
        read.fields.extend(Field::read(&field, &name, errors));
        for variant in &data.variants {
            read.variant(variant, &name, errors);
        }
        // what a variant does not have is null there
        let everywhere =
            |column: usize| read.variants.iter().all(|variant| variant.types.get(column).is_some_and(Option::is_some));
        let some: Vec<bool> = (0..read.fields.len() - 1).map(everywhere).collect();
        for (field, _) in read.fields.iter_mut().skip(1).zip(some).filter(|(field, everywhere)| !everywhere && !field.nullable) {
            let ty = &field.ty;
            field.ty = parse_quote!(::core::option::Option<#ty>);
            field.nullable = true;
        }
        read
    }

    fn variant(&mut self, variant: &syn::Variant, name: &str, errors: &mut Errors) {
        let on = format!("{name}::{}", variant.ident.unraw());
        let options = Options::read(
            &variant.attrs,
            format!("`{on}`"),
            &["name", "table", "below"],
            (&["crate", "discriminator"], "the enum"),
            errors,
        );
        let below = self.above(&options, &on, errors);
        let stored = options.text("name", errors);
        let stored =
            stored.unwrap_or_else(|| LitStr::new(&parse::snake_case(&variant.ident.unraw().to_string()), variant.ident.span()));
        if self.variants.iter().any(|known| known.stored.value() == stored.value()) {
            let message = format!("`{on}`: `{}` is stored for another variant, too; give it another `name`", stored.value());
            errors.push(&variant.ident, message);
        }
        let fields = match &variant.fields {
            Fields::Named(named) => named.named.iter().cloned().collect(),
            Fields::Unit => Vec::new(),
            Fields::Unnamed(unnamed) => {
                let only = unnamed.unnamed.first().filter(|_| unnamed.unnamed.len() == 1);
                if let Some(only) = only.filter(|only| matches!(FieldType::of(&only.ty), FieldType::Other)) {
                    vec![as_struct(only, &variant.ident)]
                } else {
                    let message = format!(
                        "`{on}` has fields without names, which columns need: `{on} {{ .. }}`, or one struct that is an embeddable"
                    );
                    errors.push(&variant.ident, message);
                    Vec::new()
                }
            }
        };
        let mut read = Variant {
            ident: variant.ident.clone(),
            is_struct: matches!(variant.fields, Fields::Unnamed(_)),
            stored,
            table: options.text("table", errors),
            below,
            types: vec![None; self.fields.len().saturating_sub(1)],
        };
        for field in fields {
            let Some(field) = Field::read(&field, &on, errors) else { continue };
            super::placed(&field, &on, errors);
            let ty = field.ty.clone();
            match self.fields.iter().position(|known| known.name == field.name) {
                Some(0) => {
                    let message =
                        format!("`{on}.{}` is the discriminator's name: rename the field, or say `discriminator`", field.name);
                    errors.push(&field.ident, message);
                }
                Some(at) => {
                    let other = self.variants.iter().find_map(|variant| variant.types.get(at - 1)?.clone());
                    if other.is_some_and(|other| other.to_token_stream().to_string() != ty.to_token_stream().to_string()) {
                        let message = format!(
                            "`{on}.{}` has another type than in another variant; fields of one name are one column",
                            field.name
                        );
                        errors.push(&field.ident, message);
                    }
                    read.types[at - 1] = Some(ty);
                }
                None => {
                    self.fields.push(field);
                    read.types.push(Some(ty));
                }
            }
        }
        self.variants.push(read);
    }

    /// The variant before this one that it says it is a kind of.
    fn above(&self, options: &Options, on: &str, errors: &mut Errors) -> Option<usize> {
        let said = options.field_name("below", errors)?;
        let found = self.variants.iter().position(|known| known.ident == said);
        if found.is_none() {
            let known: Vec<_> = self.variants.iter().map(|known| format!("`{}`", known.ident.unraw())).collect();
            let known = if known.is_empty() { String::new() } else { format!(", which are {}", known.join(", ")) };
            errors.push(&said, format!("`{on}`: `below` names one of the variants before it{known}"));
        }
        found
    }

    /// The variant at this place, and those that are kinds of it.
    fn kinds_of(&self, at: usize) -> impl Iterator<Item = &Variant> {
        let is_kind = move |place: usize| {
            let mut above = Some(place);
            while let Some(known) = above.filter(|known| *known != at) {
                above = self.variants.get(known).and_then(|variant| variant.below);
            }
            above.is_some()
        };
        self.variants.iter().enumerate().filter(move |(place, _)| is_kind(*place)).map(|(_, variant)| variant)
    }

    /// Of each column behind the discriminator, the type that the variant's field has, where it has one.
    fn of<'a>(&'a self, variant: &'a Variant) -> impl Iterator<Item = (&'a Field, Option<&'a Type>)> {
        let types = variant.types.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        self.fields.iter().skip(1).zip(types)
    }

    /// The variant's fields, in a pattern or a literal.
    fn members<'a>(&'a self, variant: &'a Variant) -> impl Iterator<Item = TokenStream> {
        self.of(variant).filter(|(_, ty)| ty.is_some()).map(|(field, _)| {
            let ident = &field.ident;
            if variant.is_struct { quote!(0: #ident) } else { quote!(#ident) }
        })
    }

    /// The variants, with the fields that each has.
    pub fn table(&self) -> TokenStream {
        let variants = self.variants.iter().map(|variant| {
            let (stored, name) = (&variant.stored, variant.ident.unraw().to_string());
            let has = self.of(variant).map(|(_, ty)| match ty.map(FieldType::of) {
                None => quote!(Missing),
                Some(FieldType::Option(_)) => quote!(Optional),
                Some(_) => quote!(Required),
            });
            let optional = |set: Option<TokenStream>| match set {
                Some(set) => quote!(::core::option::Option::Some(#set)),
                None => quote!(::core::option::Option::None),
            };
            let table = optional(variant.table.as_ref().map(ToTokens::to_token_stream));
            let below = optional(variant.below.map(ToTokens::into_token_stream));
            quote! {
                __orm::embeddable::VariantDef {
                    stored: #stored,
                    name: #name,
                    table: #table,
                    below: #below,
                    fields: &[__orm::embeddable::VariantField::Required, #(__orm::embeddable::VariantField::#has),*],
                }
            }
        });
        quote!(&[#(#variants),*])
    }

    /// Conditions on which variant it is.
    pub fn questions(&self, name: &str, orm: &TokenStream) -> TokenStream {
        let discriminator = self.fields.first().map(|field| &field.ident);
        let questions = self.variants.iter().enumerate().map(|(at, variant)| {
            let (kinds, ident) =
                (self.kinds_of(at).map(|kind| &kind.stored).collect::<Vec<_>>(), variant.ident.unraw().to_string());
            let question = format_ident!("is_{}", parse::snake_case(&ident), span = variant.ident.span());
            let (doc, condition) = match &kinds[..] {
                [stored] => {
                    (format!("It is a `{name}::{ident}`."), quote!(#orm::query::ScalarProperty::eq(self.#discriminator, #stored)))
                }
                kinds => (
                    format!("It is a `{name}::{ident}`, or a kind of it."),
                    quote!(#orm::query::ScalarProperty::in_(self.#discriminator, [#(#kinds),*])),
                ),
            };
            quote! {
                #[doc = #doc]
                pub fn #question(self) -> #orm::query::Condition<__T> {
                    #condition
                }
            }
        });
        quote!(#(#questions)*)
    }

    /// The columns of `self`.
    pub fn push(&self) -> TokenStream {
        let arms = self.variants.iter().map(|variant| {
            let (ident, stored) = (&variant.ident, &variant.stored);
            let members = self.members(variant);
            let push = self.of(variant).map(|(field, ty)| {
                let (member, columns, to_value) = (&field.ident, columns(field), expand::to_value(field));
                let value = if ty.is_some() { quote!(#to_value(#member)) } else { quote!(__orm::value::Value::Null) };
                quote!(__orm::embeddable::push_part(&mut parts, #value, #columns);)
            });
            quote! {
                Self::#ident { #(#members),* } => {
                    parts.push(__orm::value::Value::Text(#stored.into()));
                    #(#push)*
                }
            }
        });
        quote!(match self { #(#arms)* })
    }

    /// The value from `parts`.
    pub fn take(&self) -> TokenStream {
        let discriminator = self.fields.first().map(|field| &field.name);
        let arms = self.variants.iter().map(|variant| {
            let (ident, stored) = (&variant.ident, &variant.stored);
            let members = self.members(variant);
            let take = self.of(variant).map(|(field, ty)| {
                let (member, name, columns) = (&field.ident, &field.name, columns(field));
                match ty {
                    None => quote!(parts.skip(#columns);),
                    Some(ty) if field.is_object() => quote!(let #member: #ty = parts.take_object(#name)?;),
                    Some(ty) => quote!(let #member: #ty = parts.take(#name)?;),
                }
            });
            quote! {
                #stored => {
                    #(#take)*
                    ::core::result::Result::Ok(Self::#ident { #(#members),* })
                }
            }
        });
        let known: Vec<String> = self.variants.iter().map(|variant| format!("`{}`", variant.stored.value())).collect();
        let known = known.join(", ");
        quote! {
            let kind: ::std::string::String = parts.take(#discriminator)?;
            match kind.as_str() {
                #(#arms)*
                _ => ::core::result::Result::Err(__orm::embeddable::unknown_variant(#discriminator, #known)),
            }
        }
    }
}

/// The struct that is all of a variant, as a field with the variant's name: its columns have no prefix unless it says one.
fn as_struct(field: &syn::Field, variant: &Ident) -> syn::Field {
    let name = parse::snake_case(&variant.unraw().to_string());
    let plain = syn::parse_str::<Ident>(&name).is_ok();
    let ident = if plain { Ident::new(&name, variant.span()) } else { Ident::new_raw(&name, variant.span()) };
    let mut field = syn::Field { ident: Some(ident), colon_token: Some(Token![:](variant.span())), ..field.clone() };
    for (said, attribute) in [("embedded", parse_quote!(#[orm(embedded)])), ("prefix", parse_quote!(#[orm(prefix = false)]))] {
        if !parse::says(&field.attrs, said) {
            field.attrs.push(attribute);
        }
    }
    field
}
