//! Values of several columns: structs within entities.

#[cfg(feature = "json")]
pub mod object;
#[cfg(not(feature = "json"))]
#[path = "embeddable/without_json.rs"]
pub mod object;

use crate::entity::{Entity, FieldDef};
use crate::field::{Field, Scalar};
use crate::query::{Assign, CompareOp, Condition, Expr};
use crate::value::{Value, ValueError};
use std::marker::PhantomData;

/// A struct that is stored with the entity that has it: in columns of the entity's table. Written by
/// `#[derive(Embeddable)]`.
///
/// It is a value and no entity (the pattern Embedded Value): it has no key and no table, two entities never share one, and
/// it is loaded and stored with its owner. A field of the owner says `#[orm(embedded)]`; in an `Option` it is null when
/// all of its columns are.
///
/// ```no_run
/// use mikro_orm::prelude::*;
///
/// #[derive(Embeddable, Debug, Clone, PartialEq)]
/// pub struct Address {
///     pub street: String,
///     pub city: String,
/// }
///
/// #[derive(Entity)]
/// pub struct Person {
///     #[orm(primary)]
///     pub id: i64,
///     #[orm(embedded)]
///     pub home: Address, // columns home_street and home_city
///     #[orm(embedded, prefix = "office_")]
///     pub work: Option<Address>, // columns office_street and office_city
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![Person]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// let wall = Address { street: "The Wall 1".into(), city: "Castle Black".into() };
/// let person = em.create(Person::builder().home(wall));
/// em.flush().await?;
///
/// person.edit().home.street = "The Wall 2".into();
/// em.flush().await?; // update person set home_street = ? where id = ?
/// let there = em.find::<Person>().filter(Person::home.city.eq("Castle Black")).await?;
/// assert_eq!(there.len(), 1);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be embedded",
    note = "add `#[derive(Embeddable)]` to the struct, or take `embedded` off the field"
)]
pub trait Embeddable: Scalar {
    /// Its properties as those of an entity that has it, for conditions and orders: `Person::home` is one of these.
    type Properties<T: Entity>;
    /// Its fields.
    #[doc(hidden)]
    const DEF: &'static EmbeddableDef;
    /// How many places its properties take behind the entity's own: a column each, and what is in JSON behind its column.
    #[doc(hidden)]
    const PLACES: usize;
}

/// The type of a field with `#[orm(embedded)]`: an embeddable, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be embedded",
    note = "add `#[derive(Embeddable)]` to the struct, or take `embedded` off the field"
)]
pub trait EmbeddedField: Scalar + Field {
    /// The embeddable.
    type Embeddable: Embeddable;
}
impl<E: Embeddable> EmbeddedField for Option<E> {
    type Embeddable = E;
}

/// The properties of a field with `#[orm(embedded)]`, as those of the entity.
pub type PropertiesOf<F, T> = <<F as EmbeddedField>::Embeddable as Embeddable>::Properties<T>;

/// An embeddable's fields, with its type erased.
pub struct EmbeddableDef {
    /// The struct's, or enum's, name.
    pub name: &'static str,
    /// Its fields, in the order of declaration; of an enum, the discriminator and those of all variants.
    pub fields: &'static [FieldDef],
    /// Of an enum, whose first field is the discriminator: its variants.
    pub variants: &'static [VariantDef],
}

/// A variant of an embedded enum.
#[derive(Debug, Clone, Copy)]
pub struct VariantDef {
    /// What the discriminator says.
    pub stored: &'static str,
    /// The variant's name.
    pub name: &'static str,
    /// `table = ".."`: its table, where each variant has one.
    pub table: Option<&'static str>,
    /// `below = ..`: the place of the variant that it is a kind of.
    pub below: Option<usize>,
    /// What it has of the enum's fields.
    pub fields: &'static [VariantField],
}

/// What a variant has of one of its enum's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariantField {
    /// Nothing: another variant has it.
    Missing,
    /// The field, which may be `None`.
    Optional,
    /// The field.
    Required,
}

/// A field's key in JSON.
pub(crate) fn key_of(field: &FieldDef) -> &'static str {
    field.attributes.column.unwrap_or(field.name.trim_start_matches("r#"))
}

/// What is wrong with a field of a struct that is null.
pub(crate) const MISSING: &str = "is within a struct that is null";

