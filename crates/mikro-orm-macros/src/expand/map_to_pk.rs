//! Fields that hold the key of another entity.

use crate::parse::{Entity, Field};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

/// Checks that each has the type of that key. The trait is made for the one check, so that its message can name
/// everything.
pub fn expand(entity: &Entity) -> TokenStream {
    entity.fields.iter().filter_map(|field| check(&entity.name, field)).collect()
}

/// The check for one field, when it holds a key.
pub fn check(owner: &str, field: &Field) -> Option<TokenStream> {
    let target = field.attributes.relation.map_to_pk.as_ref()?;
    let (ty, shown) = (&field.ty, quote!(#target).to_string());
    let message = format!("`{owner}.{}` holds the key of `{shown}`, which `{{Self}}` is not", field.name);
    let note = format!("give it the type of the primary key of `{shown}` (a tuple, when it has several), or an `Option` of it");
    let check = quote_spanned!(ty.span()=> holds::<<#target as __orm::entity::Entity>::Key, #ty>());
    let trait_name = Ident::new("Holds", Span::call_site());
    Some(quote! {
        const _: () = {
            #[diagnostic::on_unimplemented(message = #message, label = "not the type of that key", note = #note)]
            trait #trait_name<__K> {}
            impl<__K: __orm::field::Scalar> #trait_name<__K> for __K {}
            impl<__K: __orm::field::Scalar> #trait_name<__K> for ::core::option::Option<__K> {}
            const fn holds<__K, __T: #trait_name<__K>>() {}
            #check
        };
    })
}
