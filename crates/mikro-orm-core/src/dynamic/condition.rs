//! Conditions by the names of properties.

use super::DynamicEntity;
use super::entity::check_item;
use super::property;
use super::value::DynamicValue;
use crate::error::{Error, Result};
use crate::heap::{canonical_key, converted};
use crate::key::Key;
use crate::metadata::{EntityMetadata, Metadata, PropertyKind, PropertyMetadata};
use crate::query::{CompareOp, Expr, Quantifier, RawCondition};
use crate::value::Value;
use std::ops::{BitAnd, BitOr, Not};

/// A property of a condition, by its name, or behind relations by a path: `field("title")`, `field("author.name")`. Behind a
/// collection the condition holds when it does for at least one item.
pub fn field(path: impl Into<String>) -> FieldPath {
    FieldPath(path.into())
}

/// A property of a condition; see [`field`].
#[derive(Debug, Clone)]
#[must_use = "a property is no condition: compare it"]
pub struct FieldPath(String);

/// A condition by the names of properties. Conditions are combined with `&` and `|`, and negated with `!`.
#[derive(Debug, Clone)]
#[must_use = "a condition does nothing by itself: give it to `.filter(..)`"]
pub struct DynamicCondition(Named);

#[derive(Debug, Clone)]
enum Named {
    And(Vec<Named>),
    Or(Vec<Named>),
    Not(Box<Named>),
    Field(String, Test),
    Raw(RawCondition),
}

#[derive(Debug, Clone)]
enum Test {
    Compare(CompareOp, DynamicValue),
    In(Vec<DynamicValue>, bool),
    Null(bool),
    Related(Quantifier, Box<Named>),
    Size(CompareOp, u64),
}