/// A field of an embedded struct as its columns are.
pub(crate) enum FieldValue<'p, 'v> {
    /// The value of a column.
    Value(&'p Value<'v>),
    /// The columns of another struct in it.
    Struct(&'static EmbeddableDef, &'p [Value<'v>]),
    /// Another struct that is missing.
    Missing,
}

impl EmbeddableDef {
    /// How many columns it has.
    pub(crate) fn columns(&self) -> usize {
        self.fields.iter().map(|field| field.vtable.embedded.map_or(1, EmbeddableDef::columns)).sum()
    }

    /// The places of its columns, from this one on.
    fn push_columns(&self, at: &mut u16, columns: &mut Vec<u16>) {
        for field in self.fields {
            match field.vtable.embedded {
                Some(nested) => nested.push_columns(at, columns),
                None => {
                    columns.push(*at);
                    *at += 1;
                    if let Some(objects) = field.vtable.object() {
                        objects.push_columns(at, &mut Vec::new());
                    }
                }
            }
        }
    }

    /// The field whose column this is, in it or in a struct within it.
    pub(crate) fn column_field(&'static self, mut column: usize) -> Option<&'static FieldDef> {
        for field in self.fields {
            let columns = field.vtable.embedded.map_or(1, EmbeddableDef::columns);
            if column < columns {
                return field.vtable.embedded.map_or(Some(field), |nested| nested.column_field(column));
            }
            column -= columns;
        }
        None
    }

    /// Checks that a value with these columns has the field whose column this is.
    ///
    /// # Errors
    /// When the struct that has the field is missing, or it is an enum's of another variant.
    pub(crate) fn check_present(&'static self, parts: &[Value<'_>], column: usize) -> Result<(), &'static str> {
        let variant = match parts.first() {
            Some(Value::Text(stored)) => self.variants.iter().find(|variant| variant.stored == stored),
            _ => None,
        };
        let mut first = 0;
        for (at, field) in self.fields.iter().enumerate() {
            let columns = field.vtable.embedded.map_or(1, EmbeddableDef::columns);
            if !(first..first + columns).contains(&column) {
                first += columns;
                continue;
            }
            if variant.is_some_and(|variant| variant.fields.get(at) == Some(&VariantField::Missing)) {
                return Err("belongs to another variant than the one that is there");
            }
            let Some(nested) = field.vtable.embedded else { return Ok(()) };
            let own = parts.get(first..first + columns).unwrap_or_default();
            if field.vtable.nullable && own.iter().all(Value::is_null) {
                return Err(MISSING);
            }
            return nested.check_present(own, column - first);
        }
        Ok(())
    }

    /// Its fields, with what their columns are.
    pub(crate) fn split<'p, 'v>(
        &'static self,
        mut parts: &'p [Value<'v>],
    ) -> impl Iterator<Item = (&'static FieldDef, FieldValue<'p, 'v>)> {
        let variant = match parts.first() {
            Some(Value::Text(stored)) => self.variants.iter().find(|variant| variant.stored == stored),
            _ => None,
        };
        self.fields.iter().enumerate().filter_map(move |(at, field)| {
            let columns = field.vtable.embedded.map_or(1, EmbeddableDef::columns);
            let (own, rest) = parts.split_at(columns.min(parts.len()));
            parts = rest;
            if variant.is_some_and(|variant| variant.fields.get(at) == Some(&VariantField::Missing)) {
                return None;
            }
            let value = match (field.vtable.embedded, own) {
                (Some(_), own) if field.vtable.nullable && own.iter().all(Value::is_null) => FieldValue::Missing,
                (Some(def), own) => FieldValue::Struct(def, own),
                (None, [value, ..]) => FieldValue::Value(value),
                (None, []) => FieldValue::Missing,
            };
            Some((field, value))
        })
    }
}

/// How an embedded struct's columns are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// By the property, with an underscore: `home_city`.
    Named,
    /// By this text.
    Text(&'static str),
    /// Without one.
    None,
}

/// What `#[orm(embedded, ..)]` says.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedAttributes {
    /// `prefix = ".."` or `prefix = false`: what its columns' names begin with.
    pub prefix: Prefix,
    /// `object`: one column with JSON.
    pub object: bool,
    /// `table_per_type`: in a table for each variant, beside that of the entity.
    pub tables: bool,
    /// `prefix_mode = absolute`: without what those of the struct that this one is in begin with.
    pub absolute: bool,
}

/// An embedded struct as a value: what conditions are made from, when they are about all of it. Its fields are conditions'
/// stuff of their own: `Person::home.city`.
pub struct Embedded<T: Entity, E> {
    first: u16,
    types: PhantomData<fn() -> (T, E)>,
}
impl<T: Entity, E> Clone for Embedded<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Entity, E> Copy for Embedded<T, E> {}

impl<T: Entity, E: Embeddable> Embedded<T, E> {
    /// The struct whose columns begin at this place. Written by the derive.
    #[doc(hidden)]
    pub const fn new(first: u16) -> Self {
        Embedded { first, types: PhantomData }
    }

