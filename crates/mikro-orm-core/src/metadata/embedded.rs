//! Embedded structs: a property for each of their columns, behind those that are declared.

use super::by_type::ByType;
use super::levels;
use super::properties;
use super::types::{EntityMetadata, JsonPath, PropertyKind, PropertyMetadata};
use crate::embeddable::{EmbeddableDef, EmbeddedAttributes, Prefix, key_of};
use crate::entity::{FieldDef, ReferentialAction};
use crate::error::{Error, Result};
use crate::naming::{self, Names};
use crate::query::JsonStep;
use crate::value::Value;

/// Gives every property that is an embedded struct its columns.
pub(super) fn add(
    (table, names): (&str, Names<'_>),
    properties: &mut Vec<PropertyMetadata>,
    fields: &'static [FieldDef],
    by_type: &ByType,
) {
    for (at, field) in fields.iter().enumerate() {
        let own = &properties[at];
        if let Some(def) = field.vtable.object() {
            let path = own.name.trim_start_matches("r#").to_owned();
            let place = Inside { table, names, by_type, owner: own.index, column: own.index, hidden: own.hidden };
            properties[at].hidden |= inside(properties, def, &place, &path, &[]);
        }
        let Some(def) = field.vtable.embedded else { continue };
        let own = &properties[at];
        let tables = levels::are_of(field);
        let place = Place {
            table,
            names,
            by_type,
            owner: own.index,
            path: own.name.trim_start_matches("r#").to_owned(),
            prefix: prefix(field, "", own.column.as_deref().unwrap_or(own.name)),
            // (a table of a variant has no row where there is nothing)
            nullable: own.nullable && !tables,
        };
        let first = properties.len();
        for (at, field) in def.fields.iter().enumerate() {
            let is_missing = !(tables && levels::is_required(def, at));
            leaf(properties, field, &place, is_missing);
        }
        let (own, parts) = properties.split_at_mut(first);
        let own = &mut own[at];
        // (what is in JSON has its column among them)
        let defaults = own.default.take().map(Value::into_parts).unwrap_or_default();
        for (place, part) in parts.iter_mut().filter(|part| part.json.is_none()).enumerate() {
            // what is said of the whole holds for each
            part.hidden |= own.hidden;
            part.persist &= own.persist;
            part.concurrency_check |= own.concurrency_check;
            part.default = defaults.get(place).cloned().or(part.default.take()).filter(|value| !value.is_null());
        }
        own.kind = PropertyKind::Embedded;
        (own.column, own.column_type) = (None, None);
        own.parts = parts.iter().filter(|part| part.json.is_none()).map(|part| part.index).collect();
    }
}

/// Where a struct is embedded.
struct Place<'a> {
    table: &'a str,
    names: Names<'a>,
    by_type: &'a ByType,
    /// The entity's property.
    owner: u16,
    /// Its name, and the names of those within it down to here.
    path: String,
    /// What the columns' names begin with.
    prefix: String,
    /// Whether it may be missing, or what it is in.
    nullable: bool,
}

fn leaves(properties: &mut Vec<PropertyMetadata>, def: &'static EmbeddableDef, place: &Place<'_>) {
    def.fields.iter().for_each(|field| leaf(properties, field, place, true));
}

