//! What the derive can't see: whether entities fit each other and a database.

use super::embedded;
use super::types::{EntityId, EntityMetadata, PropertyKind, PropertyMetadata};
use crate::error::{Error, Result};
use crate::field::ColumnType;
use crate::query::Expr;
use crate::value::Value;
use std::collections::HashMap;

/// Checks all entities.
pub(super) fn all(entities: &[EntityMetadata]) -> Result<()> {
    let mut tables: HashMap<_, &str> = HashMap::new();
    let mut index_names = HashMap::new();
    for entity in entities {
        let other = if entity.is_query() { None } else { tables.insert(entity.qualified_table(), entity.name) };
        if let Some(other) = other {
            return Err(fail(
                entity,
                None,
                format!(
                    "has the same table as {other} (`{}`): give one of them `#[orm(table = \"..\")]`",
                    entity.qualified_table()
                ),
            ));
        }
        indexes(entity, &mut index_names)?;
        embedded::check(entity)?;
        let mut columns: HashMap<&str, &str> = HashMap::new();
        for property in entity.columns() {
            if let Some(other) = columns.insert(property.column(), property.name) {
                return Err(fail(
                    entity,
                    Some(property),
                    format!("has the same column as {other} (`{}`): give one of them `#[orm(name = \"..\")]`", property.column()),
                ));
            }
            if property.column().is_empty() {
                return Err(fail(entity, Some(property), "has an empty column name".to_owned()));
            }
            check(entity, property)?;
        }
        for property in entity.properties.iter().filter(|property| property.kind == PropertyKind::ManyToMany) {
            pivot(entities, entity, property)?;
        }
        for property in &entity.properties {
            condition(entities, entity, property.index, &mut Vec::new())?;
            if property.kind == PropertyKind::OneToMany && property.relation.as_ref().is_none_or(|r| r.other_side.is_none()) {
                return Err(fail(
                    entity,
                    Some(property),
                    "does not say which field refers back: add `#[orm(mapped_by = ..)]` with the name of the target's `Ref` field, or `#[orm(many_to_many)]`".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

/// Checks the conditions of collections.
pub(super) fn conditions(entities: &[EntityMetadata]) -> Result<()> {
    entities.iter().try_for_each(|entity| {
        entity.properties.iter().try_for_each(|property| condition(entities, entity, property.index, &mut Vec::new()))
    })
}

/// An index has its name among those of all tables of a schema.
fn indexes<'e>(entity: &'e EntityMetadata, known: &mut HashMap<(Option<&'e str>, &'e str), &'e str>) -> Result<()> {
    for index in &entity.indexes {
        if let Some(other) = known.insert((entity.schema, &index.name), entity.name) {
            let message = format!(
                "has an index of the same name as {other} (`{}`): give one of them another `name`; if a base says it, say `{{table}}` in the name, which is each table's",
                index.name
            );
            return Err(fail(entity, None, message));
        }
    }
    Ok(())
}

/// A collection's condition must not be about the collection itself: it would never end.
fn condition(entities: &[EntityMetadata], entity: &EntityMetadata, field: u16, path: &mut Vec<(EntityId, u16)>) -> Result<()> {
    let Some(property) = entity.properties.get(usize::from(field)) else { return Ok(()) };
    let Some(relation) = property.relation.as_ref() else { return Ok(()) };
    let Some(own) = &relation.condition else { return Ok(()) };
    if path.contains(&(entity.id, field)) {
        let message =
            "has a condition that is about this collection itself: say it with columns, or about one without a condition";
        return Err(fail(entity, Some(property), message.to_owned()));
    }
    path.push((entity.id, field));
    conditions_in(entities, &entities[relation.target.0 as usize], own, path)?;
    path.pop();
    Ok(())
}

/// The same for the collections that a condition is about.
fn conditions_in(
    entities: &[EntityMetadata],
    entity: &EntityMetadata,
    expr: &Expr,
    path: &mut Vec<(EntityId, u16)>,
) -> Result<()> {
    match expr {
        Expr::And(list) | Expr::Or(list) => list.iter().try_for_each(|expr| conditions_in(entities, entity, expr, path)),
        Expr::Not(inner) => conditions_in(entities, entity, inner, path),
        Expr::Size { field, .. } => condition(entities, entity, *field, path),
        Expr::Related { field, condition: inner, .. } => {
            condition(entities, entity, *field, path)?;
            let relation = entity.properties.get(usize::from(*field)).and_then(|property| property.relation.as_ref());
            relation.map_or(Ok(()), |relation| conditions_in(entities, &entities[relation.target.0 as usize], inner, path))
        }
        _ => Ok(()),
    }
}

/// A link has no values but the keys of both sides: an entity of the user's must be content with that.
fn pivot(entities: &[EntityMetadata], entity: &EntityMetadata, property: &PropertyMetadata) -> Result<()> {
    let Some(pivot) = property.relation.as_ref().filter(|relation| relation.owner).and_then(|relation| relation.pivot) else {
        return Ok(());
    };
    let table = &entities[pivot.entity.0 as usize];
    let is_back = |other: &PropertyMetadata| {
        let relation = other.relation.as_ref().filter(|relation| relation.owner);
        let found = relation.and_then(|relation| relation.pivot);
        found.is_some_and(|found| (found.entity, found.own, found.item) == (pivot.entity, pivot.item, pivot.own))
    };
    let target = property.relation.as_ref().map(|relation| &entities[relation.target.0 as usize]);
    let back = target.and_then(|target| Some((target, target.properties.iter().find(|other| is_back(other))?)));
    if let Some((target, back)) = back.filter(|_| pivot.own != pivot.item) {
        let message = format!(
            "has the pivot entity {0}, as {1}.{2} has, and both are owning sides: make one the other side of the other, with \
             `#[orm(many_to_many, mapped_by = {3})]` at {1}.{2}",
            table.name, target.name, back.name, property.name
        );
        return Err(fail(entity, Some(property), message));
    }
    let sides = [table.columns_of(pivot.own), table.columns_of(pivot.item)].concat();
    let has_value = |column: &PropertyMetadata| {
        let generated = column.primary && table.has_generated_key();
        sides.contains(&column.index) || generated || column.nullable || column.default.is_some() || column.default_raw.is_some()
    };
    match table.columns().find(|column| !has_value(column)) {
        None => Ok(()),
        Some(column) => Err(fail(
            entity,
            Some(property),
            format!(
                "has the pivot entity {0}, but a link that is added to the collection has no value for {0}.{1}: make that an \
                 `Option`, or give it a `default` or `default_raw`",
                table.name, column.name
            ),
        )),
    }
}

fn check(entity: &EntityMetadata, property: &PropertyMetadata) -> Result<()> {
    if property.column_type == Some(ColumnType::Row) {
        let message = "is a tuple, which is a key of several columns: say of which entity with `#[orm(map_to_pk = ..)]`";
        return Err(fail(entity, Some(property), message.to_owned()));
    }
    if property.version
        && !property
            .column_type
            .is_some_and(|ty| ty.is_integer() || matches!(ty, ColumnType::DateTime | ColumnType::LocalDateTime))
    {
        return Err(fail(entity, Some(property), "is the version, which must be an integer or a date and time".to_owned()));
    }
    if property.version && property.nullable {
        return Err(fail(entity, Some(property), "is the version, which can't be null".to_owned()));
    }
    if property.primary
        && property
            .column_type
            .is_some_and(|ty| matches!(ty, ColumnType::F32 | ColumnType::F64 | ColumnType::Json | ColumnType::Array(_)))
    {
        return Err(fail(entity, Some(property), "is the primary key, which can't be a float or JSON".to_owned()));
    }
    if let (Some(Value::Text(default)), Some(length)) = (&property.default, property.length) {
        let found = default.chars().count();
        if found > length as usize {
            let message = format!("has the length {length}, and a default of {found} characters: make one of them fit the other");
            return Err(fail(entity, Some(property), message));
        }
    }
    if property.default.is_some() && property.default_raw.is_some() {
        return Err(fail(entity, Some(property), "has both a default and a raw default: keep one".to_owned()));
    }
    Ok(())
}

fn fail(entity: &EntityMetadata, property: Option<&PropertyMetadata>, message: String) -> Error {
    Error::Metadata { entity: entity.name.to_owned(), property: property.map(|property| property.name.to_owned()), message }
}
