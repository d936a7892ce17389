//! Assigning from JSON: what an HTTP handler gets.

use super::EntityManager;
use crate::create::Creation;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::field::ColumnType;
use crate::heap::AnyRef;
use crate::input::IntoRef;
use crate::metadata::{Metadata, PropertyKind, PropertyMetadata};
use crate::value::Value;
use serde_json::Value as Json;

impl EntityManager {
    /// Sets properties from a JSON object by their names: `em.assign_json(&book, &json!({"title": "Vows", "author": 7}))`.
    /// To-one relations take the target's key.
    ///
    /// # Errors
    /// [`Error::Validation`], naming entity and property, when the JSON is no object, names a property that does
    /// not exist, the primary key or a collection, or holds a value that does not fit; then nothing is set.
    pub fn assign_json<T: Entity>(&self, entity: impl IntoRef<T>, values: &Json) -> Result<()> {
        let heap = self.context.heap();
        let reference: AnyRef = Creation::new(&heap).resolve_input(entity.into_ref())?;
        let fields = fields(&self.context.shared.metadata, self.entity::<T>()?, values)?;
        reference.assign_fields(fields)
    }
}

fn fields(metadata: &Metadata, entity: crate::metadata::EntityId, values: &Json) -> Result<Vec<(u16, Value<'static>)>> {
    let entity = metadata.entity(entity);
    let Json::Object(values) = values else {
        return Err(Error::invalid(entity.name, "can be assigned from a JSON object only"));
    };
    let mut fields = Vec::with_capacity(values.len());
    for (name, json) in values {
        let fail = |message: &str| Error::validation(entity.name, name, message);
        let property = entity.by_name(name).ok_or_else(|| fail("is not a property, so it can't be assigned"))?;
        if property.primary {
            return Err(fail("is the primary key, which can't be assigned"));
        }
        if property.kind == PropertyKind::OneToMany {
            return Err(fail("is a collection, which can't be assigned; add and remove items"));
        }
        let value = value(property, json).ok_or_else(|| fail(&format!("can't be assigned from {}", kind(json))))?;
        if value.is_null() && !property.nullable {
            return Err(fail("can't be null"));
        }
        fields.push((property.index, value));
    }
    Ok(fields)
}

fn value(property: &PropertyMetadata, json: &Json) -> Option<Value<'static>> {
    use ColumnType as C;
    let column = property.column_type?;
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
        C::Bytes => return None,
        C::String | C::Uuid | C::DateTime | C::LocalDateTime | C::Date | C::Time => Value::Text(json.as_str()?.to_owned().into()),
    })
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}
