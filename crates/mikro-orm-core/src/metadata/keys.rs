//! Keys and what refers to them: which columns they have, and how these are named and typed.
//!
//! A key may have relations in it, so the key of what they refer to comes first. What refers to a key of several
//! columns gets a property for each: behind the declared ones, so that everything else addresses columns by property.

use super::embedded;
use super::generated;
use super::types::{EntityMetadata, KEY, PropertyKind, PropertyMetadata};
use crate::error::{Error, Result};
use crate::field::ColumnType;
use crate::naming::{NameKind, Names, Underscore};

/// Resolves all keys, and then all that refers to them.
pub(super) fn resolve(entities: &mut [EntityMetadata], names: Names<'_>) -> Result<()> {
    let mut seen = vec![Seen::Not; entities.len()];
    for at in 0..entities.len() {
        key(entities, at, &mut seen, names)?;
    }
    for at in 0..entities.len() {
        let others = references(&entities[at]).filter(|index| !entities[at].property(*index).primary);
        for index in others.collect::<Vec<_>>() {
            refer(entities, at, index, names)?;
        }
        let entity = &mut entities[at];
        generated::resolve(entity)?;
        select(entity);
        index(entity, names);
        name(entity, names);
    }
    Ok(())
}

/// How far an entity's key is.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Not,
    Begun,
    Done,
}

/// The properties that refer to another entity's key.
fn references(entity: &EntityMetadata) -> impl Iterator<Item = u16> + '_ {
    let owns = |property: &&PropertyMetadata| property.relation.as_ref().is_some_and(|relation| relation.owner);
    entity.properties.iter().filter(|property| !property.kind.is_to_many()).filter(owns).map(|property| property.index)
}

/// The key's columns, once those of the relations in it are known.
fn key(entities: &mut [EntityMetadata], at: usize, seen: &mut [Seen], names: Names<'_>) -> Result<()> {
    let fail = |entity: &EntityMetadata, property: Option<&str>, message: &str| Error::Metadata {
        entity: entity.name.to_owned(),
        property: property.map(ToOwned::to_owned),
        message: message.to_owned(),
    };
    if seen[at] == Seen::Done {
        return Ok(());
    }
    seen[at] = Seen::Begun;
    let properties: Vec<u16> = entities[at].properties.iter().filter(|p| p.primary).map(|p| p.index).collect();
    let mut columns = Vec::with_capacity(properties.len());
    for index in &properties {
        let property = entities[at].property(*index);
        if property.nullable {
            return Err(fail(
                &entities[at],
                Some(property.name),
                "is part of the primary key, which can't be null: make it no `Option`",
            ));
        }
        let target = property.relation.as_ref().map(|relation| relation.target);
        if let Some(target) = target {
            let target = target.0 as usize;
            if seen[target] == Seen::Begun {
                let message = "is part of a primary key that it would need itself: a key can't refer to its own entity, directly or through others";
                return Err(fail(&entities[at], Some(property.name), message));
            }
            key(entities, target, seen, names)?;
            refer(entities, at, *index, names)?;
        }
        columns.extend_from_slice(entities[at].columns_of(*index));
    }
    let entity = &mut entities[at];
    entity.key = match properties[..] {
        // (KEY is no property of it, so nothing is found by that)
        [] if entity.is_query() => KEY,
        [] => return Err(fail(entity, None, "has no primary key: mark a field with `#[orm(primary)]`")),
        [one] => one,
        _ => KEY,
    };
    entity.key_columns = columns;
    seen[at] = Seen::Done;
    Ok(())
}

