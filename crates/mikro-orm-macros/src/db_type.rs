//! `#[derive(DbType)]`: what makes a type of the application's a field's type.

use crate::parse::{self, Errors, Options};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident};

/// From tokens to tokens.
pub fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let name = &input.ident;
    let options = Options::read(&input.attrs, format!("`{name}`"), &["crate"], (&[], ""), &mut errors);
    let root = parse::crate_path(&options, &mut errors);
    if let Some(parameter) = input.generics.params.first() {
        let message =
            format!("`{name}` has generic parameters, which `#[derive(DbType)]` does not take: use concrete, owned types");
        errors.push(parameter, message);
    }
    if !errors.is_empty() {
        return errors.to_tokens();
    }
    let impls = impls(name);
    quote! {
        const _: () = {
            use #root::__private as __orm;
            #impls
        };
    }
}

/// What a type that is `CustomType` needs to be in a column.
pub fn impls(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __orm::field::Scalar for #ident {
            const COLUMN: __orm::field::ColumnType =
                <<#ident as __orm::field::CustomType>::Database as __orm::field::Scalar>::COLUMN;
            const ITEMS: ::core::option::Option<&'static [__orm::field::EnumItem]> = <#ident as __orm::field::CustomType>::ITEMS;
            fn to_value(&self) -> __orm::value::Value<'_> {
                __orm::field::CustomType::value(self)
            }
            fn from_value(value: __orm::value::Value<'_>) -> ::core::result::Result<Self, __orm::value::ValueError> {
                __orm::field::CustomType::from_database(__orm::field::Scalar::from_value(value)?)
            }
            fn column_type(database: &str) -> ::core::option::Option<&'static str> {
                <#ident as __orm::field::CustomType>::column_type(database)
            }
            fn sql(database: &str) -> __orm::field::InSql {
                __orm::field::InSql {
                    written: <#ident as __orm::field::CustomType>::to_sql(database),
                    read: <#ident as __orm::field::CustomType>::from_sql(database),
                }
            }
        }
        #[automatically_derived]
        impl __orm::query::BareScalar for #ident {}
        #[automatically_derived]
        impl __orm::field::ArrayItem for #ident {}
        // SAFETY: the table is that of this very type
        #[automatically_derived]
        unsafe impl __orm::field::Field for #ident {
            const VTABLE: &'static __orm::field::FieldVTable = __orm::derived::custom_table::<#ident>();
        }
        __orm::__key_type!(__orm, #ident);
    }
}
