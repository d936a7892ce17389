//! Columns to read without entities: of the queried one, and through to-one relations.

use super::{Property, ScalarProperty};
use crate::entity::Entity;
use crate::field::Scalar;
use crate::heap::{Lazy, Ref};
use crate::populate::{Relation, RelationField};
use crate::query::property::ScalarValue;
use crate::value::{Value, ValueError};
use std::marker::PhantomData;

/// A column to be read, with its types erased.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct ColumnPath {
    /// To-one relations to follow, from the queried entity.
    pub(crate) path: Vec<u16>,
    pub(crate) field: u16,
    /// The name that was given to it.
    pub(crate) name: Option<String>,
}

/// What becomes of a column's value.
#[doc(hidden)]
pub trait ReadColumn {
    type Value: Send + 'static;
    fn read(value: Value<'_>) -> Result<Self::Value, ValueError>;
}
/// As it is.
#[doc(hidden)]
pub struct Plain<V>(PhantomData<fn() -> V>);
impl<V: Scalar + Send> ReadColumn for Plain<V> {
    type Value = V;
    fn read(value: Value<'_>) -> Result<V, ValueError> {
        V::from_value(value)
    }
}
/// None, where it is null.
#[doc(hidden)]
pub struct Nullable<V>(PhantomData<fn() -> V>);
impl<V: Scalar + Send> ReadColumn for Nullable<V> {
    type Value = Option<V>;
    fn read(value: Value<'_>) -> Result<Option<V>, ValueError> {
        let is_null = match &value {
            Value::Row(parts) => parts.iter().all(Value::is_null),
            value => value.is_null(),
        };
        if is_null { Ok(None) } else { V::from_value(value).map(Some) }
    }
}

/// A column that a query can read: a property (`Book::title`), a lazy one, the key of a to-one relation
/// (`Book::author`), or a column behind one (`Book::author.get(Author::name)`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column",
    note = "select properties of the queried entity (`Book::title`), or of one that it refers to (`Book::author.get(Author::name)`)"
)]
pub trait Column: Sized {
    /// The entity that is queried.
    type Owner: Entity;
    /// What it is read as.
    #[doc(hidden)]
    type Reader: ReadColumn;
    /// What it is read as where the row may be missing.
    #[doc(hidden)]
    type OptionalReader: ReadColumn;
    #[doc(hidden)]
    fn into_path(self) -> ColumnPath;
}

impl<T: Entity, V: ScalarValue + Send> Column for Property<T, V>
where
    V::Bare: Send,
{
    type Owner = T;
    type Reader = Plain<V>;
    type OptionalReader = Nullable<V::Bare>;
    fn into_path(self) -> ColumnPath {
        ColumnPath { path: Vec::new(), field: self.index(), name: None }
    }
}

/// A field of an entity, behind its marker, that has a column.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no column",
    note = "a collection is loaded with `.populate(..)`, not selected"
)]
pub trait ColumnField {
    type Reader: ReadColumn;
    type OptionalReader: ReadColumn;
}
impl<V: ScalarValue + Send> ColumnField for Lazy<V>
where
    V::Bare: Send,
{
    type Reader = Plain<V>;
    type OptionalReader = Nullable<V::Bare>;
}
impl<U: Entity> ColumnField for Ref<U> {
    type Reader = Plain<U::Key>;
    type OptionalReader = Nullable<U::Key>;
}
impl<U: Entity> ColumnField for Option<Ref<U>> {
    type Reader = Nullable<U::Key>;
    type OptionalReader = Nullable<U::Key>;
}
impl<R: Relation<Field: ColumnField>> Column for R {
    type Owner = R::Owner;
    type Reader = <R::Field as ColumnField>::Reader;
    type OptionalReader = <R::Field as ColumnField>::OptionalReader;
    fn into_path(self) -> ColumnPath {
        ColumnPath { path: Vec::new(), field: R::INDEX, name: None }
    }
}

/// A to-one field, by whether what it refers to may be missing.
#[doc(hidden)]
pub trait ThroughField: RelationField {
    type Pick<A: ReadColumn, B: ReadColumn>: ReadColumn;
}
impl<U: Entity> ThroughField for Ref<U> {
    type Pick<A: ReadColumn, B: ReadColumn> = A;
}
impl<U: Entity> ThroughField for Option<Ref<U>> {
    type Pick<A: ReadColumn, B: ReadColumn> = B;
}

