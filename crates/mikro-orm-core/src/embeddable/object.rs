//! Embedded structs as JSON: one column with an object, or with an array of them.

use super::{Embeddable, EmbeddableDef, FieldValue, key_of};
use crate::entity::{Entity, FieldAttributes, FieldDef};
use crate::field::{ColumnType, FieldKind, FieldVTable, Objects, Scalar};
use crate::key::Key;
use crate::query::{Assign, Condition, Expr, JsonStep};
use crate::value::{Value, ValueError};
use serde_json::Map;
use std::marker::PhantomData;

pub use serde_json::Value as Json;

/// The type of a field with `#[orm(embedded, object)]`: an embeddable, an `Option` of one, or a `Vec` of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be embedded as JSON",
    note = "add `#[derive(Embeddable)]` to the struct; an `Option` of it, a `Vec` and an `Option<Vec<..>>` can be, too"
)]
pub trait ObjectField: Sized + Clone + Send + Sync + 'static {
    /// The embeddable.
    type Embeddable: Embeddable;
    /// Its properties as those of an entity that has it: the struct's, or of a list those of the whole.
    type Properties<T: Entity>;
    /// Whether null is a value of it.
    const NULLABLE: bool = false;
    /// Whether it is an array.
    const LIST: bool = false;
    /// How many places the properties of what is in it take behind its own.
    const PLACES: usize = 0;
    /// As JSON.
    fn to_json(&self) -> Json;
    /// From JSON.
    ///
    /// # Errors
    /// When a field of it has something else there.
    fn from_json(json: &Json) -> Result<Self, ValueError>;
}
impl<E: Embeddable> ObjectField for Option<E> {
    type Embeddable = E;
    type Properties<T: Entity> = E::Properties<T>;
    const PLACES: usize = E::PLACES;
    const NULLABLE: bool = true;
    fn to_json(&self) -> Json {
        self.as_ref().map_or(Json::Null, one)
    }
    fn from_json(json: &Json) -> Result<Self, ValueError> {
        if json.is_null() { Ok(None) } else { read(json).map(Some) }
    }
}
impl<E: Embeddable> ObjectField for Vec<E> {
    type Embeddable = E;
    type Properties<T: Entity> = EmbeddedList<T, Self>;
    const LIST: bool = true;
    fn to_json(&self) -> Json {
        Json::Array(self.iter().map(one).collect())
    }
    fn from_json(json: &Json) -> Result<Self, ValueError> {
        let Json::Array(items) = json else { return Err(ValueError::new("expected a JSON array, found other JSON")) };
        let read = |(place, item): (usize, &Json)| read(item).map_err(|error: ValueError| error.within(&place.to_string()));
        items.iter().enumerate().map(read).collect()
    }
}
impl<E: Embeddable> ObjectField for Option<Vec<E>> {
    type Embeddable = E;
    type Properties<T: Entity> = EmbeddedList<T, Self>;
    const NULLABLE: bool = true;
    const LIST: bool = true;
    fn to_json(&self) -> Json {
        self.as_ref().map_or(Json::Null, Vec::to_json)
    }
    fn from_json(json: &Json) -> Result<Self, ValueError> {
        if json.is_null() { Ok(None) } else { Vec::from_json(json).map(Some) }
    }
}

/// An embeddable as JSON.
pub fn one<E: Embeddable>(value: &E) -> Json {
    object(E::DEF, &value.to_value().into_parts())
}

/// An embeddable from JSON.
///
/// # Errors
/// When it is no object, or a field of it has something else there.
pub fn read<E: Embeddable>(json: &Json) -> Result<E, ValueError> {
    let Json::Object(object) = json else { return Err(ValueError::new("expected a JSON object, found other JSON")) };
    let mut parts = Vec::with_capacity(E::ARITY);
    columns(E::DEF, Some(object), &mut parts)?;
    E::from_value(Value::Row(parts))
}

/// The properties of a field that is embedded as JSON, as those of the entity.
pub type ObjectPropertiesOf<F, T> = <F as ObjectField>::Properties<T>;

