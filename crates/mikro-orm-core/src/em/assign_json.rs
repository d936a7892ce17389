//! Assigning from JSON: what an HTTP handler gets.

use super::EntityManager;
use crate::create::Creation;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::field::ColumnType;
use crate::heap::{AnyRef, HeapArc, canonical_key};
use crate::input::IntoRef;
use crate::metadata::{EntityMetadata, Metadata, PropertyMetadata};
use crate::value::Value;
use serde_json::Value as Json;

impl EntityManager {
    /// Sets properties from a JSON object by their names: `em.assign_json(&book, &json!({"title": "Vows", "author": 7}))`.
    /// A to-one relation takes the target's key, or an object: with a key in it, it refers to that entity; the
    /// object's other properties are set on the entity that it refers to.
    ///
    /// # Errors
    /// [`Error::Validation`], naming entity and property, when the JSON is no object, names a property that does
    /// not exist, the primary key or a collection, or holds a value that does not fit; an entity is set whole or not at all.
    pub fn assign_json<T: Entity>(&self, entity: impl IntoRef<T>, values: &Json) -> Result<()> {
        let heap = self.context.heap();
        let reference: AnyRef = Creation::new(&heap).resolve_input(entity.into_ref())?;
        let mut assigned = Vec::new();
        let metadata = &self.context.shared.metadata;
        collect(metadata, metadata.entity(self.entity::<T>()?), &heap, Some(reference), values, &mut assigned)?;
        // everything is checked by now but what only the types of fields know: each entity is set whole or not at all
        assigned.into_iter().try_for_each(|(entity, fields)| entity.assign_fields(fields))
    }
}

type Fields = Vec<(u16, Value<'static>)>;

/// What is to be set, entity by entity: those behind relations first.
fn collect(
    metadata: &Metadata,
    entity: &EntityMetadata,
    heap: &HeapArc,
    reference: Option<AnyRef>,
    values: &Json,
    assigned: &mut Vec<(AnyRef, Fields)>,
) -> Result<()> {
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
        if property.kind.is_to_many() {
            return Err(fail("is a collection, which can't be assigned; add and remove items"));
        }
        if let (Json::Object(object), Some(relation)) = (json, &property.relation) {
            let target = metadata.entity(relation.target);
            let mut rest = object.clone();
            let related = match rest.remove(target.key().name) {
                Some(key) => {
                    let value = value(target.key(), &key).filter(|key| !key.is_null());
                    let key = value
                        .as_ref()
                        .and_then(|key| canonical_key(target.descriptor, key).ok().flatten())
                        .ok_or_else(|| fail("names its entity by a key that does not fit"))?;
                    fields.push((property.index, key.to_value().into_owned()));
                    heap.reference(target.descriptor, key)
                }
                None => {
                    let current = reference.as_ref().and_then(|reference| reference.view()?.to_one(property.index).cloned());
                    current.ok_or_else(|| fail("refers to nothing whose properties could be set: give the object a key"))?
                }
            };
            if !rest.is_empty() {
                collect(metadata, target, heap, Some(related), &Json::Object(rest), assigned)?;
            }
            continue;
        }
        let value = value(property, json).ok_or_else(|| fail(&format!("can't be assigned from {}", kind(json))))?;
        if value.is_null() && !property.nullable {
            return Err(fail("can't be null"));
        }
        fields.push((property.index, value));
    }
    if let Some(reference) = reference
        && !fields.is_empty()
    {
        assigned.push((reference, fields));
    }
    Ok(())
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
