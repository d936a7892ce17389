//! Fields and relations as values: what conditions, orders and assignments are made from.

use super::{Assign, Column, CompareOp, Condition, Expr, IntoFilter, Order, OrderTerm, Quantifier, Through};
use crate::entity::Entity;
use crate::field::{ArrayItem, ArrayValue, IntoField, Scalar};
use crate::heap::{Lazy, ToManyField, ToOneField};
use crate::input::IntoKey;
use crate::populate::{Relation, RelationField};
use crate::value::Value;
use std::marker::PhantomData;

/// A scalar field of `T` with the type `V`: `Book::title` is a `Property<Book, String>`.
pub struct Property<T: Entity, V> {
    index: u16,
    types: PhantomData<fn() -> (T, V)>,
}
impl<T: Entity, V> Clone for Property<T, V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Entity, V> Copy for Property<T, V> {}

impl<T: Entity, V> Property<T, V> {
    /// The field at this place in `T`'s descriptor. Written by the derive.
    #[doc(hidden)]
    pub const fn new(index: u16) -> Self {
        Property { index, types: PhantomData }
    }
    /// The field's place in the entity's descriptor.
    pub(crate) const fn place(self) -> u16 {
        self.index
    }
}

/// A column's type without its `Option`: what it is compared with.
#[doc(hidden)]
pub trait ScalarValue: Scalar {
    type Bare: Scalar;
}
impl<V: BareScalar> ScalarValue for V {
    type Bare = V;
}
impl<V: BareScalar> ScalarValue for Option<V> {
    type Bare = V;
}
/// Scalars that are no `Option`.
#[doc(hidden)]
pub trait BareScalar: Scalar {}
macro_rules! bare {
    ($($type:ty),* $(,)?) => { $(#[diagnostic::do_not_recommend] impl BareScalar for $type {})* };
}
bare!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, String, Vec<u8>);
#[diagnostic::do_not_recommend]
impl<T: ArrayItem> BareScalar for Vec<T> {}
macro_rules! bare_tuples {
    ($(($($name:ident),+);)*) => { $(#[diagnostic::do_not_recommend] impl<$($name: Scalar),+> BareScalar for ($($name,)+) {})* };
}
bare_tuples! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
}
#[cfg(feature = "uuid")]
bare!(uuid::Uuid);
#[cfg(feature = "decimal")]
bare!(rust_decimal::Decimal);
#[cfg(feature = "json")]
bare!(serde_json::Value);
#[cfg(feature = "chrono")]
bare!(chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, chrono::NaiveDate, chrono::NaiveTime);
#[cfg(feature = "time")]
bare!(time::OffsetDateTime, time::PrimitiveDateTime, time::Date, time::Time);
#[cfg(feature = "jiff")]
bare!(jiff::Timestamp, jiff::civil::DateTime, jiff::civil::Date, jiff::civil::Time);

/// Numbers that databases add to.
#[diagnostic::on_unimplemented(message = "`{Self}` is nothing that a database counts", note = "use `set_raw(..)`")]
pub trait Countable: BareScalar {}
macro_rules! countable {
    ($($type:ty),* $(,)?) => { $(impl Countable for $type {})* };
}
countable!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

/// A value that a column of type `V` can be compared with: a `V`, or what borrows as one (`&str` for text).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be compared with a column of type `{V}`",
    note = "compare with a value; for null there are `.is_null()` and `.is_not_null()`, for several values `.in_([..])`"
)]
pub trait Comparable<V> {
    /// The value as a parameter.
    fn into_value(self) -> Value<'static>;
}
impl<V: BareScalar> Comparable<V> for V {
    fn into_value(self) -> Value<'static> {
        self.to_value().into_owned()
    }
}
impl<V: BareScalar> Comparable<V> for &V {
    fn into_value(self) -> Value<'static> {
        self.to_value().into_owned()
    }
}
impl Comparable<String> for &str {
    fn into_value(self) -> Value<'static> {
        Value::Text(self.to_owned().into())
    }
}
impl Comparable<Vec<u8>> for &[u8] {
    fn into_value(self) -> Value<'static> {
        Value::Bytes(self.to_owned().into())
    }
}