/// A list of embedded structs as a value: what conditions are made from.
pub struct EmbeddedList<T: Entity, F> {
    field: u16,
    types: PhantomData<fn() -> (T, F)>,
}
impl<T: Entity, F> Clone for EmbeddedList<T, F> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Entity, F> Copy for EmbeddedList<T, F> {}
impl<T: Entity, F: ObjectField> EmbeddedList<T, F> {
    /// The list at this place. Written by the derive.
    #[doc(hidden)]
    pub const fn __in(own: u16, _first: u16) -> Self {
        EmbeddedList { field: own, types: PhantomData }
    }
    /// There is none.
    pub fn is_null(self) -> Condition<T> {
        Condition::new(Expr::IsNull { field: self.field, negated: false })
    }
    /// There is one, be it empty.
    pub fn is_not_null(self) -> Condition<T> {
        Condition::new(Expr::IsNull { field: self.field, negated: true })
    }
    /// Another list, for `assign`: `person.assign(Person::addresses.set(vec![]))`.
    pub fn set(self, value: F) -> Assign<T> {
        Assign::new(self.field, to_part(&value))
    }
}

/// A field's entry in the descriptor.
pub const fn field<F: ObjectField>(name: &'static str, offset: usize, attributes: FieldAttributes) -> FieldDef {
    FieldDef { name, offset, vtable: &Table::<F>::TABLE, target: None, attributes }
}

/// What a field's type stands for in its table: the field, stored as JSON.
#[derive(Clone)]
#[repr(transparent)]
struct Stored<F>(F);

impl<F: ObjectField> Scalar for Stored<F> {
    const COLUMN: ColumnType = ColumnType::Json;
    const NULLABLE: bool = F::NULLABLE;
    const OBJECTS: Option<Objects> = Some(Objects { def: || F::Embeddable::DEF, list: F::LIST });
    fn to_value(&self) -> Value<'_> {
        match self.0.to_json() {
            Json::Null => Value::Null,
            json => Value::Json(json.to_string().into()),
        }
    }
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let json = if value.is_null() { Json::Null } else { Json::from_value(value)? };
        F::from_json(&json).map(Stored)
    }
    /// What the type knows is compared: keys that it does not know are no difference.
    fn same(&self, other: &Self) -> bool {
        self.0.to_json().same(&other.0.to_json())
    }
    fn unset() -> Option<Self> {
        F::from_json(&Json::Null).ok().map(Stored)
    }
}

struct Table<F>(std::marker::PhantomData<F>);
impl<F: ObjectField> Table<F> {
    // (`Stored<F>` is an `F` in memory, so the table's functions take pointers to `F`s)
    const TABLE: FieldVTable = crate::heap::scalar_vtable::<Stored<F>>(F::NULLABLE);
}

/// What is embedded as JSON in an embeddable: its column there.
pub fn to_part<F: ObjectField>(field: &F) -> Value<'static> {
    match field.to_json() {
        Json::Null => Value::Null,
        json => Value::Json(json.to_string().into()),
    }
}

/// The other way round.
///
/// # Errors
/// When the column holds something else.
pub fn from_part<F: ObjectField>(name: &str, value: Value<'_>) -> Result<F, ValueError> {
    let json = if value.is_null() { Ok(Json::Null) } else { Json::from_value(value) };
    json.and_then(|json| F::from_json(&json)).map_err(|error| error.within(name))
}

/// An object with the fields whose columns these are.
fn object(def: &'static EmbeddableDef, parts: &[Value<'_>]) -> Json {
    let mut map = Map::new();
    for (field, value) in def.split(parts) {
        let json = match value {
            FieldValue::Missing => Json::Null,
            FieldValue::Struct(def, parts) => object(def, parts),
            FieldValue::Value(value) => scalar(value, column(field)),
        };
        map.insert(key_of(field).to_owned(), json);
    }
    Json::Object(map)
}

fn column(field: &FieldDef) -> ColumnType {
    match field.vtable.kind {
        FieldKind::Scalar(column) => column,
        _ => ColumnType::String,
    }
}

/// The columns that an object stands for: null for what it lacks.
fn columns(
    def: &'static EmbeddableDef,
    object: Option<&Map<String, Json>>,
    into: &mut Vec<Value<'static>>,
) -> Result<(), ValueError> {
    for field in def.fields {
        let key = key_of(field);
        let json = object.and_then(|object| object.get(key)).unwrap_or(&Json::Null);
        match (field.vtable.embedded, json) {
            (Some(nested), Json::Null) => columns(nested, None, into)?,
            (Some(nested), Json::Object(object)) => {
                columns(nested, Some(object), into).map_err(|error| error.within(field.name))?;
            }
            (Some(_), _) => return Err(ValueError::new("expected a JSON object, found other JSON").within(field.name)),
            (None, json) => {
                let value = from_scalar(json, column(field));
                into.push(value.ok_or_else(|| ValueError::new("the JSON is of another kind than the field").within(field.name))?);
            }
        }
    }
    Ok(())
}

