//! From values by name to entities.

use super::entity::{REQUIRED, check_item, check_target};
use super::property;
use super::value::{Data, DynamicValue};
use crate::create::{Creation, NO_KEY_YET, is_no_key_yet};
use crate::entity::{DefaultValue, EntityDescriptor, FieldDef, Target};
use crate::error::{Error, Result};
use crate::heap::{AnyRef, FieldSet, First, HeapArc, canonical_key};
use crate::metadata::{EntityMetadata, PropertyKind, PropertyMetadata};
use crate::value::Value;
use std::collections::BTreeMap;

/// Makes an entity of values by name. All are checked before anything is made.
///
/// # Errors
/// When a name is none, a value does not fit, or one is missing that is required.
pub(crate) fn created(creation: &mut Creation<'_>, heap: &HeapArc, entity: &EntityMetadata, data: Data) -> Result<AnyRef> {
    let descriptor = entity.descriptor;
    let mut given: BTreeMap<u16, DynamicValue> = BTreeMap::new();
    for (name, value) in data {
        let property = property(entity, &name)?;
        if let Some(whole) = property.part_of {
            let whole = entity.property(whole).name;
            return Err(Error::validation(entity.name, name, format!("is a part of `{whole}`: give the whole of it")));
        }
        given.insert(property.index, value);
    }
    let mut making = Making { heap, entity, unset: FieldSet::new(), collections: Vec::new() };
    let mut fields = Vec::with_capacity(descriptor.fields.len());
    for (field, def) in (0_u16..).zip(descriptor.fields) {
        fields.push(making.first(descriptor, field, def, given.remove(&field))?);
    }
    let Making { unset, collections, .. } = making;
    let made = creation.create_of(descriptor, fields, unset, collections);
    made.map_err(|(field, error)| Error::validation(entity.name, descriptor.fields[field].name, error.to_string()))
}

struct Making<'a> {
    heap: &'a HeapArc,
    entity: &'a EntityMetadata,
    /// What is left to the database.
    unset: FieldSet,
    /// What is connected once the entity is there.
    collections: Vec<(u16, Vec<AnyRef>)>,
}

impl Making<'_> {
    fn first(&mut self, descriptor: &EntityDescriptor, field: u16, def: &FieldDef, given: Option<DynamicValue>) -> Result<First> {
        let property = self.entity.property(field);
        if property.kind.is_to_many() {
            return self.many(property, given).map(|()| First::Collection);
        }
        if property.kind.is_to_one() {
            return self.one(property, def, given);
        }
        let fail = |message: &str| Err(Error::validation(self.entity.name, property.name, message));
        let given = match given {
            None | Some(DynamicValue::Value(Value::Null)) => None,
            Some(DynamicValue::Value(value)) => Some(value),
            Some(_) => return fail("is no relation, so it takes a value and no entity"),
        };
        let is_computed = property.is_unwritten() && property.kind != PropertyKind::Virtual;
        if let Some(value) = given {
            if is_computed {
                return fail("is computed by the database, so that nothing can be given for it");
            }
            check_item(property, &value).map_err(|message| Error::validation(self.entity.name, property.name, message))?;
            return Ok(First::Value(value));
        }
        let attributes = &def.attributes;
        let give = descriptor.parts().and_then(|parts| parts.on_create(field));
        if is_computed {
            return Ok(First::Unset);
        }
        if let Some(give) = give {
            return Ok(First::Value(give.give()));
        }
        if let Some(default) = attributes.default.map(DefaultValue::get) {
            return Ok(First::Value(default));
        }
        if property.kind == PropertyKind::Virtual {
            return Ok(First::Unset);
        }
        let is_numbered = property.primary && self.entity.has_generated_key();
        if is_numbered || attributes.default_raw.is_some() || property.version {
            self.unset.insert(field);
            return Ok(First::Unset);
        }
        if property.nullable {
            return Ok(First::Value(Value::Null));
        }
        if attributes.on_create {
            return fail("is required, and none was given: its `on_create` is known to the type's builder only");
        }
        fail(NOT_GIVEN)
    }

    fn one(&mut self, property: &PropertyMetadata, def: &FieldDef, given: Option<DynamicValue>) -> Result<First> {
        let fail = |message: &str| Err(Error::validation(self.entity.name, property.name, message));
        if property.formula().is_some() {
            return if given.is_some() {
                fail("is a formula, so that nothing can be given for it")
            } else {
                Ok(First::Reference(None))
            };
        }
        let is_inverse = def.attributes.mapped_by.is_some();
        let target = match given {
            None if property.nullable => return Ok(First::Reference(None)),
            None => return fail(NOT_GIVEN),
            Some(DynamicValue::Value(Value::Null)) if property.nullable => return Ok(First::Reference(None)),
            Some(DynamicValue::Value(Value::Null)) => return fail(REQUIRED),
            Some(DynamicValue::Entities(_)) => return fail("refers to one entity, and this is a list"),
            Some(DynamicValue::Entity(target)) => {
                let target = target.as_any();
                check_target(self.entity, property, target)?;
                target.resolve(self.heap)?
            }
            Some(DynamicValue::Value(key)) => {
                let Some(target) = def.target.map(Target::descriptor) else { return fail(NOT_GIVEN) };
                let key = canonical_key(target, &key)
                    .map_err(|error| Error::validation(self.entity.name, property.name, error.to_string()))?;
                let Some(key) = key else { return fail(REQUIRED) };
                if is_no_key_yet(target, &key) {
                    return fail(&format!("has the key {NO_KEY_YET}"));
                }
                self.heap.reference(target, key)
            }
        };
        if is_inverse {
            self.collections.push((property.index, vec![target]));
            return Ok(First::Reference(None));
        }
        Ok(First::Reference(Some(target)))
    }

    fn many(&mut self, property: &PropertyMetadata, given: Option<DynamicValue>) -> Result<()> {
        let items = match given {
            None => return Ok(()),
            Some(DynamicValue::Entities(items)) => items,
            Some(DynamicValue::Entity(item)) => vec![item],
            Some(DynamicValue::Value(_)) => {
                let message = "is a collection, so it takes entities: `vec![entity, ..]`";
                return Err(Error::validation(self.entity.name, property.name, message));
            }
        };
        let mut resolved = Vec::with_capacity(items.len());
        for item in items {
            let item = item.as_any();
            check_target(self.entity, property, item)?;
            resolved.push(item.resolve(self.heap)?);
        }
        if !resolved.is_empty() {
            self.collections.push((property.index, resolved));
        }
        Ok(())
    }
}

const NOT_GIVEN: &str = "is required, and no value was given for it";