/// A field of one column, as a value: what conditions are made from.
pub trait ScalarProperty: Copy {
    /// The entity that has the field.
    type Owner: Entity;
    /// The column's type, without `Option`.
    type Bare: Scalar;
    /// The field's type.
    type Value: Scalar;

    /// The field's place in the entity's descriptor.
    fn index(self) -> u16;

    /// Equal to the value.
    fn eq(self, value: impl Comparable<Self::Bare>) -> Condition<Self::Owner> {
        compare(self, CompareOp::Eq, value)
    }
    /// Different from the value (and not null, as SQL has it).
    fn ne(self, value: impl Comparable<Self::Bare>) -> Condition<Self::Owner> {
        compare(self, CompareOp::Ne, value)
    }
    /// Greater than the value.
    fn gt(self, value: impl Comparable<Self::Bare>) -> Condition<Self::Owner> {
        compare(self, CompareOp::Gt, value)
    }
    /// Greater than the value, or equal.
    fn gte(self, value: impl Comparable<Self::Bare>) -> Condition<Self::Owner> {
        compare(self, CompareOp::Gte, value)
    }
    /// Less than the value.
    fn lt(self, value: impl Comparable<Self::Bare>) -> Condition<Self::Owner> {
        compare(self, CompareOp::Lt, value)
    }
    /// Less than the value, or equal.
    fn lte(self, value: impl Comparable<Self::Bare>) -> Condition<Self::Owner> {
        compare(self, CompareOp::Lte, value)
    }
    /// Matches the pattern, in which `%` stands for any text and `_` for any one character.
    fn like(self, pattern: impl Comparable<String>) -> Condition<Self::Owner>
    where
        Self: ScalarProperty<Bare = String>,
    {
        compare(self, CompareOp::Like, pattern)
    }
    /// Does not match the pattern.
    fn not_like(self, pattern: impl Comparable<String>) -> Condition<Self::Owner>
    where
        Self: ScalarProperty<Bare = String>,
    {
        compare(self, CompareOp::NotLike, pattern)
    }
    /// A list that has all of these items: `Book::tags.contains(["war", "love"])`.
    fn contains<I>(self, items: I) -> Condition<Self::Owner>
    where
        Self::Bare: ArrayValue,
        I: IntoIterator<Item: Comparable<<Self::Bare as ArrayValue>::Item>>,
    {
        of_items(self, CompareOp::Contains, items)
    }
    /// A list that has at least one of these items.
    fn overlaps<I>(self, items: I) -> Condition<Self::Owner>
    where
        Self::Bare: ArrayValue,
        I: IntoIterator<Item: Comparable<<Self::Bare as ArrayValue>::Item>>,
    {
        of_items(self, CompareOp::Overlaps, items)
    }
    /// A list without items. (What is null is no list.)
    fn is_empty(self) -> Condition<Self::Owner>
    where
        Self::Bare: ArrayValue,
    {
        Condition::new(Expr::Compare { field: self.index(), op: CompareOp::Eq, value: Value::Array(Vec::new()) })
    }
    /// One of the values; never, when there are none.
    fn in_<I: IntoIterator<Item: Comparable<Self::Bare>>>(self, values: I) -> Condition<Self::Owner> {
        let values = values.into_iter().map(Comparable::into_value).collect();
        Condition::new(Expr::In { field: self.index(), values, negated: false })
    }
    /// None of the values; always, when there are none.
    fn not_in<I: IntoIterator<Item: Comparable<Self::Bare>>>(self, values: I) -> Condition<Self::Owner> {
        let values = values.into_iter().map(Comparable::into_value).collect();
        Condition::new(Expr::In { field: self.index(), values, negated: true })
    }
    /// Null.
    fn is_null(self) -> Condition<Self::Owner> {
        Condition::new(Expr::IsNull { field: self.index(), negated: false })
    }
    /// Not null.
    fn is_not_null(self) -> Condition<Self::Owner> {
        Condition::new(Expr::IsNull { field: self.index(), negated: true })
    }
    /// Smallest first.
    fn asc(self) -> Order<Self::Owner> {
        Order::new(OrderTerm::by(self.index()))
    }
    /// Largest first.
    fn desc(self) -> Order<Self::Owner> {
        Order::new(OrderTerm { descending: true, ..OrderTerm::by(self.index()) })
    }
    /// The field with a value for it, for `em.assign` and for patching an unloaded reference.
    fn set(self, value: impl IntoField<Self::Value>) -> Assign<Self::Owner> {
        Assign::new(self.index(), value.into_field().to_value().into_owned())
    }
    /// The field with what the database computes when the next flush updates the row: `Book::pages.set_raw("{pages} * 2")`,
    /// or with bound values `raw("{pages} + ?").bind(5)`, in the words of [`raw`](super::raw).
    ///
    /// The expression sees the row as the database has it, so that two who count at the same time both count. It is used
    /// once: the flush reads back what the field has become. Until then the field reads as it did, and whatever is set
    /// later takes the expression's place. Of a new entity the insert computes it, from other things than the row's columns,
    /// which are not there yet. Of a struct in columns a property is named with the struct's: `{home.city}`; in JSON the database
    /// computes nothing.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let book = em.find_one_or_fail::<Book>(1).await?;
    /// book.assign((Book::title.set("Vows"), Book::pages.set_raw("{pages} * 2")))?;
    /// em.flush().await?; // update book set title = ?, pages = (pages * 2) where id = ? returning pages
    /// println!("{} pages", book.pages);
    ///
    /// em.reference::<Book>(2).assign(Book::pages.increment(1))?; // without loading it
    /// em.flush().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn set_raw(self, expression: impl Into<super::RawCondition>) -> Assign<Self::Owner> {
        Assign::computed(self.index(), expression.into().into_expr())
    }
    /// The field with a number added to what the database has then; see [`set_raw`](ScalarProperty::set_raw). What is null
    /// stays null.
    ///
    /// Numbers add up: two of these before a flush count twice. They add to what was set before, too, to an expression or to a
    /// value (whose sum the field reads as at once), while a value that is set later takes their place. So count by
    /// `increment` alone: until the flush a field reads as it did, and `book.edit().pages += 1` sets it to one more than that.
    /// An edit to the very value that the field reads as is none, since a draft is compared with what it was made of: to have a
    /// field stay as it is instead, say `book.assign(Book::pages.set(book.pages))`.
    ///
    /// A sum that the property can't hold is an error of the flush, which stores nothing then.
    fn increment(self, by: Self::Bare) -> Assign<Self::Owner>
    where
        Self::Bare: Countable,
    {
        Assign::added(self.index(), by.to_value().into_owned(), false)
    }
    /// The opposite of [`increment`](ScalarProperty::increment), for what can't be negative.
    fn decrement(self, by: Self::Bare) -> Assign<Self::Owner>
    where
        Self::Bare: Countable,
    {
        Assign::added(self.index(), by.to_value().into_owned(), true)
    }
}

