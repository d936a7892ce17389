//! Schemas with what they extend.

use super::super::{Base, EntitySchema};
use super::fail;
use crate::error::Result;
use crate::metadata::nearest;
use std::collections::HashSet;

/// All schemas that are entities, each with what it extends.
pub(super) fn all(schemas: &[EntitySchema]) -> Result<Vec<EntitySchema>> {
    schemas.iter().filter(|schema| !schema.is_abstract).map(|schema| extended(schema, schemas, &mut Vec::new())).collect()
}

/// A schema with what it extends before what is its own.
fn extended(schema: &EntitySchema, all: &[EntitySchema], path: &mut Vec<String>) -> Result<EntitySchema> {
    if path.contains(&schema.name) {
        return Err(fail(&schema.name, None, format!("extends itself ({} -> {})", path.join(" -> "), schema.name)));
    }
    path.push(schema.name.clone());
    let mut whole = EntitySchema::new(schema.name.clone());
    for base in &schema.bases {
        let base = match base {
            Base::Schema(base) => base,
            Base::Named(name) => all.iter().find(|known| known.name == *name).ok_or_else(|| {
                let meant = nearest(name, all.iter().map(|known| known.name.as_str()));
                let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
                let message = format!("extends `{name}`, which is no schema of this ORM: add it to `entity_schemas`{meant}");
                fail(&schema.name, None, message)
            })?,
        };
        add(&mut whole, extended(base, all, path)?);
    }
    path.pop();
    // (what two bases have from one comes once)
    once(&mut whole.properties);
    once(&mut whole.indexes);
    once(&mut whole.checks);
    once(&mut whole.hooks);
    let own = schema.clone();
    whole.properties.extend(own.properties);
    whole.indexes.extend(own.indexes);
    whole.checks.extend(own.checks);
    whole.hooks.extend(own.hooks);
    let order = if own.order.is_empty() { whole.order } else { own.order };
    let EntitySchema { properties, indexes, checks, hooks, .. } = whole;
    Ok(EntitySchema { bases: Vec::new(), properties, indexes, checks, hooks, order, ..schema.clone() })
}

fn once<T: std::fmt::Debug>(list: &mut Vec<T>) {
    let mut known = HashSet::new();
    list.retain(|item| known.insert(format!("{item:?}")));
}

fn add(to: &mut EntitySchema, base: EntitySchema) {
    to.properties.extend(base.properties);
    to.indexes.extend(base.indexes);
    to.checks.extend(base.checks);
    to.hooks.extend(base.hooks);
    if to.order.is_empty() {
        to.order = base.order;
    }
}