/// A column behind a to-one relation; see [`ToOneRelation::get`](super::ToOneRelation::get).
#[derive(Debug, Clone)]
pub struct Through<R, C>(PhantomData<R>, C);

impl<R, C> Through<R, C> {
    pub(super) fn new(_: R, column: C) -> Self {
        Through(PhantomData, column)
    }
}
impl<R, C> Column for Through<R, C>
where
    R: Relation<Field: ThroughField>,
    C: Column<Owner = <R::Field as RelationField>::Target>,
{
    type Owner = R::Owner;
    type Reader = <R::Field as ThroughField>::Pick<C::Reader, C::OptionalReader>;
    type OptionalReader = C::OptionalReader;
    fn into_path(self) -> ColumnPath {
        let mut path = self.1.into_path();
        path.path.insert(0, R::INDEX);
        path
    }
}

/// A column with a name; see [`NameColumn::named`].
#[derive(Debug, Clone)]
pub struct Named<C>(C, String);

impl<C: Column> Column for Named<C> {
    type Owner = C::Owner;
    type Reader = C::Reader;
    type OptionalReader = C::OptionalReader;
    fn into_path(self) -> ColumnPath {
        ColumnPath { name: Some(self.1), ..self.0.into_path() }
    }
}

/// Naming what is selected.
pub trait NameColumn: Sized {
    /// The column under another name, for the field of a struct with `#[derive(FromRow)]`. Without it a column has its
    /// property's name, behind a relation after that of the relation: `author_name`.
    fn named(self, name: impl Into<String>) -> Named<Self> {
        Named(self, name.into())
    }
}
impl<T: Entity, V> NameColumn for Property<T, V> {}
impl<R: Relation> NameColumn for R {}
impl<R, C> NameColumn for Through<R, C> {}

/// What `.select(..)` takes: a column, or a tuple of columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column of `{T}`, nor a tuple of columns",
    note = "select properties of the queried entity (`Book::title`), or of one that it refers to (`Book::author.get(Author::name)`)"
)]
pub trait Columns<T: Entity>: Sized {
    /// What a row becomes: the column's value, or a tuple of values.
    type Row: Send + 'static;
    #[doc(hidden)]
    fn collect(self, into: &mut Vec<ColumnPath>);
    /// Takes the values in order.
    #[doc(hidden)]
    fn read(next: NextColumn<'_>) -> crate::Result<Self::Row>;
}

/// Takes a value.
#[doc(hidden)]
pub type ReadValue<'r> = &'r mut dyn FnMut(Value<'_>) -> Result<(), ValueError>;
/// Gives the next column's value to who asks for it.
#[doc(hidden)]
pub type NextColumn<'n> = &'n mut dyn FnMut(ReadValue<'_>) -> crate::Result<()>;

fn take<R: ReadColumn>(next: NextColumn<'_>) -> crate::Result<R::Value> {
    let mut read = None;
    next(&mut |value| {
        read = Some(R::read(value)?);
        Ok(())
    })?;
    read.ok_or(crate::Error::Closed)
}

impl<T: Entity, C: Column<Owner = T>> Columns<T> for C {
    type Row = <C::Reader as ReadColumn>::Value;
    fn collect(self, into: &mut Vec<ColumnPath>) {
        into.push(self.into_path());
    }
    fn read(next: NextColumn<'_>) -> crate::Result<Self::Row> {
        take::<C::Reader>(next)
    }
}
macro_rules! column_tuples {
    ($(($($name:ident $index:tt),+);)*) => {$(
        impl<T: Entity, $($name: Column<Owner = T>),+> Columns<T> for ($($name,)+) {
            type Row = ($(<$name::Reader as ReadColumn>::Value,)+);
            fn collect(self, into: &mut Vec<ColumnPath>) {
                $(into.push(self.$index.into_path());)+
            }
            fn read(next: NextColumn<'_>) -> crate::Result<Self::Row> {
                Ok(($(take::<$name::Reader>(next)?,)+))
            }
        }
    )*};
}
column_tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
}