fn of_items<P: ScalarProperty, V>(
    property: P,
    op: CompareOp,
    items: impl IntoIterator<Item: Comparable<V>>,
) -> Condition<P::Owner> {
    let items = items.into_iter().map(Comparable::into_value).collect();
    Condition::new(Expr::Compare { field: property.index(), op, value: Value::Array(items) })
}

fn compare<P: ScalarProperty, V>(property: P, op: CompareOp, value: impl Comparable<V>) -> Condition<P::Owner> {
    Condition::new(Expr::Compare { field: property.index(), op, value: value.into_value() })
}

impl<T: Entity, V: ScalarValue> ScalarProperty for Property<T, V> {
    type Owner = T;
    type Bare = V::Bare;
    type Value = V;
    fn index(self) -> u16 {
        self.index
    }
}

/// A lazy scalar's marker: a trait of its own, for the message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column",
    label = "this is for columns as values: `Book::title`",
    note = "to set a field, edit its entity: `book.edit().title = \"Vows\".into()`, `book.edit().author = author.to_ref()`, where \
            `em.create(..)` gives a new `author`",
    note = "to ask about a relation there are `Book::author.is(..)` and `Author::books.some(..)`"
)]
pub trait LazyColumn: Relation {
    type Value: ScalarValue;
}
#[diagnostic::do_not_recommend]
impl<V: ScalarValue, R: Relation<Field = Lazy<V>>> LazyColumn for R {
    type Value = V;
}
/// A lazy scalar's marker is a property too: `Book::text.like("%winter%")`.
impl<R: LazyColumn> ScalarProperty for R {
    type Owner = R::Owner;
    type Bare = <R::Value as ScalarValue>::Bare;
    type Value = R::Value;
    fn index(self) -> u16 {
        R::INDEX
    }
}