macro_rules! compare {
    ($($(#[$meta:meta])* $name:ident $op:ident;)*) => {$(
        $(#[$meta])*
        pub fn $name(self, value: impl Into<DynamicValue>) -> DynamicCondition {
            self.test(Test::Compare(CompareOp::$op, value.into()))
        }
    )*};
}
macro_rules! quantify {
    ($($(#[$meta:meta])* $name:ident $quantifier:ident;)*) => {$(
        $(#[$meta])*
        pub fn $name(self, condition: DynamicCondition) -> DynamicCondition {
            self.test(Test::Related(Quantifier::$quantifier, Box::new(condition.0)))
        }
    )*};
}

impl FieldPath {
    fn test(self, test: Test) -> DynamicCondition {
        DynamicCondition(Named::Field(self.0, test))
    }
    compare! {
        /// Equal to the value; for a to-one relation, to an entity or its key.
        eq Eq;
        /// Different from the value (and not null, as SQL has it).
        ne Ne;
        /// Greater than the value.
        gt Gt;
        /// Greater than the value, or equal.
        gte Gte;
        /// Less than the value.
        lt Lt;
        /// Less than the value, or equal.
        lte Lte;
        /// Like the pattern, with `%` and `_`.
        like Like;
        /// Not like the pattern.
        not_like NotLike;
        /// A list that has all of these items.
        contains Contains;
        /// A list that has at least one of these items.
        overlaps Overlaps;
    }
    /// One of the values.
    pub fn in_<V: Into<DynamicValue>>(self, values: impl IntoIterator<Item = V>) -> DynamicCondition {
        self.test(Test::In(values.into_iter().map(Into::into).collect(), false))
    }
    /// None of the values.
    pub fn not_in<V: Into<DynamicValue>>(self, values: impl IntoIterator<Item = V>) -> DynamicCondition {
        self.test(Test::In(values.into_iter().map(Into::into).collect(), true))
    }
    /// It is null.
    pub fn is_null(self) -> DynamicCondition {
        self.test(Test::Null(false))
    }
    /// It is not null.
    pub fn is_not_null(self) -> DynamicCondition {
        self.test(Test::Null(true))
    }
    /// A collection with so many items.
    pub fn size(self, count: u64) -> DynamicCondition {
        self.test(Test::Size(CompareOp::Eq, count))
    }
    /// A collection with more items.
    pub fn size_gt(self, count: u64) -> DynamicCondition {
        self.test(Test::Size(CompareOp::Gt, count))
    }
    quantify! {
        /// What the relation refers to satisfies the condition.
        is Is;
        /// At least one item of the collection satisfies it.
        some Some;
        /// No item of the collection satisfies it.
        none None;
        /// Every item of the collection satisfies it.
        every Every;
    }
}

impl DynamicCondition {
    /// All entities.
    pub fn all() -> Self {
        DynamicCondition(Named::And(Vec::new()))
    }
}
impl From<RawCondition> for DynamicCondition {
    fn from(raw: RawCondition) -> Self {
        DynamicCondition(Named::Raw(raw))
    }
}
impl BitAnd for DynamicCondition {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        let mut all = match self.0 {
            Named::And(all) => all,
            other => vec![other],
        };
        all.push(other.0);
        DynamicCondition(Named::And(all))
    }
}
impl BitOr for DynamicCondition {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        let mut any = match self.0 {
            Named::Or(any) => any,
            other => vec![other],
        };
        any.push(other.0);
        DynamicCondition(Named::Or(any))
    }
}
impl Not for DynamicCondition {
    type Output = Self;
    fn not(self) -> Self {
        DynamicCondition(Named::Not(Box::new(self.0)))
    }
}

/// What queries by name take: a [`DynamicCondition`], SQL ([`raw`](crate::query::raw)), or a primary key.
pub trait IntoDynamicFilter {
    #[doc(hidden)]
    fn into_dynamic_filter(self, metadata: &Metadata, entity: &EntityMetadata) -> Result<Expr>;
}
impl IntoDynamicFilter for DynamicCondition {
    fn into_dynamic_filter(self, metadata: &Metadata, entity: &EntityMetadata) -> Result<Expr> {
        resolve(metadata, entity, self.0)
    }
}
impl IntoDynamicFilter for RawCondition {
    fn into_dynamic_filter(self, _: &Metadata, _: &EntityMetadata) -> Result<Expr> {
        Ok(self.into_expr())
    }
}
impl<K: Into<DynamicValue>> IntoDynamicFilter for K {
    fn into_dynamic_filter(self, _: &Metadata, entity: &EntityMetadata) -> Result<Expr> {
        let fail = |message: String| Error::invalid(entity.name, message);
        let key = match self.into() {
            DynamicValue::Entity(named) if named.as_any().is_a(entity.descriptor) => named.key(),
            DynamicValue::Value(key) => {
                canonical_key(entity.descriptor, &key).map_err(|error| fail(format!("has another key: {error}")))?
            }
            _ => return Err(fail("is found by its key, or by a condition".to_owned())),
        };
        let key = key.ok_or_else(|| fail("null can't be a primary key".to_owned()))?;
        Ok(Expr::Compare { field: entity.key, op: CompareOp::Eq, value: key.to_value().into_owned() })
    }
}

fn resolve(metadata: &Metadata, entity: &EntityMetadata, named: Named) -> Result<Expr> {
    let all = |list: Vec<Named>| list.into_iter().map(|named| resolve(metadata, entity, named)).collect::<Result<Vec<_>>>();
    Ok(match named {
        Named::And(list) => Expr::And(all(list)?),
        Named::Or(list) => Expr::Or(all(list)?),
        Named::Not(inner) => Expr::Not(Box::new(resolve(metadata, entity, *inner)?)),
        Named::Raw(raw) => raw.into_expr(),
        Named::Field(path, test) => at(metadata, entity, &path, test)?,
    })
}

fn at(metadata: &Metadata, entity: &EntityMetadata, path: &str, test: Test) -> Result<Expr> {
    // (what is embedded has its path as its name)
    let whole = entity.properties.iter().any(|property| property.is_declared() && property.name == path);
    let (name, rest) = match path.split_once('.').filter(|_| !whole) {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let property = property(entity, name)?;
    let fail = |message: &str| Err(Error::validation(entity.name, property.name, message));
    let target = property.relation.as_ref().filter(|_| property.kind.is_relation()).map(|r| metadata.entity(r.target));
    if let Some(rest) = rest {
        let Some(target) = target else { return fail("is no relation, so a condition has nothing behind it") };
        let quantifier = if property.kind.is_to_many() { Quantifier::Some } else { Quantifier::Is };
        return Ok(Expr::Related { field: property.index, quantifier, condition: Box::new(at(metadata, target, rest, test)?) });
    }
    let field = property.index;
    if property.kind == PropertyKind::Virtual {
        return fail("has no column, so no condition can be about it");
    }
    match test {
        Test::Related(quantifier, condition) => {
            let Some(target) = target else { return fail("is no relation, so a condition has nothing behind it") };
            if property.kind.is_to_many() == (quantifier == Quantifier::Is) {
                return fail(match property.kind.is_to_many() {
                    true => "is a collection: say `some`, `none` or `every`",
                    false => "is a relation to one entity: say `is`",
                });
            }
            Ok(Expr::Related { field, quantifier, condition: Box::new(resolve(metadata, target, *condition)?) })
        }
        Test::Size(op, count) if property.kind.is_to_many() => Ok(Expr::Size { field, op, count }),
        Test::Size(..) => fail("is no collection, so it has no size"),
        _ if property.kind.is_to_many() => fail("is a collection: say `some`, `none`, `every` or `size`"),
        Test::Null(negated) => Ok(Expr::IsNull { field, negated }),
        Test::Compare(op, value) => compare(entity, property, target, op, value),
        Test::In(values, negated) => {
            let mut list = Vec::with_capacity(values.len());
            for value in values {
                // (no row refers to what has no key)
                list.extend(one(entity, property, target, value)?);
            }
            Ok(Expr::In { field, values: list, negated })
        }
    }
}

fn compare(
    entity: &EntityMetadata,
    property: &PropertyMetadata,
    target: Option<&EntityMetadata>,
    op: CompareOp,
    value: DynamicValue,
) -> Result<Expr> {
    let field = property.index;
    let fail = |message: &str| Err(Error::validation(entity.name, property.name, message));
    let is_text = property.column_type == Some(crate::field::ColumnType::String);
    let is_list = matches!(property.column_type, Some(crate::field::ColumnType::Array(_)));
    match op {
        CompareOp::Like | CompareOp::NotLike if !is_text => return fail("is no text, so it is like no pattern"),
        CompareOp::Contains | CompareOp::Overlaps if !is_list => return fail("is no list, so it contains nothing"),
        CompareOp::Gt | CompareOp::Gte | CompareOp::Lt | CompareOp::Lte if target.is_some() => {
            return fail("is a relation: compare a property behind it");
        }
        _ => {}
    }
    if let (CompareOp::Like | CompareOp::NotLike, DynamicValue::Value(pattern @ Value::Text(_))) = (op, &value) {
        // (a pattern need not be an item of an enum)
        return Ok(Expr::Compare { field, op, value: pattern.clone() });
    }
    match one(entity, property, target, value)? {
        Some(value) => Ok(Expr::Compare { field, op, value }),
        None if op == CompareOp::Eq => Ok(Expr::Or(Vec::new())),
        None => Ok(Expr::And(Vec::new())),
    }
}

/// A value as the column has it; `None` for the key of an entity that has none yet.
fn one(
    entity: &EntityMetadata,
    property: &PropertyMetadata,
    target: Option<&EntityMetadata>,
    value: DynamicValue,
) -> Result<Option<Value<'static>>> {
    let fail = |message: String| Error::validation(entity.name, property.name, message);
    let value = match value {
        DynamicValue::Value(Value::Null) => {
            return Err(fail("is compared with null: say `is_null()` or `is_not_null()`".to_owned()));
        }
        DynamicValue::Value(value) => value,
        DynamicValue::Entity(named) => {
            return Ok(key_of(entity, property, target, &named)?.map(|key| key.to_value().into_owned()));
        }
        DynamicValue::Entities(_) => return Err(fail("is compared with a list: say `in_([..])`".to_owned())),
    };
    check_item(property, &value).map_err(fail)?;
    let converted = match (entity.descriptor.fields.get(usize::from(property.index)), target) {
        (_, Some(target)) => {
            canonical_key(target.descriptor, &value).map(|key| key.map_or(Value::Null, |key| key.to_value().into_owned()))
        }
        (Some(def), None) => converted(def, value),
        // (a field within an embedded struct)
        (None, None) => Ok(value),
    };
    converted.map(Some).map_err(|error| fail(error.to_string()))
}

fn key_of(
    entity: &EntityMetadata,
    property: &PropertyMetadata,
    target: Option<&EntityMetadata>,
    named: &DynamicEntity,
) -> Result<Option<Key>> {
    match target {
        Some(target) if named.as_any().is_a(target.descriptor) => Ok(named.key()),
        Some(target) => {
            Err(Error::validation(entity.name, property.name, format!("refers to {}, and this is {}", target.name, named.name())))
        }
        None => Err(Error::validation(entity.name, property.name, "is no relation, so it is compared with values")),
    }
}
