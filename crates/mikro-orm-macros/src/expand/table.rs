//! What is said about the table.

use super::descriptor::variant;
use crate::parse::index::{Column, Index, Kind, Step};
use crate::parse::{Entity, Source, Trigger};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// What is said about the table.
pub fn options(entity: &Entity) -> TokenStream {
    if matches!(entity.source, Source::Table)
        && entity.schema.is_none()
        && entity.comment.is_none()
        && entity.order_by.is_none()
        && entity.indexes.is_empty()
        && entity.checks.is_empty()
        && entity.triggers.is_empty()
        && entity.partitions.by.is_none()
    {
        return quote!(&__orm::entity::TableAttributes::NONE);
    }
    let comment = option(entity.comment.as_ref());
    let indexes = entity.indexes.iter().map(index);
    let triggers = entity.triggers.iter().map(trigger);
    let partitions = entity.partitions.by.as_ref().map(|by| {
        let parts = entity.partitions.parts.iter().map(|(name, bounds)| quote!((#name, #bounds)));
        quote!(partition_by: ::core::option::Option::Some(#by), partitions: &[#(#parts),*],)
    });
    let checks = entity.checks.iter().map(|check| {
        let (expression, name) = (&check.expression, option(check.name.as_ref()));
        quote!(__orm::entity::CheckDef { expression: #expression, name: #name })
    });
    let source = match &entity.source {
        Source::Table => TokenStream::new(),
        Source::Query(sql) => quote!(source: __orm::entity::Source::Query(#sql),),
        Source::View { sql, materialized, with_data } => {
            let view = quote!({ sql: #sql, materialized: #materialized, with_data: #with_data });
            quote!(source: __orm::entity::Source::View #view,)
        }
    };
    let order_by = entity.order_by.as_ref().map(|order| {
        let ident = &entity.ident;
        // (at the expression: what is no order is reported there)
        let into_order = quote_spanned!(order.span()=> __orm::query::IntoOrder::<#ident>::into_order);
        quote!(order_by: ::core::option::Option::Some(|| #into_order(#order)),)
    });
    let schema = entity.schema.as_ref().map(|schema| quote!(schema: ::core::option::Option::Some(#schema),));
    quote! {
        &__orm::entity::TableAttributes {
            #schema
            #source
            comment: #comment,
            indexes: &[#(#indexes),*],
            checks: &[#(#checks),*],
            triggers: &[#(#triggers),*],
            #partitions
            #order_by
            ..__orm::entity::TableAttributes::NONE
        }
    }
}

/// `Some("text")`, or `None`.
pub fn option(value: Option<&syn::LitStr>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn index(index: &Index) -> TokenStream {
    let columns = index.columns.iter().map(column);
    let mut set = Vec::new();
    if !index.columns.is_empty() {
        set.push(quote!(fields: &[#(#columns),*]));
    }
    if !index.include.is_empty() {
        let include = index.include.iter().map(|field| field.unraw().to_string());
        set.push(quote!(include: &[#(#include),*]));
    }
    let flags = [
        (quote!(unique), index.kind == Kind::Unique),
        (quote!(exclusion), index.kind == Kind::Exclude),
        (quote!(concurrently), index.concurrently),
        (quote!(invisible), index.invisible),
    ];
    set.extend(flags.into_iter().filter(|(_, is)| *is).map(|(name, _)| quote!(#name: true)));
    let texts = [
        (quote!(name), &index.name),
        (quote!(condition), &index.condition),
        (quote!(method), &index.method),
        (quote!(expression), &index.expression),
        (quote!(with), &index.with),
    ];
    let said = texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    set.extend(said.map(|(name, text)| quote!(#name: ::core::option::Option::Some(#text))));
    if let Some(word) = &index.defer {
        let deferral = variant(&quote!(Deferral), word);
        set.push(quote!(defer: ::core::option::Option::Some(#deferral)));
    }
    quote!(__orm::entity::IndexDef { #(#set,)* ..__orm::entity::IndexDef::NONE })
}

fn column(column: &Column) -> TokenStream {
    let name = column.field.unraw().to_string();
    if !column.is_special() {
        return quote!(__orm::entity::IndexField::of(#name));
    }
    let mut set = Vec::new();
    if !column.path.is_empty() {
        let path = column.path.iter().map(|step| match step {
            Step::Key(key) => quote!(__orm::entity::IndexStep::Key(#key)),
            Step::Item(item) => quote!(__orm::entity::IndexStep::Item(#item)),
        });
        set.push(quote!(path: &[#(#path),*]));
    }
    if let Some(word) = &column.kind {
        let kind = match word.to_string().as_str() {
            "number" => quote!(Number),
            "boolean" => quote!(Bool),
            "json" => quote!(Any),
            _ => quote!(Text),
        };
        set.push(quote!(kind: ::core::option::Option::Some(__orm::query::JsonKind::#kind)));
    }
    if column.descending {
        set.push(quote!(descending: true));
    }
    if let Some(word) = &column.nulls {
        let nulls = if word == "first" { quote!(First) } else { quote!(Last) };
        set.push(quote!(nulls: ::core::option::Option::Some(__orm::query::Nulls::#nulls)));
    }
    for (name, text) in [(quote!(operators), &column.operators), (quote!(collation), &column.collation)] {
        set.extend(text.as_ref().map(|text| quote!(#name: ::core::option::Option::Some(#text))));
    }
    set.extend(column.length.as_ref().map(|length| quote!(length: ::core::option::Option::Some(#length))));
    quote!(__orm::entity::IndexField { #(#set,)* ..__orm::entity::IndexField::of(#name) })
}

fn trigger(trigger: &Trigger) -> TokenStream {
    let Trigger { name, of_statement, .. } = trigger;
    let timing = variant(&quote!(TriggerTiming), &trigger.timing);
    let events = trigger.events.iter().map(|event| variant(&quote!(TriggerEvent), event));
    let condition = option(trigger.condition.as_ref());
    let bodies = trigger.bodies.iter().map(|(database, body)| {
        let database = database.as_ref().map(|database| database.unraw().to_string()).unwrap_or_default();
        quote!((#database, #body))
    });
    quote! {
        __orm::entity::TriggerDef {
            name: #name,
            timing: #timing,
            events: &[#(#events),*],
            condition: #condition,
            of_statement: #of_statement,
            bodies: &[#(#bodies),*],
        }
    }
}