/// Conditions on a to-one relation: `Book::author.is(Author::name.like("Jon%"))`.
pub trait ToOneRelation: Relation<Field: RelationField> {
    /// The condition holds for the entity referred to.
    fn is(self, condition: impl IntoFilter<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        Condition::new(Expr::Related {
            field: Self::INDEX,
            quantifier: Quantifier::Is,
            condition: Box::new(condition.into_filter().expr),
        })
    }
    /// Refers to this entity: a handle, a reference or a key.
    ///
    /// An entity that was not flushed yet has no key, and no row can refer to it: the condition never holds.
    fn eq(self, entity: impl IntoKey<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        match entity.into_key() {
            Some(key) => {
                Condition::new(Expr::Compare { field: Self::INDEX, op: CompareOp::Eq, value: key.to_value().into_owned() })
            }
            None => Condition::new(Expr::Or(Vec::new())),
        }
    }
    /// Refers to another entity than this one.
    fn ne(self, entity: impl IntoKey<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        match entity.into_key() {
            Some(key) => {
                Condition::new(Expr::Compare { field: Self::INDEX, op: CompareOp::Ne, value: key.to_value().into_owned() })
            }
            None => Condition::new(Expr::IsNull { field: Self::INDEX, negated: true }),
        }
    }
    /// Refers to one of these entities.
    fn in_<I>(self, entities: I) -> Condition<Self::Owner>
    where
        I: IntoIterator<Item: IntoKey<<Self::Field as RelationField>::Target>>,
        Self::Field: ToOneField,
    {
        let values = entities.into_iter().filter_map(|e| Some(e.into_key()?.to_value().into_owned())).collect();
        Condition::new(Expr::In { field: Self::INDEX, values, negated: false })
    }
    /// Refers to nothing.
    fn is_null(self) -> Condition<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        Condition::new(Expr::IsNull { field: Self::INDEX, negated: false })
    }
    /// Refers to something.
    fn is_not_null(self) -> Condition<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        Condition::new(Expr::IsNull { field: Self::INDEX, negated: true })
    }
    /// A column of the entity referred to, for `.select(..)`: `Book::author.get(Author::name)`.
    fn get<C: Column<Owner = <Self::Field as RelationField>::Target>>(self, column: C) -> Through<Self, C>
    where
        Self::Field: ToOneField,
    {
        Through::new(self, column)
    }
    /// By the key of the entity referred to, smallest first.
    fn asc(self) -> Order<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        Order::new(OrderTerm::by(Self::INDEX))
    }
    /// By the key of the entity referred to, largest first.
    fn desc(self) -> Order<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        Order::new(OrderTerm { descending: true, ..OrderTerm::by(Self::INDEX) })
    }
    /// Ordered by a property of the entity referred to: `Book::author.order(Author::name.asc())`.
    fn order(self, order: Order<<Self::Field as RelationField>::Target>) -> Order<Self::Owner>
    where
        Self::Field: ToOneField,
    {
        let mut term = order.term;
        term.path.insert(0, Self::INDEX);
        Order::new(term)
    }
}
impl<R: Relation<Field: RelationField>> ToOneRelation for R {}