/// Gives a property that refers to another entity the columns of that entity's key.
fn refer(entities: &mut [EntityMetadata], at: usize, index: u16, strategy: Names<'_>) -> Result<()> {
    let property = entities[at].property(index);
    let Some(relation) = &property.relation else { return Ok(()) };
    let target = &entities[relation.target.0 as usize];
    if target.is_query() {
        return Err(Error::Metadata {
            entity: entities[at].name.to_owned(),
            property: Some(property.name.to_owned()),
            message: format!("refers to {}, which is what a query finds, and has no key: make that a `view`", target.name),
        });
    }
    let chosen = &property.join_columns;
    let keys: Vec<&PropertyMetadata> = target.key_columns.iter().map(|column| target.property(*column)).collect();
    if !chosen.is_empty() && chosen.len() != keys.len() {
        let of_pivot = entities[at].is_pivot && index == 1;
        let attribute = if of_pivot { "inverse_join_columns" } else { "join_columns" };
        return Err(Error::Metadata {
            entity: entities[at].name.to_owned(),
            property: Some(property.name.to_owned()),
            message: format!(
                "names {} for its foreign key, and the key of {} has {}: name them all, with `#[orm({attribute}(..))]`",
                counted(chosen.len()),
                target.name,
                counted(keys.len())
            ),
        });
    }
    let composite = keys.len() > 1;
    if composite && property.leaf {
        return Err(Error::Metadata {
            entity: entities[at].name.to_owned(),
            property: Some(property.name.to_owned()),
            message: format!(
                "is in an embedded struct, and the key of {} has {}: put it beside that, in the entity",
                target.name,
                counted(keys.len())
            ),
        });
    }
    let generated = |key: &&PropertyMetadata| match entities[at].is_pivot {
        true => strategy.pivot_column(property.name, key.column(), composite),
        false if entities[at].level_of.is_some() => key.column().to_owned(),
        false if property.leaf => {
            let (prefix, name) = embedded::join_name(&entities[at], property, strategy);
            format!("{prefix}{}", strategy.join_column(name, key.column(), composite))
        }
        false => strategy.join_column(property.name, key.column(), composite),
    };
    let names: Vec<String> = match &chosen[..] {
        [] => keys.iter().map(generated).collect(),
        chosen => chosen.to_vec(),
    };
    let typed = |property: &PropertyMetadata, key: &PropertyMetadata| PropertyMetadata {
        column_type: key.column_type,
        custom_type: property.custom_type.or(key.custom_type),
        // (the first that is found counts: what the relation says comes before what the key says)
        custom_types: match property.custom_type {
            Some(_) => property.custom_types.clone(),
            None => [&property.custom_types[..], &key.custom_types].concat(),
        },
        type_on: key.type_on,
        sql_on: key.sql_on,
        native_enum: key.native_enum.clone(),
        ..property.clone()
    };
    if property.kind == PropertyKind::Scalar {
        let expected = if let [key] = keys[..] { key.column_type } else { Some(ColumnType::Row) };
        if property.column_type != expected {
            return Err(Error::Metadata {
                entity: entities[at].name.to_owned(),
                property: Some(property.name.to_owned()),
                message: format!("holds the key of {}, and is of another type: give it the type of that key", target.name),
            });
        }
    }
    if property.formula().is_some() {
        let [key] = keys[..] else {
            return Err(Error::Metadata {
                entity: entities[at].name.to_owned(),
                property: Some(property.name.to_owned()),
                message: format!("is a formula, which is one value, and the key of {} has {}", target.name, counted(keys.len())),
            });
        };
        let name = property.name.trim_start_matches("r#").to_owned();
        let own = PropertyMetadata { column: Some(name), unique: None, ..typed(property, key) };
        entities[at].properties[usize::from(index)] = own;
        return Ok(());
    }
    let (mut own, mut parts, mut shared) = (property.clone(), Vec::new(), Vec::new());
    // of the columns that others have already, some may be this one's too: those of a key of several columns, and
    // those of a relation that is not written
    let shares = names.len() > 1 || !property.persist;
    let known = |name: &str| {
        let other = entities[at].properties.iter().find(|other| other.column.as_deref() == Some(name));
        other.filter(|_| shares).map(|other| other.index)
    };
    let several = names.len() > 1 || known(&names[0]).is_some();
    let mut next = u16::try_from(entities[at].properties.len()).unwrap_or(u16::MAX);
    for (name, key) in names.iter().zip(keys) {
        if !several {
            own = PropertyMetadata { column: Some(name.clone()), ..typed(property, key) };
        } else if let Some(other) = known(name) {
            shared.push(other);
            own.parts.push(other);
        } else {
            parts.push(PropertyMetadata {
                index: next,
                kind: PropertyKind::Scalar,
                column: Some(name.clone()),
                part_of: Some(index),
                unique: None,
                index_name: None,
                relation: None,
                join_columns: Vec::new(),
                ..typed(property, key)
            });
            own.parts.push(next);
            next += 1;
        }
    }
    if several {
        own.column_type = None;
    }
    let entity = &mut entities[at];
    let table = &entity.table;
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    let generated = |name: &mut Option<String>, kind: NameKind| {
        if let Some(name) = name.as_mut().filter(|name| name.is_empty()) {
            *name = strategy.constraint(table, &columns, kind);
        }
    };
    let nullable = own.nullable;
    if let Some(relation) = &mut own.relation {
        generated(&mut relation.foreign_key, NameKind::ForeignKey);
    }
    generated(&mut own.unique, NameKind::Unique);
    generated(&mut own.index_name, NameKind::Index);
    entity.properties[usize::from(index)] = own;
    for other in shared {
        let other = &mut entity.properties[usize::from(other)];
        other.shared = true;
        other.nullable &= nullable;
    }
    entity.properties.extend(parts);
    Ok(())
}