    fn columns(self) -> impl Iterator<Item = u16> {
        let (mut at, mut columns) = (self.first, Vec::with_capacity(E::ARITY));
        E::DEF.push_columns(&mut at, &mut columns);
        columns.into_iter()
    }

    /// All of its columns are null.
    pub fn is_null(self) -> Condition<T> {
        Condition::new(Expr::And(self.columns().map(|field| Expr::IsNull { field, negated: false }).collect()))
    }
    /// One of its columns is not null.
    pub fn is_not_null(self) -> Condition<T> {
        Condition::new(Expr::Or(self.columns().map(|field| Expr::IsNull { field, negated: true }).collect()))
    }
    /// Each of its columns has the value that it has here.
    pub fn eq(self, value: &E) -> Condition<T> {
        let equal = |(field, value): (u16, Value<'static>)| match value {
            Value::Null => Expr::IsNull { field, negated: false },
            value => Expr::Compare { field, op: CompareOp::Eq, value },
        };
        Condition::new(Expr::And(self.columns().zip(value.to_value().into_owned().into_parts()).map(equal).collect()))
    }
    /// All of it as it is here, for `assign`: `person.assign(Person::home.set(address))`.
    pub fn set(self, value: E) -> Vec<Assign<T>> {
        let parts = value.to_value().into_owned().into_parts();
        self.columns().zip(parts).map(|(field, value)| Assign::new(field, value)).collect()
    }
}

/// What the columns of an embeddable's field hold, after what is there already.
pub fn push_part<'a>(parts: &mut Vec<Value<'a>>, value: Value<'a>, columns: usize) {
    match value {
        Value::Row(inner) => parts.extend(inner),
        Value::Null => parts.extend((0..columns).map(|_| Value::Null)),
        value => parts.push(value),
    }
}

/// An embeddable's columns as its fields take them.
#[derive(Debug)]
pub struct Parts<'a>(std::vec::IntoIter<Value<'a>>);

impl<'a> Parts<'a> {
    /// The columns of a value with so many.
    ///
    /// # Errors
    /// When the value is none of as many columns.
    pub fn of(value: Value<'a>, columns: usize) -> Result<Self, ValueError> {
        match value {
            Value::Null => Ok(Parts(vec![Value::Null; columns].into_iter())),
            Value::Row(parts) if parts.len() == columns => Ok(Parts(parts.into_iter())),
            value if columns == 1 => Ok(Parts(vec![value].into_iter())),
            other => Err(ValueError::mismatch("a value for each of several columns", &other)),
        }
    }

    /// The next field, which is a struct in JSON or a list of them.
    ///
    /// # Errors
    /// When its column holds something else.
    pub fn take_object<F: object::ObjectField>(&mut self, name: &str) -> Result<F, ValueError> {
        object::from_part(name, self.0.next().unwrap_or_default())
    }

    /// Leaves out columns of another variant.
    pub fn skip(&mut self, columns: usize) {
        self.0.by_ref().take(columns).for_each(drop);
    }

    /// The next field.
    ///
    /// # Errors
    /// When its columns hold something else.
    pub fn take<V: Scalar>(&mut self, name: &str) -> Result<V, ValueError> {
        let value = if V::EMBEDDED.is_none() && V::ARITY == 1 {
            self.0.next().unwrap_or_default()
        } else {
            let parts: Vec<_> = self.0.by_ref().take(V::ARITY).collect();
            if parts.iter().all(Value::is_null) { Value::Null } else { Value::Row(parts) }
        };
        V::from_value(value).map_err(|error| error.within(name))
    }
}

/// "The discriminator says something else": of an embedded enum.
pub fn unknown_variant(discriminator: &str, known: &str) -> ValueError {
    ValueError::new(format!("found what is none of the enum's variants, which are {known}")).within(discriminator)
}

/// What an embeddable is in JSON.
#[cfg(feature = "json")]
#[doc(hidden)]
#[macro_export]
macro_rules! __embeddable_as_json {
    ($name:ident, $properties:ident) => {
        #[automatically_derived]
        impl __orm::embeddable::object::ObjectField for $name {
            type Embeddable = $name;
            type Properties<__T: __orm::entity::Entity> = $properties<__T>;
            const PLACES: usize = <$name as __orm::embeddable::Embeddable>::PLACES;
            fn to_json(&self) -> __orm::embeddable::object::Json {
                __orm::embeddable::object::one(self)
            }
            fn from_json(json: &__orm::embeddable::object::Json) -> ::core::result::Result<Self, __orm::value::ValueError> {
                __orm::embeddable::object::read(json)
            }
        }
    };
}
/// As above: without the feature, it is nothing.
#[cfg(not(feature = "json"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __embeddable_as_json {
    ($name:ident, $properties:ident) => {};
}
