//! The derives of `mikro-orm`. Applications use them through that crate, which re-exports them; what they
//! emit refers to it.

mod db_enum;
mod db_type;
mod derive;
mod embeddable;
mod expand;
mod from_row;
mod parse;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("docs/entity.md")]
#[proc_macro_derive(Entity, attributes(orm))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    derive::entity(input.into()).into()
}

#[doc = include_str!("docs/base_entity.md")]
#[proc_macro_derive(BaseEntity, attributes(orm))]
pub fn derive_base_entity(input: TokenStream) -> TokenStream {
    let here = proc_macro::Span::call_site();
    let place = format!("{}:{}:{}", here.file(), here.line(), here.column());
    derive::base_entity(input.into(), &place).into()
}

#[doc = include_str!("docs/from_row.md")]
#[proc_macro_derive(FromRow, attributes(orm))]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    from_row::derive(input.into()).into()
}

#[doc = include_str!("docs/db_enum.md")]
#[proc_macro_derive(DbEnum, attributes(orm))]
pub fn derive_db_enum(input: TokenStream) -> TokenStream {
    db_enum::derive(input.into()).into()
}

#[doc = include_str!("docs/db_type.md")]
#[proc_macro_derive(DbType, attributes(orm))]
pub fn derive_db_type(input: TokenStream) -> TokenStream {
    db_type::derive(input.into()).into()
}

#[doc = include_str!("docs/embeddable.md")]
#[proc_macro_derive(Embeddable, attributes(orm))]
pub fn derive_embeddable(input: TokenStream) -> TokenStream {
    embeddable::derive(input.into()).into()
}

/// The second step of `#[derive(BaseEntity)]` for a struct with `#[orm(extends)]`.
#[doc(hidden)]
#[proc_macro]
pub fn base_with_base(input: TokenStream) -> TokenStream {
    derive::base_with_base(input.into()).into()
}

/// The second step of `#[derive(Entity)]` for a struct with `#[orm(extends)]`.
#[doc(hidden)]
#[proc_macro]
pub fn entity_with_base(input: TokenStream) -> TokenStream {
    derive::entity_with_base(input.into()).into()
}
