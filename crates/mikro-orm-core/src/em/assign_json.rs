//! Assigning from JSON: what an HTTP handler gets.

use super::EntityManager;
use crate::create::Creation;
use crate::dynamic::{DynamicEntity, DynamicRepository};
use crate::embeddable::object::from_scalar;
use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::field::ColumnType;
use crate::heap::{AnyRef, HeapArc, canonical_key};
use crate::input::IntoRef;
use crate::key::Key;
use crate::metadata::{EntityMetadata, Metadata, PropertyKind, PropertyMetadata};
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
        let reference: AnyRef = Creation::new(&heap).resolve_own(entity.into_ref())?;
        let mut assigned = Vec::new();
        let metadata = &self.context.shared.metadata;
        collect(metadata, metadata.entity(self.entity::<T>()?), &heap, Some(reference), values, &mut assigned)?;
        // everything is checked by now but what only the types of fields know: each entity is set whole or not at all
        assigned.into_iter().try_for_each(|(entity, fields)| entity.assign_fields(fields))
    }
}

impl DynamicEntity {
    /// Sets properties from a JSON object by their names, as [`EntityManager::assign_json`] does.
    ///
    /// # Errors
    /// As there.
    pub fn assign_json(&self, values: &Json) -> Result<()> {
        let entity = self.as_any();
        entity.check_attended()?;
        let detached = || Error::Detached { what: entity.describe() };
        let metadata = entity.all_metadata().ok_or_else(detached)?;
        let mut assigned = Vec::new();
        let own = metadata.entity(entity.entity().ok_or_else(detached)?);
        collect(&metadata, own, &entity.heap_arc(), Some(entity.clone()), values, &mut assigned)?;
        assigned.into_iter().try_for_each(|(entity, fields)| entity.assign_fields(fields))
    }
}

