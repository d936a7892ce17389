//! Places in JSON documents: what conditions and orders are made from.

use super::json::{JsonKind, JsonPlace, JsonStep, JsonTest};
use super::{BareScalar, CompareOp, Condition, Expr, Order, OrderTerm, Property};
use crate::embeddable::object;
use crate::entity::Entity;
use crate::field::Scalar;
use crate::value::Value;
use std::marker::PhantomData;

/// A column with a JSON document: `serde_json::Value`, [`Json<_>`](crate::field::Json), or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no JSON document, so there is nothing in it to ask for",
    note = "a field with JSON is a `serde_json::Value`, a `Json<_>`, or an `Option` of one"
)]
pub trait JsonColumn: Scalar {}
impl JsonColumn for serde_json::Value {}
impl<T> JsonColumn for crate::field::Json<T> where crate::field::Json<T>: Scalar {}
impl<V: JsonColumn> JsonColumn for Option<V> {}

/// What a place in a JSON document is compared with: numbers, text, booleans, and what is one of these in JSON (dates and UUIDs
/// are text there).
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be compared with what is in a JSON document",
    note = "compare with a number, a text or a boolean; for null there are `.is_null()` and `.is_not_null()`"
)]
pub trait JsonOperand {
    /// The value, as it is in JSON.
    fn into_json(self) -> (JsonKind, Value<'static>);
}
impl JsonOperand for &str {
    fn into_json(self) -> (JsonKind, Value<'static>) {
        (JsonKind::Text, Value::Text(self.to_owned().into()))
    }
}
impl<V: BareScalar> JsonOperand for V {
    fn into_json(self) -> (JsonKind, Value<'static>) {
        match object::scalar(&self.to_value(), V::COLUMN) {
            serde_json::Value::Bool(value) => (JsonKind::Bool, Value::Bool(value)),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(number) => (JsonKind::Integer, Value::Int(number)),
                None => (JsonKind::Number, Value::Double(number.as_f64().unwrap_or(f64::NAN))),
            },
            serde_json::Value::String(text) => (JsonKind::Text, Value::Text(text.into())),
            other => (JsonKind::Text, Value::Text(other.to_string().into())),
        }
    }
}

impl<T: Entity, V: JsonColumn> Property<T, V> {
    /// What the document has at a key: `Book::meta.key("publisher").key("city").eq("Oldtown")`.
    pub fn key(self, key: impl Into<String>) -> InJson<T> {
        InJson::root(self.place()).key(key)
    }
    /// The item of an array, from 0.
    pub fn at(self, index: u32) -> InJson<T> {
        InJson::root(self.place()).at(index)
    }
}

/// A place in a JSON document, for conditions and orders: `Book::meta.key("pages").gt(100)`.
///
/// A comparison holds where there is a value of the kind that it is compared with: text is never equal to a number. What is not
/// there is as null.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use mikro_orm::prelude::*;
///
/// #[derive(Entity)]
/// pub struct Book {
///     #[orm(primary)]
///     pub id: i64,
///     pub meta: serde_json::Value,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> mikro_orm::Result<()> {
/// # let orm = Orm::builder("sqlite::memory:").entities(entities![Book]).build().await?;
/// # orm.schema().create().await?;
/// # let em = orm.em();
/// em.create(Book::builder().meta(serde_json::json!({ "pages": 300, "tags": ["war"] })));
/// em.flush().await?;
/// let long = Book::meta.key("pages").gt(100) & Book::meta.key("tags").at(0).eq("war");
/// assert_eq!(em.find::<Book>().filter(long).order_by(Book::meta.key("pages").desc()).await?.len(), 1);
/// # Ok(())
/// # }
/// # }
/// ```
#[derive(Debug)]
pub struct InJson<T: Entity> {
    field: u16,
    steps: Vec<JsonStep>,
    owner: PhantomData<fn() -> T>,
}
impl<T: Entity> Clone for InJson<T> {
    fn clone(&self) -> Self {
        InJson { field: self.field, steps: self.steps.clone(), owner: PhantomData }
    }
}