/// Conditions on a to-many relation: `Author::books.some(Book::price.gt(10.0))`.
pub trait ToManyRelation: Relation<Field: RelationField> {
    /// The condition holds for at least one of the related entities.
    fn some(self, condition: impl IntoFilter<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToManyField,
    {
        related(self, Quantifier::Some, condition.into_filter())
    }
    /// The condition holds for none of the related entities.
    fn none(self, condition: impl IntoFilter<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToManyField,
    {
        related(self, Quantifier::None, condition.into_filter())
    }
    /// The condition holds for every one of the related entities (also when there are none).
    fn every(self, condition: impl IntoFilter<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToManyField,
    {
        related(self, Quantifier::Every, condition.into_filter())
    }
    /// This entity is among the related ones: a handle, a reference or a key.
    ///
    /// An entity that was not flushed yet has no key, and no row is related to it: the condition never holds.
    fn contains(self, entity: impl IntoKey<<Self::Field as RelationField>::Target>) -> Condition<Self::Owner>
    where
        Self::Field: ToManyField,
    {
        let Some(key) = entity.into_key() else { return Condition::new(Expr::Or(Vec::new())) };
        let field = crate::input::key_field::<<Self::Field as RelationField>::Target>();
        let value = key.to_value().into_owned();
        related(self, Quantifier::Some, Condition::<Self::Owner>::new(Expr::Compare { field, op: CompareOp::Eq, value }))
    }
    /// How many entities the relation has, to be compared: `Author::books.size().gte(3)`.
    fn size(self) -> Size<Self::Owner>
    where
        Self::Field: ToManyField,
    {
        Size { field: Self::INDEX, owner: PhantomData }
    }
}
impl<R: Relation<Field: RelationField>> ToManyRelation for R {}

/// The number of entities in a to-many relation; see [`ToManyRelation::size`].
#[must_use = "a number is compared: `.size().eq(3)`"]
pub struct Size<T: Entity> {
    field: u16,
    owner: PhantomData<fn() -> T>,
}

impl<T: Entity> Size<T> {
    fn is(self, op: CompareOp, count: u64) -> Condition<T> {
        Condition::new(Expr::Size { field: self.field, op, count })
    }
    /// Equal to the number.
    pub fn eq(self, count: u64) -> Condition<T> {
        self.is(CompareOp::Eq, count)
    }
    /// Different from the number.
    pub fn ne(self, count: u64) -> Condition<T> {
        self.is(CompareOp::Ne, count)
    }
    /// Greater than the number.
    pub fn gt(self, count: u64) -> Condition<T> {
        self.is(CompareOp::Gt, count)
    }
    /// Greater than the number, or equal.
    pub fn gte(self, count: u64) -> Condition<T> {
        self.is(CompareOp::Gte, count)
    }
    /// Less than the number.
    pub fn lt(self, count: u64) -> Condition<T> {
        self.is(CompareOp::Lt, count)
    }
    /// Less than the number, or equal.
    pub fn lte(self, count: u64) -> Condition<T> {
        self.is(CompareOp::Lte, count)
    }
}

fn related<R: Relation, T: Entity>(_: R, quantifier: Quantifier, condition: Condition<T>) -> Condition<R::Owner> {
    Condition::new(Expr::Related { field: R::INDEX, quantifier, condition: Box::new(condition.expr) })
}
