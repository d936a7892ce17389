//! Indexes and checks: what fields say, and what the struct says.

use super::index_path;
use super::types::{CheckMetadata, EntityMetadata, IndexKey, IndexMetadata, PropertyMetadata};
use crate::entity::{IndexDef, IndexField};
use crate::error::{Error, Result};
use crate::field::{ColumnType, EnumValue};
use crate::naming::{NameKind, Names};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Finds the indexes and checks of an entity's table.
///
/// # Errors
/// [`Error::Metadata`] when one names a property that there is not, or two have one name.
pub(super) fn add(entity: &mut EntityMetadata, names: Names<'_>) -> Result<()> {
    let mut indexes: Vec<IndexMetadata> = pair(entity, names).into_iter().collect();
    for property in entity.properties.iter().filter(|property| property.is_declared()) {
        let columns = entity.columns_of(property.index);
        if columns.is_empty() {
            continue;
        }
        indexes.extend(property.unique.iter().map(|name| plain(name.clone(), true, columns.to_vec())));
        indexes.extend(property.index_name.iter().map(|name| plain(name.clone(), false, columns.to_vec())));
    }
    for said in entity.descriptor.options.indexes {
        indexes.push(index(entity, said, names)?);
    }
    expressions(entity)?;
    let constraints = checks(entity, names)?;
    let mut known = HashSet::new();
    for name in indexes.iter().map(|index| &index.name).chain(constraints.iter().map(|check| &check.name)) {
        if !known.insert(name) {
            return Err(fail(entity, format!("has two indexes or checks of the name `{name}`: give one of them another `name`")));
        }
    }
    for (property, relation) in entity.foreign_keys().filter(|_| entity.is_table()) {
        let name = relation.foreign_key.as_ref().filter(|name| !known.insert(name));
        if let Some(name) = name {
            let message = format!(
                "has the foreign key `{name}`, which is the name of another constraint of the table: give it another `fk_name`"
            );
            return Err(fail_at(entity, property, message));
        }
    }
    triggers(entity)?;
    entity.partition_by.map_or(Ok(()), |by| placeholders(entity, by, "partition_by"))?;
    (entity.indexes, entity.constraints) = (indexes, constraints);
    Ok(())
}

fn plain(name: String, unique: bool, columns: Vec<u16>) -> IndexMetadata {
    let fields = vec![IndexField::of(""); columns.len()];
    let keys = columns.iter().copied().map(IndexKey::Column).collect();
    let said = IndexDef::NONE;
    IndexMetadata {
        name,
        unique,
        columns,
        keys,
        fields,
        include: Vec::new(),
        said,
        condition: None,
        method: None,
        expression: None,
    }
}

/// For the pivot of a relation with an order, whose key is that order: the unique index over the columns of both sides.
/// (Those of other pivots are the key.)
fn pair(entity: &EntityMetadata, names: Names<'_>) -> Option<IndexMetadata> {
    let ordered = entity.is_pivot && entity.key_columns.len() == 1 && entity.key().relation.is_none();
    let foreign_keys = entity.foreign_keys().flat_map(|(property, _)| entity.columns_of(property.index));
    let columns: Vec<u16> = foreign_keys.copied().collect();
    ordered.then(|| plain(names.constraint(&entity.table, &columns_of(entity, &columns), NameKind::Unique), true, columns))
}

fn columns_of<'e>(entity: &'e EntityMetadata, columns: &[u16]) -> Vec<&'e str> {
    columns.iter().map(|column| entity.property(*column).column()).collect()
}