impl DynamicRepository {
    /// Creates an entity of a JSON object, as [`DynamicRepository::create`] does of values: a to-one relation takes the target's
    /// key, and a key of several columns is an array.
    ///
    /// # Errors
    /// As there; when the JSON is no object, or names a collection.
    pub fn create_json(&self, values: &Json) -> Result<DynamicEntity> {
        let entity = self.entity();
        let Json::Object(values) = values else {
            return Err(Error::invalid(entity.name, "can be created from a JSON object only"));
        };
        let mut data = Vec::with_capacity(values.len());
        for (name, json) in values {
            let property = crate::dynamic::property(entity, name)?;
            let fail = |message: &str| Error::validation(entity.name, name, message);
            if property.kind.is_to_many() {
                return Err(fail("is a collection, which JSON can't fill: add items once it is created"));
            }
            let value = match &property.relation {
                Some(relation) if property.kind.is_to_one() => key_value(self.metadata_of(relation.target), json),
                _ => value(entity, property, json),
            };
            let value = value.ok_or_else(|| fail(&format!("can't be made of {}", kind(json))))?;
            data.push((name.clone(), value.into()));
        }
        self.create(data)
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
        let property = entity.by_name(name).filter(|property| property.part_of.is_none()).ok_or_else(|| {
            let meant = entity.meant_by(name).map(|meant| format!("; did you mean `{meant}`?"));
            fail(&format!("is not a property, so it can't be assigned{}", meant.unwrap_or_default()))
        })?;
        if property.kind == PropertyKind::Embedded || (json.is_object() && is_object(entity, property)) {
            embedded(entity, property, json, &mut fields)?;
            continue;
        }
        if property.primary {
            return Err(fail("is the primary key, which can't be assigned"));
        }
        if property.kind.is_to_many() {
            return Err(fail("is a collection, which can't be assigned; add and remove items"));
        }
        if let (Json::Object(object), Some(relation)) = (json, property.relation.as_ref().filter(|_| property.kind.is_to_one())) {
            let target = metadata.entity(relation.target);
            let mut rest = object.clone();
            let related = match take_key(target, &mut rest) {
                Some(key) => {
                    let key = key.ok_or_else(|| fail("names its entity by a key that does not fit"))?;
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
        let value = match &property.relation {
            Some(relation) if !relation.owner => key_value(metadata.entity(relation.target), json),
            _ => value(entity, property, json),
        };
        let value = value.ok_or_else(|| fail(&format!("can't be assigned from {}", kind(json))))?;
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

/// What is to be set in an embedded struct: what the object does not name stays as it is.
fn embedded(entity: &EntityMetadata, property: &PropertyMetadata, json: &Json, fields: &mut Fields) -> Result<()> {
    let fail = |name: &str, message: &str| Error::validation(entity.name, name, message);
    let parts = || entity.properties.iter().filter(|part| part.leaf && part.part_of == Some(property.index));
    match json {
        Json::Null if property.nullable => fields.extend(property.parts.iter().map(|part| (*part, Value::Null))),
        Json::Null => return Err(fail(property.name, "can't be null")),
        Json::Object(object) => within(entity, &parts, property.name, object, fields)?,
        other => return Err(fail(property.name, &format!("can't be assigned from {}", kind(other)))),
    }
    Ok(())
}

fn within<'p, I: Iterator<Item = &'p PropertyMetadata>>(
    entity: &EntityMetadata,
    parts: &impl Fn() -> I,
    path: &str,
    object: &serde_json::Map<String, Json>,
    fields: &mut Fields,
) -> Result<()> {
    for (name, json) in object {
        let path = format!("{path}.{name}");
        let fail = |message: &str| Error::validation(entity.name, &path, message);
        let has_fields = |part: &PropertyMetadata| json.is_object() && is_object(entity, part);
        if let Some(part) = parts().find(|part| part.name == path && !has_fields(part)) {
            let value = value(entity, part, json).ok_or_else(|| fail(&format!("can't be assigned from {}", kind(json))))?;
            fields.push((part.index, value));
            continue;
        }
        let inner = format!("{path}.");
        let nested: Vec<u16> = parts().filter(|part| part.name.starts_with(&inner)).map(|part| part.index).collect();
        match json {
            _ if nested.is_empty() => return Err(fail("is not a property, so it can't be assigned")),
            Json::Null => {
                // (a column's JSON goes with the column)
                let column = |part: u16| entity.property(part).json.as_ref().map(|path| path.column);
                let whole = nested.iter().filter(|part| column(**part).is_none_or(|column| !nested.contains(&column)));
                fields.extend(whole.map(|part| (*part, Value::Null)));
            }
            Json::Object(object) => within(entity, parts, &path, object, fields)?,
            other => return Err(fail(&format!("can't be assigned from {}", kind(other)))),
        }
    }
    Ok(())
}

/// Whether a property is a struct in JSON.
fn is_object(entity: &EntityMetadata, property: &PropertyMetadata) -> bool {
    let path = format!("{}.", property.name);
    entity.properties.iter().any(|part| part.json.is_some() && part.name.starts_with(&path))
}

/// Takes the key out of an object, when it has one: all properties that the key is made of. Inside `None`, when they
/// don't fit.
fn take_key(entity: &EntityMetadata, object: &mut serde_json::Map<String, Json>) -> Option<Option<Key>> {
    let properties = || entity.properties.iter().filter(|property| property.primary && property.part_of.is_none());
    if !properties().any(|property| object.contains_key(property.name)) {
        return None;
    }
    let values = properties().map(|property| value(entity, property, &object.remove(property.name)?));
    let parts: Option<Vec<_>> = values.collect();
    let mut parts: Vec<_> = parts.unwrap_or_default().into_iter().flat_map(Value::into_parts).collect();
    let key = if entity.has_composite_key() { Value::Row(parts) } else { parts.pop().unwrap_or_default() };
    Some(canonical_key(entity.descriptor, &key).ok().flatten())
}

/// The key of an entity, of which a relation here has no column.
fn key_value(target: &EntityMetadata, json: &Json) -> Option<Value<'static>> {
    if json.is_null() {
        return Some(Value::Null);
    }
    if !target.has_composite_key() {
        return value(target, target.key(), json);
    }
    let mut flat = Vec::new();
    flatten(json.as_array()?, &mut flat);
    let columns = target.key_columns.iter().map(|column| target.property(*column));
    let row: Option<Vec<_>> = columns.zip(&flat).map(|(column, json)| value(target, column, json)).collect();
    row.filter(|row| row.len() == flat.len() && row.len() == target.key_columns.len()).map(Value::Row)
}

fn value(entity: &EntityMetadata, property: &PropertyMetadata, json: &Json) -> Option<Value<'static>> {
    if !property.parts.is_empty() {
        let Json::Array(given) = json else { return json.is_null().then_some(Value::Null) };
        let (mut flat, mut row) = (Vec::new(), Vec::with_capacity(property.parts.len()));
        flatten(given, &mut flat);
        for (part, json) in property.parts.iter().zip(&flat) {
            row.push(value(entity, entity.property(*part), json)?);
        }
        return (flat.len() == row.len() && row.len() == property.parts.len()).then_some(Value::Row(row));
    }
    let column = property.column_type?;
    // (bytes have no form that data is sure to have)
    if column == ColumnType::Bytes { None } else { from_scalar(json, column) }
}

/// A key in a key is a part of it.
fn flatten<'j>(json: &'j [Json], into: &mut Vec<&'j Json>) {
    for json in json {
        match json {
            Json::Array(inner) => flatten(inner, into),
            other => into.push(other),
        }
    }
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
