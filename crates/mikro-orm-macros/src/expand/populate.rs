//! What hints do to the populate state.

use super::alias;
use super::slots::Slots;
use crate::parse::{Entity, Kind};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// `SlotOf` and `Hint` for each relation and lazy column.
pub fn expand(entity: &Entity) -> TokenStream {
    let slots = Slots::of(entity);
    let module = &entity.module;
    let one = |slot: usize| {
        let field = slots.fields()[slot];
        let marker = &field.ident;
        let parameters = slots.parameters(slot);
        let parameter = slots.parameter(slot);
        let state = slots.state(slot, None);
        let relation = field.kind != Kind::Lazy;
        let span = field.ident.span();
        let unpopulated = if relation {
            let target = field.target(&alias());
            quote_spanned!(span=> <#target as __orm::entity::Entity>::Unpopulated)
        } else {
            quote!(())
        };
        let filled = slots.state(slot, Some(quote!(__orm::populate::Yes<#unpopulated>)));
        let nested = relation.then(|| {
            let filled = slots.state(slot, Some(quote!(__orm::populate::Yes<H::Out>)));
            quote! {
                #[doc(hidden)]
                impl<#(#parameters: 'static,)* H: __orm::populate::Hint<#unpopulated>> __orm::populate::Hint<#state>
                    for __orm::populate::With<#module::#marker, H>
                {
                    type Out = #filled;
                }
            }
        });
        quote! {
            #[doc(hidden)]
            impl<#(#parameters),*> __orm::populate::SlotOf<#state> for #module::#marker {
                type Slot = #parameter;
            }
            #[doc(hidden)]
            impl<#(#parameters: 'static),*> __orm::populate::Hint<#state> for #module::#marker {
                type Out = #filled;
            }
            #nested
        }
    };
    (0..slots.fields().len()).map(one).collect()
}