/// What the struct says.
fn index(entity: &EntityMetadata, said: &IndexDef, names: Names<'_>) -> Result<IndexMetadata> {
    let (mut keys, mut fields, mut include) = (Vec::new(), Vec::new(), Vec::new());
    for field in said.include {
        include.extend(property(entity, field, "include")?);
    }
    for how in said.fields {
        let word = if said.unique { "unique" } else { "index" };
        if !how.path.is_empty() {
            keys.push(index_path::key(entity, how, word)?);
            fields.push(*how);
            continue;
        }
        let field = how.name;
        let own = property(entity, field, word)?;
        if own.is_empty() || own.iter().any(|column| entity.property(*column).formula().is_some()) {
            let message =
                format!("has an index over `{field}`, which has no column: its foreign key is elsewhere, or it is computed");
            return Err(fail(entity, message));
        }
        fields.extend(std::iter::repeat_n(*how, own.len()));
        keys.extend(own.into_iter().map(IndexKey::Column));
    }
    if let Some(twice) = (1..keys.len()).find(|at| keys[..*at].contains(&keys[*at])) {
        let message = format!("has an index over `{}` twice: keep one of them", index_path::said(&fields[twice]));
        return Err(fail(entity, message));
    }
    for text in said.expression.iter().chain(&said.condition) {
        placeholders(entity, text, "index")?;
    }
    let kind = if said.unique { NameKind::Unique } else { NameKind::Index };
    let name = match said.name {
        Some(name) => of_table(entity, name),
        None if keys.is_empty() => {
            return Err(fail(entity, "has an index by an expression, which has no name: give it a `name`".to_owned()));
        }
        None => {
            let words = index_path::names(entity, &keys);
            names.constraint(&entity.table, &words.iter().map(String::as_str).collect::<Vec<_>>(), kind)
        }
    };
    let columns = keys.iter().map(|key| if let IndexKey::Column(column) = key { Some(*column) } else { None });
    let columns = columns.collect::<Option<Vec<u16>>>().unwrap_or_default();
    let IndexDef { unique, condition, method, expression, .. } = *said;
    Ok(IndexMetadata { name, unique, columns, keys, fields, include, said: *said, condition, method, expression })
}

/// A name that is said, in which `{table}` is the table's: what a base says is in each of its entities.
fn of_table(entity: &EntityMetadata, name: &str) -> String {
    name.replace("{table}", &entity.table)
}

/// The columns of a property that the struct names.
fn property(entity: &EntityMetadata, name: &str, of: &str) -> Result<Vec<u16>> {
    let name = name.trim_start_matches("r#");
    let known = entity.properties.iter().find(|property| property.is_declared() && property.name == name);
    match known {
        Some(property) if entity.columns_of(property.index).iter().any(|part| entity.is_elsewhere(entity.property(*part))) => {
            Err(fail(
                entity,
                format!(
                    "has `{of}` over `{name}`, which is in the table of a kind (`table_per_type`), and not in this one: say \
                     `index`, `unique` or `check` at the variant's field"
                ),
            ))
        }
        Some(property) => Ok(entity.columns_of(property.index).to_vec()),
        None => {
            let meant = entity.meant_by(name).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            Err(fail(entity, format!("has `{of}` over `{name}`, which is none of its properties{meant}")))
        }
    }
}

/// Checks what generated columns and formulas are made of.
fn expressions(entity: &EntityMetadata) -> Result<()> {
    for property in entity.properties.iter().filter(|property| property.part_of.is_none()) {
        let generated = property.generated.map(|generated| (generated.expression, "generated"));
        for (text, of) in generated.into_iter().chain(property.formula().map(|formula| (formula, "formula"))) {
            placeholders(entity, text, of).map_err(|error| match error {
                Error::Metadata { entity, message, .. } => {
                    Error::Metadata { entity, property: Some(property.name.to_owned()), message }
                }
                other => other,
            })?;
        }
    }
    Ok(())
}

fn checks(entity: &EntityMetadata, names: Names<'_>) -> Result<Vec<CheckMetadata>> {
    let mut checks: Vec<CheckMetadata> = Vec::new();
    for property in entity.properties.iter().filter(|property| property.is_declared()) {
        let of_enum = items(entity, property)?.map(|expression| (expression, true));
        for (expression, of_items) in of_enum.into_iter().chain(property.check.clone().map(|expression| (expression, false))) {
            placeholders(entity, &expression, "check")?;
            let columns = entity.columns_of(property.index);
            let name = names.constraint(&entity.table, &columns_of(entity, columns), NameKind::Check);
            checks.push(CheckMetadata { name, expression, property: Some(property.index), of_items });
        }
    }
    let mut unnamed = 0;
    for said in entity.descriptor.options.checks {
        placeholders(entity, said.expression, "check")?;
        let name = said.name.map_or_else(
            || {
                unnamed += 1;
                let name = names.constraint(&entity.table, &[], NameKind::Check);
                if unnamed == 1 { name } else { format!("{name}_{unnamed}") }
            },
            |name| of_table(entity, name),
        );
        checks.push(CheckMetadata { name, expression: said.expression.into(), property: None, of_items: false });
    }
    Ok(checks)
}

