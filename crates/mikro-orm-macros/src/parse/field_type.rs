//! What a field's type looks like.
//!
//! Only what must be known to choose a builder's setter is read from the syntax; everything else is asked of
//! the type through traits. An alias is not seen through: for those the attributes say what the field is.

use syn::{GenericArgument, PathArguments, Type, TypePath};

/// A field's type by its looks.
#[derive(Clone, Copy)]
pub enum FieldType<'a> {
    /// `Ref<T>`
    Ref(&'a Type),
    /// `Collection<T>`
    Collection(&'a Type),
    /// `Lazy<V>`
    Lazy(&'a Type),
    /// `Option<..>`
    Option(&'a Type),
    /// A type of one column: a number, text, ...
    Scalar(&'static str),
    /// `(A, B)`
    Tuple,
    /// Anything else: an alias, or a type that is no field's.
    Other,
}

/// Types that are certainly columns, by the last segment of their path.
const SCALARS: &[&str] = &[
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "String",
    "Vec",
    "Uuid",
    "DateTime",
    "NaiveDateTime",
    "NaiveDate",
    "NaiveTime",
    "OffsetDateTime",
    "PrimitiveDateTime",
    "Timestamp",
    "Decimal",
];

impl<'a> FieldType<'a> {
    /// Looks at a type.
    pub fn of(ty: &'a Type) -> Self {
        match ty {
            Type::Group(group) => Self::of(&group.elem),
            Type::Paren(paren) => Self::of(&paren.elem),
            Type::Tuple(_) => FieldType::Tuple,
            Type::Path(TypePath { qself: None, path, .. }) => {
                let Some(last) = path.segments.last() else { return FieldType::Other };
                let name = last.ident.to_string();
                match (name.as_str(), argument(&last.arguments)) {
                    ("Ref", Some(target)) => FieldType::Ref(target),
                    ("Collection", Some(target)) => FieldType::Collection(target),
                    ("Lazy", Some(value)) => FieldType::Lazy(value),
                    ("Option", Some(value)) => FieldType::Option(value),
                    _ => SCALARS
                        .iter()
                        .find(|scalar| **scalar == name)
                        .map_or(FieldType::Other, |scalar| FieldType::Scalar(scalar)),
                }
            }
            _ => FieldType::Other,
        }
    }

    /// Whether the type is a list, or an `Option` of one.
    pub fn is_vec(self) -> bool {
        match self {
            FieldType::Scalar("Vec") => true,
            FieldType::Option(inner) => matches!(FieldType::of(inner), FieldType::Scalar("Vec")),
            _ => false,
        }
    }
    /// Whether the type is an integer.
    pub fn is_integer(self) -> bool {
        matches!(self, FieldType::Scalar("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64"))
    }
    /// Whether the type may have a length: text, bytes, or an alias.
    pub fn may_have_length(self) -> bool {
        match self {
            FieldType::Scalar(name) => matches!(name, "String" | "Vec"),
            FieldType::Option(inner) | FieldType::Lazy(inner) => FieldType::of(inner).may_have_length(),
            FieldType::Other => true,
            FieldType::Ref(_) | FieldType::Collection(_) | FieldType::Tuple => false,
        }
    }
    /// Whether the type may be text, or an alias.
    pub fn may_be_text(self) -> bool {
        match self {
            FieldType::Scalar(name) => name == "String",
            FieldType::Option(inner) | FieldType::Lazy(inner) => FieldType::of(inner).may_be_text(),
            FieldType::Other => true,
            FieldType::Ref(_) | FieldType::Collection(_) | FieldType::Tuple => false,
        }
    }
    /// Whether the type may be a decimal number, or an alias.
    pub fn may_be_decimal(self) -> bool {
        match self {
            FieldType::Scalar(name) => name == "Decimal",
            FieldType::Option(inner) | FieldType::Lazy(inner) => FieldType::of(inner).may_be_decimal(),
            FieldType::Other => true,
            FieldType::Ref(_) | FieldType::Collection(_) | FieldType::Tuple => false,
        }
    }
    /// Whether the type may count versions: an integer, an instant, or an alias.
    pub fn may_be_version(self) -> bool {
        self.is_integer() || matches!(self, FieldType::Scalar("DateTime" | "OffsetDateTime" | "Timestamp") | FieldType::Other)
    }
}

/// The only type argument.
fn argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}