/// A field, which may be null if its type may, unless it is only missing where there is another variant.
fn leaf(properties: &mut Vec<PropertyMetadata>, field: &'static FieldDef, place: &Place<'_>, nullable: bool) {
    let nullable = field.vtable.nullable && nullable;
    let name = field.name.trim_start_matches("r#");
    let path = format!("{}.{name}", place.path);
    if let Some(nested) = field.vtable.embedded {
        let inner = Place {
            path,
            prefix: prefix(field, &place.prefix, &properties::column_of(field, place.names)),
            nullable: place.nullable || nullable,
            ..*place
        };
        return leaves(properties, nested, &inner);
    }
    let index = u16::try_from(properties.len()).unwrap_or(u16::MAX);
    let column = format!("{}{}", place.prefix, properties::column_of(field, place.names));
    let mut leaf = properties::property(index, field, Some(column), (place.table, place.names), place.by_type, &mut Vec::new());
    leaf.name = naming::intern(&path);
    leaf.part_of = Some(place.owner);
    leaf.leaf = true;
    leaf.nullable = place.nullable || nullable;
    if let Some(relation) = &mut leaf.relation {
        leaf.join_columns.iter_mut().for_each(|column| *column = format!("{}{column}", place.prefix));
        // (a key that the struct can't do without is null only with all of it)
        let firm = (leaf.nullable && !field.vtable.nullable).then_some(ReferentialAction::NoAction);
        relation.delete_rule = relation.delete_rule.or(firm);
    }
    leaf.check = leaf.check.map(|check| within(&check, &place.path).into());
    let is_hidden = leaf.hidden;
    properties.push(leaf);
    if let Some(nested) = field.vtable.object() {
        let inner = Inside {
            column: index,
            hidden: is_hidden,
            table: place.table,
            names: place.names,
            by_type: place.by_type,
            owner: place.owner,
        };
        let hidden = inside(properties, nested, &inner, &path, &[]);
        properties[usize::from(index)].hidden |= hidden;
    }
}

/// Where a struct is in JSON.
struct Inside<'a> {
    table: &'a str,
    names: Names<'a>,
    by_type: &'a ByType,
    /// The entity's property.
    owner: u16,
    /// The property that has the column.
    column: u16,
    /// Whether all of it is hidden.
    hidden: bool,
}

/// Gives what is in JSON properties to ask for. Says whether something of it is hidden.
fn inside(
    properties: &mut Vec<PropertyMetadata>,
    def: &'static EmbeddableDef,
    place: &Inside<'_>,
    path: &str,
    keys: &[JsonStep],
) -> bool {
    let mut hidden = false;
    for field in def.fields {
        let name = field.name.trim_start_matches("r#");
        let path = format!("{path}.{name}");
        let keys: Vec<JsonStep> = keys.iter().cloned().chain([JsonStep::Key(key_of(field).to_owned())]).collect();
        if let Some(nested) = field.vtable.embedded {
            hidden |= inside(properties, nested, place, &path, &keys);
            continue;
        }
        let index = u16::try_from(properties.len()).unwrap_or(u16::MAX);
        let mut leaf =
            properties::property(index, field, Some(path.clone()), (place.table, place.names), place.by_type, &mut Vec::new());
        leaf.name = naming::intern(&path);
        leaf.part_of = Some(place.owner);
        leaf.leaf = true;
        leaf.nullable = true;
        leaf.hidden |= place.hidden;
        leaf.persist = false;
        leaf.relation = None;
        leaf.json = Some(JsonPath { column: place.column, keys: keys.clone() });
        // (a document has no constraints)
        (leaf.unique, leaf.index_name, leaf.check, leaf.items) = (None, None, None, None);
        hidden |= leaf.hidden;
        properties.push(leaf);
        if let Some(nested) = field.vtable.object() {
            hidden |= inside(properties, nested, place, &path, &keys);
        }
    }
    hidden
}

/// What the names of an embedded struct's columns begin with.
fn prefix(field: &FieldDef, outer: &str, name: &str) -> String {
    let said = field.attributes.embedded;
    let outer = if said.is_some_and(|said| said.absolute) { "" } else { outer };
    match said.map_or(Prefix::Named, |said| said.prefix) {
        // (a table of a variant has no other columns)
        Prefix::Named if said.is_some_and(|said| said.tables) => outer.to_owned(),
        Prefix::Named => format!("{outer}{name}_"),
        Prefix::Text(text) => format!("{outer}{text}"),
        Prefix::None => outer.to_owned(),
    }
}

/// A condition that names fields of the struct, as one that names the entity's properties.
fn within(check: &str, path: &str) -> String {
    let mut out = String::with_capacity(check.len() + path.len());
    let mut rest = check;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('{') {
            Some(escaped) => {
                out.push('{');
                rest = escaped;
            }
            None => {
                out.push_str(path);
                out.push('.');
                rest = rest.trim_start();
            }
        }
    }
    out.push_str(rest);
    out
}