/// The condition that a column has one of an enum's values: the database refuses others, too.
fn items(entity: &EntityMetadata, property: &PropertyMetadata) -> Result<Option<Cow<'static, str>>> {
    native(entity, property)?;
    let plain = property.custom_type.is_none()
        && property.custom_types.is_empty()
        && !matches!(property.column_type, Some(ColumnType::Array(_)));
    let Some(items) = property.items.filter(|_| plain) else { return Ok(None) };
    let mut list = String::new();
    for item in items {
        list.push_str(if list.is_empty() { "" } else { ", " });
        match item.value {
            EnumValue::Number(number) => list.push_str(&number.to_string()),
            EnumValue::Text(text) => {
                let longest = property.length.map_or(usize::MAX, |length| length as usize);
                if text.chars().count() > longest {
                    let message = format!(
                        "has the length {longest}, which is less than its value `{text}` has: leave it out, or make it longer"
                    );
                    return Err(Error::Metadata {
                        entity: entity.name.to_owned(),
                        property: Some(property.name.to_owned()),
                        message,
                    });
                }
                list.push_str(&format!("'{}'", text.replace('\'', "''").replace('{', "{{")));
            }
        }
    }
    Ok(Some(format!("{{{}}} in ({list})", property.name).into()))
}

/// Checks that what is to be a type of the database can be one.
fn native(entity: &EntityMetadata, property: &PropertyMetadata) -> Result<()> {
    let fail = |message: &str| {
        let (entity, property) = (entity.name.to_owned(), Some(property.name.to_owned()));
        Err(Error::Metadata { entity, property, message: message.to_owned() })
    };
    if property.details.native_enum.is_none() {
        return Ok(());
    }
    match property.items {
        None => fail("says `native_enum`, and is of a type that is no enum: derive `DbEnum` for it, or leave that out"),
        Some(items) if items.iter().any(|item| matches!(item.value, EnumValue::Number(_))) => {
            fail("says `native_enum`, and its enum is stored as numbers: take the `repr` off the enum, or leave that out")
        }
        Some(items) if items.iter().any(|item| matches!(item.value, EnumValue::Text(text) if text.len() > 63)) => {
            fail("says `native_enum`, whose items have 63 bytes at most: give the longer ones another `name`")
        }
        Some(_) => Ok(()),
    }
}

/// Checks that enums of one name have the same items.
///
/// # Errors
/// [`Error::Metadata`] for the second one of another enum.
pub(super) fn native_enums(entities: &[EntityMetadata]) -> Result<()> {
    let mut known = HashMap::new();
    for entity in entities {
        for property in &entity.properties {
            // (what refers to a key of such a type has the type, too)
            let Some(native) = property.native_enum.as_ref().filter(|_| property.items.is_some()) else { continue };
            let first = known.entry(native.name.as_str()).or_insert((entity.name, property.name, property.items));
            if first.2 != property.items {
                return Err(Error::Metadata {
                    entity: entity.name.to_owned(),
                    property: Some(property.name.to_owned()),
                    message: format!(
                        "says `native_enum = \"{}\"`, which is another enum at {}.{}: give one of them another name",
                        native.name, first.0, first.1
                    ),
                });
            }
        }
    }
    Ok(())
}

/// Checks what triggers are made of.
fn triggers(entity: &EntityMetadata) -> Result<()> {
    let mut known = HashSet::new();
    for trigger in entity.triggers {
        if !known.insert(trigger.name) {
            let message = format!("has two triggers of the name `{}`: give one of them another", trigger.name);
            return Err(fail(entity, message));
        }
        let texts = trigger.bodies.iter().map(|(_, body)| *body).chain(trigger.condition);
        for text in texts {
            placeholders(entity, text, "trigger")?;
        }
    }
    Ok(())
}

/// Checks that each `{name}` is a property with a column.
fn placeholders(entity: &EntityMetadata, text: &str, of: &str) -> Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(end) = rest.find('}') else {
            return Err(fail(
                entity,
                format!("has a `{of}` with a `{{` that has no `}}` (in `{text}`): write `{{{{` for the character"),
            ));
        };
        let name = rest[..end].trim();
        rest = &rest[end + 1..];
        if of == "formula" && name == "alias" {
            continue;
        }
        let columns = property(entity, name, of)?;
        if columns.is_empty() {
            return Err(fail(entity, format!("has a `{of}` that names `{name}`, which has no column")));
        }
        if columns.iter().any(|column| entity.property(*column).formula().is_some()) {
            return Err(fail(
                entity,
                format!("has a `{of}` that names `{name}`, which is a formula: write out what that computes"),
            ));
        }
    }
    Ok(())
}

fn fail_at(entity: &EntityMetadata, property: &PropertyMetadata, message: String) -> Error {
    Error::Metadata { entity: entity.name.to_owned(), property: Some(property.name.to_owned()), message }
}

pub(super) fn fail(entity: &EntityMetadata, message: String) -> Error {
    Error::Metadata { entity: entity.name.to_owned(), property: None, message }
}
