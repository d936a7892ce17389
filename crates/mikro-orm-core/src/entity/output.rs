//! What the derive says about serialized output. (Without the feature `serde` nothing can be said: the types are there,
//! and have no values.)

#[cfg(feature = "serde")]
use std::marker::PhantomData;

/// Gives what is in serialized output instead of a field's value.
///
/// Called with a pointer to a field that lives for `'a`, of the type that the table is of, and loaded when it is lazy.
#[cfg(feature = "serde")]
pub type SerializeField = for<'a> unsafe fn(field: *const u8, lives: PhantomData<&'a ()>) -> crate::derived::Output<'a>;
/// There is none without the feature `serde`.
#[cfg(not(feature = "serde"))]
pub type SerializeField = std::convert::Infallible;

/// A value that is computed for serialized output.
pub struct Computed {
    /// Its name in the output.
    pub name: &'static str,
    /// As a [`SerializeField`], but with a pointer to the entity.
    pub output: SerializeField,
}

/// Items that need the feature `serde`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_serde {
    ($($items:tt)*) => { $($items)* };
}
/// As above.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_serde {
    ($($items:tt)*) => {
        compile_error!("`serializer` and `virtual` are about serialized output: enable the feature `serde` of mikro-orm");
    };
}
/// An expression that needs the feature `serde`, or another.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_serde {
    ($with:expr, $without:expr) => {
        $with
    };
}
/// As above.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_serde {
    ($with:expr, $without:expr) => {
        $without
    };
}
