//! From schemas to descriptions of entities, as derives make them. Schemas refer to each other, so those of an ORM are
//! described together; and once, whichever ORM asks.

mod describe;
mod extend;

use super::EntitySchema;
use super::target::{Said, TargetName};
use super::{PropertySaid, check};
use crate::entity::EntityDescriptor;
use crate::error::{Error, Result};
use crate::metadata::{EntityList, found, nearest};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

/// The entities that schemas describe, which may refer to these types.
///
/// # Errors
/// [`Error::Metadata`], naming entity, property and remedy.
pub(crate) fn build(schemas: &[EntitySchema], types: &EntityList) -> Result<EntityList> {
    static KNOWN: Mutex<BTreeMap<String, EntityList>> = Mutex::new(BTreeMap::new());
    if schemas.is_empty() {
        return Ok(Vec::new());
    }
    let schemas = extend::all(schemas)?;
    let names = Names::of(&schemas, types)?;
    let mut content = String::new();
    for schema in &schemas {
        names.check(schema)?;
        let _ = write!(content, "{schema:?}");
    }
    // (what there is of a name is part of what is said by it)
    for (name, of) in &names.types {
        let _ = write!(content, "{name:?} {:?}", of.key());
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(&content) {
        return Ok(known.clone());
    }
    let described = describe::all(&schemas, &names)?;
    known.insert(content, described.clone());
    Ok(described)
}

/// What names mean.
struct Names {
    schemas: HashSet<String>,
    types: BTreeMap<&'static str, &'static EntityDescriptor>,
}

impl Names {
    fn of(schemas: &[EntitySchema], types: &EntityList) -> Result<Self> {
        let types = found(types).into_iter().map(|descriptor| (descriptor.name, descriptor)).collect::<BTreeMap<_, _>>();
        let mut names = HashSet::new();
        for schema in schemas {
            if schema.name.is_empty() {
                return Err(fail("", None, "a schema has no name: give it one, `EntitySchema::new(\"Author\")`"));
            }
            let message = if types.contains_key(schema.name.as_str()) {
                "has the name of a type that is an entity, too: rename one of them"
            } else if names.insert(schema.name.clone()) {
                continue;
            } else {
                "is the name of two schemas: rename one of them, or leave one out"
            };
            return Err(fail(&schema.name, None, message));
        }
        Ok(Names { schemas: names, types })
    }

    /// Checks what the compiler would say of a type, and that there is what is named.
    fn check(&self, schema: &EntitySchema) -> Result<()> {
        if schema.properties.is_empty() {
            let message = "has no properties: say `.property(\"id\", p::i64().primary())`, and what else it has";
            return Err(fail(&schema.name, None, message));
        }
        let mut known = HashSet::new();
        for (name, property) in &schema.properties {
            let fail = |message: String| Err(fail(&schema.name, Some(name), message));
            if name.is_empty() || name.contains(['.', '{', '}']) {
                return fail("is no name for a property: conditions and paths could not say it".to_owned());
            }
            if !known.insert(name) {
                return fail("is there twice, once perhaps from what the schema extends: leave one out".to_owned());
            }
            let (checked, targets) = match property {
                PropertySaid::Column(said) => (check::column(said), [said.map_to_pk.as_ref(), None]),
                PropertySaid::Relation(said) => (check::relation(said), [Some(&said.target), said.pivot_entity.as_ref()]),
            };
            if let Err(message) = checked {
                return fail(message);
            }
            for target in targets.into_iter().flatten() {
                if let Some(unknown) = self.unknown(target) {
                    let all = self.schemas.iter().map(String::as_str).chain(self.types.keys().copied());
                    let meant = nearest(unknown, all).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
                    return fail(format!(
                        "refers to `{unknown}`, which is no entity of this ORM: add its schema to `entity_schemas`, or its type to \
                         `entities`{meant}"
                    ));
                }
            }
        }
        if let Some((column, _)) =
            schema.order.iter().find(|(column, _)| !schema.properties.iter().any(|(name, _)| name == column))
        {
            let message = format!("is ordered by `{column}`, which is none of its properties");
            return Err(fail(&schema.name, None, message));
        }
        let is_primary = |(_, property): &(String, PropertySaid)| match property {
            PropertySaid::Column(said) => said.attributes.primary,
            PropertySaid::Relation(said) => said.primary,
        };
        if !schema.properties.iter().any(is_primary) {
            return Err(fail(&schema.name, None, "has no primary key: say `.primary()` of a property"));
        }
        if schema.properties.len() > usize::from(u16::MAX) / 2 {
            return Err(fail(&schema.name, None, "has more properties than an entity can have"));
        }
        Ok(())
    }

    fn unknown<'t>(&self, target: &'t TargetName) -> Option<&'t str> {
        match &target.0 {
            Said::Name(name) => (!self.schemas.contains(name) && !self.types.contains_key(name.as_str())).then_some(name),
            Said::Type(_) => None,
        }
    }
}

fn fail(entity: &str, property: Option<&str>, message: impl Into<String>) -> Error {
    Error::Metadata { entity: entity.to_owned(), property: property.map(ToOwned::to_owned), message: message.into() }
}