/// The columns of the structs that a field has in JSON; `None` for what is none of its documents.
pub(crate) fn structs(value: &Value<'_>, objects: Objects) -> Option<Vec<Vec<Value<'static>>>> {
    let Value::Json(text) = value else { return None };
    let def = (objects.def)();
    let parts = |json: &Json| {
        let mut parts = Vec::new();
        columns(def, Some(json.as_object()?), &mut parts).ok().map(|()| parts)
    };
    match serde_json::from_str(text).ok()? {
        Json::Array(items) if objects.list => items.iter().map(parts).collect(),
        json => Some(vec![parts(&json)?]),
    }
}

/// A column's value as JSON: dates as ISO 8601, decimals and UUIDs as text, bytes as hexadecimal text.
pub(crate) fn scalar(value: &Value<'_>, column: ColumnType) -> Json {
    let text = |text: String| Json::String(text);
    match value {
        Value::Null => Json::Null,
        Value::Bool(v) => Json::Bool(*v),
        Value::Int(v) => Json::from(*v),
        Value::UInt(v) => Json::from(*v),
        Value::Float(v) => Json::from(*v),
        Value::Double(v) => Json::from(*v),
        Value::Text(v) | Value::Decimal(v) => text(v.to_string()),
        Value::Bytes(v) => text(v.iter().map(|byte| format!("{byte:02x}")).collect()),
        Value::Uuid(v) => text(Key::Uuid(*v).to_string()),
        Value::DateTime(v) if column == ColumnType::LocalDateTime => text(crate::time::local_date_time(*v)),
        Value::DateTime(v) => text(crate::time::date_time(*v)),
        Value::Date(v) => text(crate::time::date(*v)),
        Value::Time(v) => text(crate::time::time(*v)),
        Value::Json(v) => serde_json::from_str(v).unwrap_or(Json::Null),
        Value::Array(items) => {
            let item = if let ColumnType::Array(item) = column { *item } else { ColumnType::String };
            Json::Array(items.iter().map(|value| scalar(value, item)).collect())
        }
        Value::Row(parts) => Json::Array(parts.iter().map(|part| scalar(part, column)).collect()),
    }
}

/// The value that JSON stands for in a column; `None` when it is of another kind.
pub(crate) fn from_scalar(json: &Json, column: ColumnType) -> Option<Value<'static>> {
    use ColumnType as C;
    if json.is_null() && column != C::Json {
        return Some(Value::Null);
    }
    Some(match column {
        C::Bool => Value::Bool(json.as_bool()?),
        C::I8 | C::I16 | C::I32 | C::I64 | C::U8 | C::U16 | C::U32 | C::U64 => {
            json.as_i64().map(Value::Int).or_else(|| json.as_u64().map(Value::UInt))?
        }
        C::F32 | C::F64 => Value::Double(json.as_f64()?),
        C::Decimal => match json {
            Json::Number(number) => Value::Decimal(number.to_string().into()),
            other => Value::Decimal(other.as_str()?.to_owned().into()),
        },
        C::Json => Value::Json(json.to_string().into()),
        C::Array(item) => {
            let items = json.as_array()?.iter();
            let items: Option<Vec<_>> = items.map(|json| from_scalar(json, *item).filter(|value| !value.is_null())).collect();
            Value::Array(items?)
        }
        C::Bytes => Value::Bytes(bytes(json.as_str()?)?.into()),
        C::Row => return None,
        C::String | C::Uuid | C::DateTime | C::LocalDateTime | C::Date | C::Time => Value::Text(json.as_str()?.to_owned().into()),
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A document with another value at a path.
pub(crate) fn with_value(whole: &Value<'_>, path: &[JsonStep], json: Json) -> Value<'static> {
    let mut document = match whole {
        Value::Json(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        _ => Json::Null,
    };
    let mut place = &mut document;
    // (embedded structs are behind keys only)
    let keys = path.iter().filter_map(|step| if let JsonStep::Key(key) = step { Some(key) } else { None });
    for key in keys {
        if !place.is_object() {
            *place = Json::Object(Map::new());
        }
        let Json::Object(map) = place else { break };
        place = map.entry(key.clone()).or_insert(Json::Null);
    }
    *place = json;
    Value::Json(document.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_hexadecimal() {
        assert_eq!(scalar(&Value::Bytes(vec![0, 255, 16].into()), ColumnType::Bytes), Json::from("00ff10"));
        assert_eq!(bytes("00ff10"), Some(vec![0, 255, 16]));
        assert_eq!((bytes("0"), bytes("zz")), (None, None));
    }
}