fn counted(columns: usize) -> String {
    if columns == 1 { "one column".to_owned() } else { format!("{columns} columns") }
}

/// What a query reads by default.
fn select(entity: &mut EntityMetadata) {
    let formulas = entity.properties.iter().filter(|property| property.formula().is_some());
    let others = entity
        .columns()
        .chain(formulas)
        .chain(entity.elsewhere())
        .filter(|property| property.is_read())
        .map(|property| property.index);
    let others = others.filter(|column| !entity.key_columns.contains(column));
    entity.selected = entity.key_columns.iter().copied().chain(others).collect();
}

/// Foreign keys get an index: collections are read by it, and removing what it refers to looks for it. (What the key
/// begins with is found by the key's.)
fn index(entity: &mut EntityMetadata, strategy: Names<'_>) {
    if !entity.is_table() {
        return;
    }
    // a key is unique as it is
    if let Some(key) = (entity.key != KEY).then(|| usize::from(entity.key)) {
        entity.properties[key].unique = None;
    }
    let plain = |property: &&PropertyMetadata| property.unique.is_none() && property.index_name.is_none() && property.persist;
    let foreign_keys = entity.foreign_keys().map(|(property, _)| property).filter(plain);
    let generated = |property: &PropertyMetadata| {
        let columns = entity.columns_of(property.index);
        let names: Vec<&str> = columns.iter().map(|column| entity.property(*column).column()).collect();
        let of_its_own = !entity.key_columns.starts_with(columns);
        of_its_own.then(|| (property.index, strategy.constraint(&entity.table, &names, NameKind::Index)))
    };
    for (index, name) in foreign_keys.filter_map(generated).collect::<Vec<_>>() {
        entity.properties[usize::from(index)].index_name = Some(name);
    }
}

/// The key's constraint has a name, when the strategy gives it another one than a database does.
fn name(entity: &mut EntityMetadata, strategy: Names<'_>) {
    let columns: Vec<&str> = entity.key_columns.iter().map(|column| entity.property(*column).column()).collect();
    let name = strategy.constraint(&entity.table, &columns, NameKind::PrimaryKey);
    entity.key_name = (name != Names(&Underscore).constraint(&entity.table, &columns, NameKind::PrimaryKey)).then_some(name);
}
