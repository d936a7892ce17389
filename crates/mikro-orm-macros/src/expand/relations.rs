//! The markers' meaning: which field each stands for; and the checks between two sides of a relation.

use super::name_hash::name_hash;
use super::{alias, respanned};
use crate::parse::{Entity, Field, Kind};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// The impls for all relations and lazy columns.
pub fn expand(entity: &Entity) -> TokenStream {
    let fields = entity.fields.iter().enumerate().filter(|(_, field)| field.is_populatable());
    fields
        .map(|(index, field)| {
            let relation = relation(entity, index, field);
            let sides = match field.kind {
                Kind::ToOne | Kind::ToMany if field.attributes.mapped_by.is_some() => inverse_side(entity, field),
                Kind::ToOne => owning_side(entity, field),
                Kind::ToMany => owning_collection(entity, field),
                Kind::Scalar | Kind::Lazy => TokenStream::new(),
            };
            quote!(#relation #sides)
        })
        .collect()
}

fn relation(entity: &Entity, index: usize, field: &Field) -> TokenStream {
    let Entity { ident: owner, module, .. } = entity;
    let (marker, ty, place) = (&field.ident, &field.ty, field.place());
    let index = u16::try_from(index).unwrap_or(u16::MAX);
    // the type is given its own span, so that an unsupported one is reported there
    let field_type = quote_spanned!(ty.span()=> type Field = #ty;);
    quote! {
        #[doc(hidden)]
        impl __orm::populate::Relation for #module::#marker {
            type Owner = #owner;
            #field_type
            const INDEX: u16 = #index;
            fn get(owner: &#owner) -> &#ty {
                &owner.#place
            }
        }
    }
}

/// What the other side and builders of items ask for.
fn owning_side(entity: &Entity, field: &Field) -> TokenStream {
    let Entity { ident: owner, module, .. } = entity;
    let (marker, target) = (&field.ident, field.target(&alias()));
    let name = name_hash(&field.name);
    let counterpart =
        field.attributes.relation.one_to_one.then(|| quote!(impl __orm::derived::CounterpartNamed<#name, #target> for #owner {}));
    let for_builder = field.is_required().then(|| quote!(impl __orm::derived::RefersTo<#target> for #module::#marker {}));
    quote! {
        impl __orm::derived::RelationNamed<#name, #target> for #owner {}
        #counterpart
        #for_builder
    }
}

/// What the inverse side of a many-to-many relation asks for.
fn owning_collection(entity: &Entity, field: &Field) -> TokenStream {
    let (owner, target, name) = (&entity.ident, field.target(&alias()), name_hash(&field.name));
    quote!(impl __orm::derived::CollectionNamed<#name, #target> for #owner {})
}

/// A check that `mapped_by` names a relation of the target that refers back here. The trait is made
/// for this one check, so that its message can name everything.
fn inverse_side(entity: &Entity, field: &Field) -> TokenStream {
    let Some(mapped_by) = &field.attributes.mapped_by else { return TokenStream::new() };
    let owner = &entity.ident;
    let owner_name = &entity.name;
    let by = mapped_by.unraw().to_string();
    let hash = name_hash(&by);
    let field_name = &field.name;
    let (named, message, label, note) = if field.attributes.relation.many_to_many {
        (
            quote!(CollectionNamed),
            format!(
                "`{owner_name}.{field_name}` is mapped by `{by}`, but `{{Self}}` owns no many-to-many relation `{by}` to `{owner_name}`"
            ),
            format!("no field of type `Collection<{owner_name}>` with this name, and `many_to_many` alone, in `{{Self}}`"),
            format!("`mapped_by` names the owning side: `#[orm(many_to_many)] {by}: Collection<{owner_name}>`"),
        )
    } else if field.kind == Kind::ToOne {
        (
            quote!(CounterpartNamed),
            format!(
                "`{owner_name}.{field_name}` is mapped by `{by}`, but `{{Self}}` owns no one-to-one relation `{by}` to `{owner_name}`"
            ),
            format!("no field of type `Ref<{owner_name}>` with this name, and `one_to_one` alone, in `{{Self}}`"),
            format!(
                "`mapped_by` names the owning side: `#[orm(one_to_one)] {by}: Ref<{owner_name}>` or `Option<Ref<{owner_name}>>`"
            ),
        )
    } else {
        (
            quote!(RelationNamed),
            format!(
                "`{owner_name}.{field_name}` is mapped by `{by}`, but `{{Self}}` has no to-one relation `{by}` to `{owner_name}`"
            ),
            format!("no field of type `Ref<{owner_name}>` with this name in `{{Self}}`"),
            format!(
                "`mapped_by` names the field at the other side that refers back: `{by}: Ref<{owner_name}>` or `Option<Ref<{owner_name}>>`"
            ),
        )
    };
    let span = mapped_by.span();
    let target = respanned(field.target(&alias()), span);
    let check = quote_spanned!(span=> mapped_by::<#target>());
    let trait_name = Ident::new("Inverse", Span::call_site());
    quote! {
        const _: () = {
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            trait #trait_name {}
            #[diagnostic::do_not_recommend]
            impl<__T: __orm::derived::#named<#hash, #owner>> #trait_name for __T {}
            const fn mapped_by<__T: #trait_name>() {}
            #check
        };
    }
}
