//! The table of fields: offsets, operations and attributes.

use super::callbacks::{condition_name, default_name, update_in_place_name, update_name};
use super::table;
use crate::parse::{Entity, Field};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The table and `impl Entity`.
pub fn expand(entity: &Entity) -> TokenStream {
    let Entity { ident, name, module, readonly, .. } = entity;
    let fields = entity.fields.iter().map(|field| field_def(ident, field));
    let table = table::option(entity.table.as_ref());
    let options = table::options(entity);
    let computed = super::output::table(entity);
    let repository = match &entity.repository {
        Some(repository) => repository.to_token_stream(),
        None => quote!(__orm::em::Repository<#ident>),
    };
    let key = super::inputs::key_type(entity);
    let bases = entity.base.iter().flat_map(|base| base.hooks.iter().rev().map(|depth| super::base::hooks(ident, base, *depth)));
    let own = entity.hooks.then(|| quote!(__orm::events::HookTable::of::<#ident>()));
    let hooks = bases.chain(own);
    let hooked = entity.hooks.then(|| quote!(#[doc(hidden)] impl __orm::events::Hooked for #ident {}));
    quote! {
        static DESCRIPTOR: __orm::entity::EntityDescriptor = __orm::entity::EntityDescriptor {
            name: #name,
            table: #table,
            options: #options,
            identity: __orm::entity::EntityIdentity::Type(::core::any::TypeId::of::<#ident>),
            layout: ::core::alloc::Layout::new::<#ident>(),
            drop: ::core::option::Option::Some(__orm::entity::drop_entity::<#ident>),
            fields: &[#(#fields),*],
            computed: #computed,
            hooks: &[#(#hooks),*],
            readonly: #readonly,
        };
        #hooked
        // SAFETY: the table lists every field (the struct literal below would not compile with fewer) with its own
        // offset and type; `Drop` is ruled out above
        unsafe impl __orm::entity::Entity for #ident {
            const NAME: &'static str = #name;
            type Key = #key;
            type Unpopulated = #module::Populate;
            type Repository = #repository;
            fn descriptor() -> &'static __orm::entity::EntityDescriptor {
                &DESCRIPTOR
            }
        }
    }
}

/// A field of a struct: where it is in it, and what it says.
pub fn field_def(owner: &syn::Ident, field: &Field) -> TokenStream {
    let place = field.place();
    field_def_at(&quote!(::core::mem::offset_of!(#owner, #place)), field)
}

/// The same with the offset.
pub fn field_def_at(offset: &TokenStream, field: &Field) -> TokenStream {
    let (name, ty) = (&field.name, &field.ty);
    let attributes = attributes(field);
    // one bound on the type, at the type: an unsupported one is one error
    let function = match field.attributes.embedded {
        Some(_) if field.is_object() => quote_spanned!(ty.span()=> __orm::embeddable::object::field::<#ty>),
        Some(_) => quote_spanned!(ty.span()=> __orm::derived::embedded::<#ty>),
        None => quote_spanned!(ty.span()=> __orm::derived::field::<#ty>),
    };
    quote!(#function(#name, #offset, #attributes))
}

/// The function that gives a field's value to the database.
pub fn to_value(field: &Field) -> TokenStream {
    if field.is_object() { quote!(__orm::embeddable::object::to_part) } else { quote!(__orm::field::Scalar::to_value) }
}

fn attributes(field: &Field) -> TokenStream {
    let a = &field.attributes;
    let to_value = to_value(field);
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
    text(quote!(check), a.check.as_ref().map(|v| quote!(#v)));
    text(quote!(comment), a.comment.as_ref().map(|v| quote!(#v)));
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
            quote!(__orm::entity::DefaultValue::Computed(|| #to_value(&#function()).into_owned()))
        }),
    );
    text(
        quote!(on_update),
        a.on_update.as_ref().map(|_| {
            let (in_place, function) = (update_in_place_name(field), update_name(field));
            quote! {
                __orm::entity::OnUpdate::Typed {
                    in_place: #in_place,
                    value: || #function(::core::option::Option::None).map(|value| #to_value(&value).into_owned()),
                }
            }
        }),
    );
    if a.concurrency_check {
        set.push(quote!(concurrency_check: true));
    }
    if let Some(persist) = a.persist {
        set.push(quote!(persist: #persist));
    }
    if let Some(name) = &a.serialized_name {
        set.push(quote!(serialized_name: ::core::option::Option::Some(#name)));
    }
    if !a.groups.is_empty() {
        let groups = &a.groups;
        set.push(quote!(groups: &[#(#groups),*]));
    }
    if a.serializer.is_some() {
        let function = super::output::in_place_name(field);
        set.push(quote!(serializer: __orm::__if_serde!(::core::option::Option::Some(#function), ::core::option::Option::None)));
    }
    set.extend(column(field).map(|column| quote!(details: &#column)));
    if let Some(embedded) = &a.embedded {
        let prefix = match &embedded.prefix {
            None => quote!(__orm::embeddable::Prefix::Named),
            Some(None) => quote!(__orm::embeddable::Prefix::None),
            Some(Some(text)) => quote!(__orm::embeddable::Prefix::Text(#text)),
        };
        let (absolute, object, tables) = (embedded.absolute, embedded.object, embedded.tables);
        let said = quote! {
            __orm::embeddable::EmbeddedAttributes { prefix: #prefix, absolute: #absolute, object: #object, tables: #tables }
        };
        set.push(quote!(embedded: ::core::option::Option::Some(&#said)));
    }
    set.extend(relation(field).map(|relation| quote!(relation: &#relation)));
    if set.is_empty() {
        return quote!(__orm::entity::FieldAttributes::NONE);
    }
    quote!(__orm::entity::FieldAttributes { #(#set,)* ..__orm::entity::FieldAttributes::NONE })
}

/// What is rarely said about a column; `None` when nothing is.
fn column(field: &Field) -> Option<TokenStream> {
    let a = &field.attributes.column;
    let mut set = Vec::new();
    let texts = [
        (quote!(formula), &a.formula),
        (quote!(generated), &a.generated),
        (quote!(collation), &a.collation),
        (quote!(native_enum), &a.native_enum),
    ];
    for (name, text) in texts {
        set.extend(text.as_ref().map(|text| quote!(#name: ::core::option::Option::Some(#text))));
    }
    set.extend(a.identity.as_ref().map(|word| {
        let identity = variant(&quote!(Identity), word);
        quote!(identity: ::core::option::Option::Some(#identity))
    }));
    if !a.column_types.is_empty() {
        let types = a.column_types.iter().map(|(database, said)| {
            let database = database.to_string();
            quote!((#database, #said))
        });
        set.push(quote!(column_types: &[#(#types),*]));
    }
    for (name, digits) in [(quote!(precision), &a.precision), (quote!(scale), &a.scale)] {
        set.extend(digits.as_ref().map(|digits| quote!(#name: ::core::option::Option::Some(#digits))));
    }
    set.extend(a.hydrate.map(|hydrate| quote!(hydrate: #hydrate)));
    set.extend(a.returning.then(|| quote!(returning: true)));
    if !a.ignored_changes.is_empty() {
        let ignored = a.ignored_changes.iter().map(|word| variant(&quote!(IgnoredChange), word));
        set.push(quote!(ignored_changes: &[#(#ignored),*]));
    }
    (!set.is_empty()).then(|| quote!(__orm::entity::ColumnAttributes { #(#set,)* ..__orm::entity::ColumnAttributes::NONE }))
}

/// What a relation's attributes say; `None` when they say nothing.
fn relation(field: &Field) -> Option<TokenStream> {
    let a = &field.attributes.relation;
    let mut set = Vec::new();
    let flags = [
        (quote!(one_to_one), a.one_to_one),
        (quote!(many_to_many), a.many_to_many),
        (quote!(orphan_removal), a.orphan_removal),
        (quote!(eager), a.eager),
        (quote!(fixed_order), a.fixed_order || a.fixed_order_column.is_some()),
    ];
    set.extend(flags.into_iter().filter(|(_, on)| *on).map(|(name, _)| quote!(#name: true)));
    let mut some = |name: TokenStream, value: Option<TokenStream>| {
        set.extend(value.map(|value| quote!(#name: ::core::option::Option::Some(#value))));
    };
    some(
        quote!(inversed_by),
        a.inversed_by.as_ref().map(|field| {
            let field = field.unraw().to_string();
            quote!(#field)
        }),
    );
    some(
        quote!(cascade),
        a.cascade.as_ref().map(|words| {
            let has = |word: &str| words.iter().any(|given| given == word || given == "all");
            let (persist, remove) = (has("persist"), has("remove"));
            quote!(__orm::entity::Cascade { persist: #persist, remove: #remove })
        }),
    );
    some(
        quote!(condition),
        a.condition.as_ref().map(|_| {
            let function = condition_name(field);
            quote!(|| __orm::derived::erased(#function()))
        }),
    );
    some(quote!(strategy), a.strategy.as_ref().map(|word| variant(&quote!(Strategy), word)));
    some(quote!(fixed_order_column), a.fixed_order_column.as_ref().map(ToTokens::to_token_stream));
    some(quote!(pivot_table), a.pivot_table.as_ref().map(ToTokens::to_token_stream));
    some(quote!(foreign_key_name), a.fk_name.as_ref().map(ToTokens::to_token_stream));
    some(quote!(delete_rule), a.delete_rule.as_ref().map(|word| variant(&quote!(ReferentialAction), word)));
    some(quote!(update_rule), a.update_rule.as_ref().map(|word| variant(&quote!(ReferentialAction), word)));
    some(quote!(defer), a.defer.as_ref().map(|word| variant(&quote!(Deferral), word)));
    let entity = |path: &Option<syn::Path>| {
        path.as_ref().map(|path| quote!(__orm::entity::Target::Type(<#path as __orm::entity::Entity>::descriptor)))
    };
    some(quote!(pivot_entity), entity(&a.pivot_entity));
    some(quote!(map_to_pk), entity(&a.map_to_pk));
    if !a.join_columns.is_empty() {
        let columns = &a.join_columns;
        set.push(quote!(join_columns: &[#(#columns),*]));
    }
    if !a.inverse_join_columns.is_empty() {
        let columns = &a.inverse_join_columns;
        set.push(quote!(inverse_join_columns: &[#(#columns),*]));
    }
    if let Some(constraint) = a.fk_constraint {
        set.push(quote!(constraint: #constraint));
    }
    (!set.is_empty()).then(|| quote!(__orm::entity::RelationAttributes { #(#set,)* ..__orm::entity::RelationAttributes::NONE }))
}

/// `set_null` as `ReferentialAction::SetNull`.
pub fn variant(of: &TokenStream, word: &syn::Ident) -> TokenStream {
    let mut upper = true;
    let name: String = word.unraw().to_string().chars().fold(String::new(), |mut name, c| {
        if c == '_' {
            upper = true;
        } else {
            name.extend(std::mem::take(&mut upper).then(|| c.to_ascii_uppercase()).or(Some(c)));
        }
        name
    });
    let name = syn::Ident::new(&name, word.span());
    quote!(__orm::entity::#of::#name)
}