impl<T: Entity> InJson<T> {
    fn root(field: u16) -> Self {
        InJson { field, steps: Vec::new(), owner: PhantomData }
    }
    /// What the object there has at a key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.steps.push(JsonStep::Key(key.into()));
        self
    }
    /// The item of the array there, from 0.
    #[must_use]
    pub fn at(mut self, index: u32) -> Self {
        self.steps.push(JsonStep::Item(index));
        self
    }

    /// Equal to the value.
    pub fn eq(self, value: impl JsonOperand) -> Condition<T> {
        self.compare(CompareOp::Eq, value)
    }
    /// Another value of the kind (what is of another kind, or not there, is neither).
    pub fn ne(self, value: impl JsonOperand) -> Condition<T> {
        self.compare(CompareOp::Ne, value)
    }
    /// Greater than the value.
    pub fn gt(self, value: impl JsonOperand) -> Condition<T> {
        self.compare(CompareOp::Gt, value)
    }
    /// Greater than the value, or equal.
    pub fn gte(self, value: impl JsonOperand) -> Condition<T> {
        self.compare(CompareOp::Gte, value)
    }
    /// Less than the value.
    pub fn lt(self, value: impl JsonOperand) -> Condition<T> {
        self.compare(CompareOp::Lt, value)
    }
    /// Less than the value, or equal.
    pub fn lte(self, value: impl JsonOperand) -> Condition<T> {
        self.compare(CompareOp::Lte, value)
    }
    /// Matches the pattern, in which `%` stands for any text and `_` for any one character.
    pub fn like(self, pattern: impl AsRef<str>) -> Condition<T> {
        self.compare(CompareOp::Like, pattern.as_ref())
    }
    /// One of the values, which are of one type; never, when there are none.
    pub fn in_<I: IntoIterator<Item: JsonOperand>>(self, values: I) -> Condition<T> {
        self.list(values, false)
    }
    /// None of the values; always, when there are none.
    pub fn not_in<I: IntoIterator<Item: JsonOperand>>(self, values: I) -> Condition<T> {
        self.list(values, true)
    }
    /// Nothing is there, or JSON's null.
    pub fn is_null(self) -> Condition<T> {
        self.test(JsonKind::Any, JsonTest::IsNull { negated: false })
    }
    /// Something is there, and it is not null.
    pub fn is_not_null(self) -> Condition<T> {
        self.test(JsonKind::Any, JsonTest::IsNull { negated: true })
    }
    /// Smallest first.
    pub fn asc(self) -> Order<T> {
        self.order(false)
    }
    /// Largest first.
    pub fn desc(self) -> Order<T> {
        self.order(true)
    }

    fn order(self, descending: bool) -> Order<T> {
        let json = Some(JsonPlace { steps: self.steps, kind: JsonKind::Any });
        Order::new(OrderTerm { descending, json, ..OrderTerm::by(self.field) })
    }
    fn compare(self, op: CompareOp, value: impl JsonOperand) -> Condition<T> {
        let (kind, value) = value.into_json();
        self.test(kind, JsonTest::Compare { op, value })
    }
    fn list<I: IntoIterator<Item: JsonOperand>>(self, values: I, negated: bool) -> Condition<T> {
        let mut kind = JsonKind::Integer;
        let mut values: Vec<_> = values
            .into_iter()
            .map(|value| {
                let (of, value) = value.into_json();
                if kind == JsonKind::Integer {
                    kind = of;
                }
                value
            })
            .collect();
        if kind == JsonKind::Number {
            // (some floats are whole numbers)
            for value in &mut values {
                if let Value::Int(whole) = value {
                    #[allow(clippy::cast_precision_loss)] // a float is what was given
                    let float = *whole as f64;
                    *value = Value::Double(float);
                }
            }
        }
        self.test(kind, JsonTest::In { values, negated })
    }
    fn test(self, kind: JsonKind, test: JsonTest) -> Condition<T> {
        Condition::new(Expr::Json { field: self.field, place: JsonPlace { steps: self.steps, kind }, test })
    }
}
