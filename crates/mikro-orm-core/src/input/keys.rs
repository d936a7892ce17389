//! A primary key in the place of an entity: `.author(7)`, `em.find_one(7)`, `Book::author.eq(7)`.
//!
//! Here, once per type of key, and not in the derive, once per entity: the compiler compares the impls of a trait
//! for one type pairwise.

use super::{Input, IntoItem, IntoKey, IntoRef};
use crate::derived::KeyedBy;
use crate::entity::Entity;
use crate::field::Scalar;
use crate::key::Key;
use crate::metadata::KEY;
use crate::query::{CompareOp, Condition, Expr, IntoFilter};

/// A type of the application's in the place of an entity, whose key it is: as [`keys!`], for one type.
#[doc(hidden)]
#[macro_export]
macro_rules! __key_type {
    ($orm:ident, $type:ty) => {
        impl<T: $orm::derived::KeyedBy<$type>, I: ::core::convert::From<$orm::input::Input<T>>> $orm::input::IntoRef<T, I>
            for $type
        {
            fn into_ref(self) -> I {
                I::from($orm::input::Input::Key(T::key(self)))
            }
        }
        impl<T: $orm::derived::KeyedBy<$type>, Owner, I: ::core::convert::From<$orm::input::Input<T>>>
            $orm::input::IntoItem<T, Owner, I> for $type
        {
            fn into_item(self) -> I {
                I::from($orm::input::Input::Key(T::key(self)))
            }
        }
        impl<T: $orm::derived::KeyedBy<$type>> $orm::input::IntoKey<T> for $type {
            fn into_key(self) -> ::core::option::Option<$orm::key::Key> {
                $orm::key::Key::from_value(&$orm::field::Scalar::to_value(&T::key(self)))
            }
        }
        impl<T: $orm::derived::KeyedBy<$type>> $orm::query::IntoFilter<T> for $type {
            fn into_filter(self) -> $orm::query::Condition<T> {
                $orm::derived::key_condition(T::key(self))
            }
        }
    };
}

macro_rules! keys {
    ($($(#[$attribute:meta])* [$($lifetime:lifetime)?] $type:ty),* $(,)?) => {$(
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl<$($lifetime,)? T: KeyedBy<$type>, I: From<Input<T>>> IntoRef<T, I> for $type {
            fn into_ref(self) -> I {
                I::from(Input::Key(T::key(self)))
            }
        }
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl<$($lifetime,)? T: KeyedBy<$type>, Owner, I: From<Input<T>>> IntoItem<T, Owner, I> for $type {
            fn into_item(self) -> I {
                I::from(Input::Key(T::key(self)))
            }
        }
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl<$($lifetime,)? T: KeyedBy<$type>> IntoKey<T> for $type {
            fn into_key(self) -> Option<Key> {
                Key::from_value(&T::key(self).to_value())
            }
        }
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl<$($lifetime,)? T: KeyedBy<$type>> IntoFilter<T> for $type {
            fn into_filter(self) -> Condition<T> {
                let value = T::key(self).to_value().into_owned();
                Condition::new(Expr::Compare { field: key_field::<T>(), op: CompareOp::Eq, value })
            }
        }
    )*};
}
keys!(
    [] i8, [] i16, [] i32, [] i64, [] u8, [] u16, [] u32, [] u64, [] String, ['a] &'a str, [] Vec<u8>,
    #[cfg(feature = "uuid")]
    [] uuid::Uuid,
);

macro_rules! tuples {
    ($(($($name:ident),+);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name,)+ T: KeyedBy<($($name,)+)>, I: From<Input<T>>> IntoRef<T, I> for ($($name,)+) {
            fn into_ref(self) -> I {
                I::from(Input::Key(T::key(self)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($name,)+ T: KeyedBy<($($name,)+)>, Owner, I: From<Input<T>>> IntoItem<T, Owner, I> for ($($name,)+) {
            fn into_item(self) -> I {
                I::from(Input::Key(T::key(self)))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($name,)+ T: KeyedBy<($($name,)+)>> IntoKey<T> for ($($name,)+) {
            fn into_key(self) -> Option<Key> {
                Key::from_value(&T::key(self).to_value())
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($name,)+ T: KeyedBy<($($name,)+)>> IntoFilter<T> for ($($name,)+) {
            fn into_filter(self) -> Condition<T> {
                let value = T::key(self).to_value().into_owned();
                Condition::new(Expr::Compare { field: key_field::<T>(), op: CompareOp::Eq, value })
            }
        }
    )*};
}
tuples! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}

/// What stands for the key in a condition: its field, when it is one.
pub(crate) fn key_field<T: Entity>() -> u16 {
    let mut fields = (0_u16..).zip(T::descriptor().fields).filter(|(_, field)| field.attributes.primary);
    match (fields.next(), fields.next()) {
        (Some((field, _)), None) => field,
        _ => KEY,
    }
}
