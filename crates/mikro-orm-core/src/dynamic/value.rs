//! Values of properties by name.

use super::DynamicEntity;
use crate::entity::Entity;
use crate::field::Scalar;
use crate::heap::{Loaded, Ref};
use crate::value::Value;

/// What a property of a [`DynamicEntity`] may be set to: a value; for a relation an entity or its key; for a collection entities.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DynamicValue {
    /// A value in database form: a scalar's, or a key. Null is none.
    Value(Value<'static>),
    /// What a to-one relation refers to.
    Entity(DynamicEntity),
    /// What is in a collection.
    Entities(Vec<DynamicEntity>),
}

impl DynamicValue {
    /// Nothing: null.
    pub const NONE: DynamicValue = DynamicValue::Value(Value::Null);
}

impl<V: Scalar> From<V> for DynamicValue {
    fn from(value: V) -> Self {
        DynamicValue::Value(value.to_value().into_owned())
    }
}
impl From<&str> for DynamicValue {
    fn from(value: &str) -> Self {
        DynamicValue::Value(Value::Text(value.to_owned().into()))
    }
}
impl From<&String> for DynamicValue {
    fn from(value: &String) -> Self {
        DynamicValue::Value(Value::Text(value.clone().into()))
    }
}
impl From<Value<'_>> for DynamicValue {
    fn from(value: Value<'_>) -> Self {
        DynamicValue::Value(value.into_owned())
    }
}
impl From<DynamicEntity> for DynamicValue {
    fn from(entity: DynamicEntity) -> Self {
        DynamicValue::Entity(entity)
    }
}
impl From<&DynamicEntity> for DynamicValue {
    fn from(entity: &DynamicEntity) -> Self {
        DynamicValue::Entity(entity.clone())
    }
}
impl From<Vec<DynamicEntity>> for DynamicValue {
    fn from(entities: Vec<DynamicEntity>) -> Self {
        DynamicValue::Entities(entities)
    }
}
impl<const N: usize> From<[&DynamicEntity; N]> for DynamicValue {
    fn from(entities: [&DynamicEntity; N]) -> Self {
        DynamicValue::Entities(entities.into_iter().cloned().collect())
    }
}
impl<T: Entity, P> From<&Loaded<T, P>> for DynamicValue {
    fn from(entity: &Loaded<T, P>) -> Self {
        DynamicValue::Entity(entity.into())
    }
}
impl<T: Entity> From<&Ref<T>> for DynamicValue {
    fn from(entity: &Ref<T>) -> Self {
        DynamicValue::Entity(entity.into())
    }
}

/// Values by the names of properties, as [`data!`](crate::data) makes them.
pub type Data = Vec<(String, DynamicValue)>;

/// Values by the names of properties: `data! { "title": "Oaths", "author": &jon }`.
#[macro_export]
macro_rules! data {
    ($($name:tt: $value:expr),* $(,)?) => {{
        let data: $crate::dynamic::Data = vec![$((::std::string::String::from($name), $crate::dynamic::DynamicValue::from($value))),*];
        data
    }};
}