/// Checks that every embedded struct says that it is one.
pub(super) fn check(entity: &EntityMetadata) -> Result<()> {
    for (field, property) in entity.descriptor.fields.iter().zip(&entity.properties) {
        if let Some(def) = field.vtable.embedded {
            said(entity, field, property.name, def)?;
        }
        no_keys_in_json(entity, field, property.name, &mut Vec::new())?;
    }
    Ok(())
}

fn said(entity: &EntityMetadata, field: &FieldDef, path: &str, def: &'static EmbeddableDef) -> Result<()> {
    // (what is in JSON could not be a field at all)
    let said_so: Option<&EmbeddedAttributes> = field.attributes.embedded;
    if said_so.is_none() {
        return Err(Error::Metadata {
            entity: entity.name.to_owned(),
            property: Some(path.to_owned()),
            message: format!("is a `{}`, which is an embeddable: add `#[orm(embedded)]`", def.name),
        });
    }
    if let Some(variant) = def.variants.iter().find(|variant| variant.table.is_some() && said_so.is_some_and(|said| !said.tables))
    {
        return Err(Error::Metadata {
            entity: entity.name.to_owned(),
            property: Some(path.to_owned()),
            message: format!(
                "is a `{}`, whose variant {} names a table: say `table_per_type` here, or take `table` off the variant",
                def.name, variant.name
            ),
        });
    }
    for nested in def.fields {
        let path = format!("{path}.{}", nested.name);
        if nested.attributes.relation.map_to_pk.is_some() && !entity.levels.is_empty() && levels::are_of(field) {
            return Err(no_foreign_key(entity, path, "is in a table of its kind's own"));
        }
        if let Some(inner) = nested.vtable.embedded {
            said(entity, nested, &path, inner)?;
        }
        no_keys_in_json(entity, nested, &path, &mut Vec::new())?;
    }
    Ok(())
}

/// Checks that nothing in JSON is to be a foreign key.
fn no_keys_in_json(entity: &EntityMetadata, field: &FieldDef, path: &str, seen: &mut Vec<*const EmbeddableDef>) -> Result<()> {
    let Some(def) = field.vtable.objects.map(|objects| (objects.def)()) else { return Ok(()) };
    in_json(entity, def, path, seen)
}

fn in_json(entity: &EntityMetadata, def: &'static EmbeddableDef, path: &str, seen: &mut Vec<*const EmbeddableDef>) -> Result<()> {
    // (a struct may have others of its kind)
    if seen.contains(&std::ptr::from_ref(def)) {
        return Ok(());
    }
    seen.push(def);
    for field in def.fields {
        let path = format!("{path}.{}", field.name);
        if field.attributes.relation.map_to_pk.is_some() {
            return Err(no_foreign_key(entity, path, "is in JSON"));
        }
        if let Some(inner) = field.vtable.embedded {
            in_json(entity, inner, &path, seen)?;
        }
        no_keys_in_json(entity, field, &path, seen)?;
    }
    Ok(())
}

fn no_foreign_key(entity: &EntityMetadata, path: String, place: &str) -> Error {
    let message = format!("{place}, which has no foreign keys: remove `map_to_pk`, or put the field beside, in the entity");
    Error::Metadata { entity: entity.name.to_owned(), property: Some(path), message }
}

/// What a column that holds another entity's key is named by: what the names of the struct's columns begin with, and its own
/// name.
pub(super) fn join_name(entity: &EntityMetadata, leaf: &PropertyMetadata, names: Names<'_>) -> (String, &'static str) {
    let (mut start, mut name) = (String::new(), leaf.name);
    let mut fields = entity.descriptor.fields;
    for part in leaf.name.split('.') {
        let Some(field) = fields.iter().find(|field| field.name.trim_start_matches("r#") == part) else { break };
        name = field.name;
        let Some(def) = field.vtable.embedded else { break };
        start = prefix(field, &start, &properties::column_of(field, names));
        fields = def.fields;
    }
    (start, name)
}
