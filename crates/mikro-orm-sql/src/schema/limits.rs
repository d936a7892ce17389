//! What a database can't have, found before it is asked.

use crate::dialect::{Dialect, PartialIndexes, TriggerStyle};
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::metadata::{EntityMetadata, IndexKey, IndexMetadata, Metadata, PropertyMetadata};

/// Checks that a database takes all names and indexes that entities say.
///
/// # Errors
/// [`Error::Metadata`], naming entity, property and remedy.
pub fn within_limits(metadata: &Metadata, dialect: &dyn Dialect) -> Result<()> {
    metadata.entities().iter().try_for_each(|entity| {
        names(entity, dialect)?;
        entity.indexes.iter().try_for_each(|own| index(entity, own, dialect))
    })
}

/// (Names that are generated are short enough.)
fn names(entity: &EntityMetadata, dialect: &dyn Dialect) -> Result<()> {
    let Some(longest) = dialect.longest_name() else { return Ok(()) };
    let check = |name: &str, what: &str, property: Option<&PropertyMetadata>| {
        if name.len() <= longest {
            return Ok(());
        }
        Err(fail(
            entity,
            property,
            format!("has {what} `{name}`, which is longer than the {longest} bytes that {} keeps: shorten it", dialect.name()),
        ))
    };
    check(&entity.table, "the table", None)?;
    entity.schema.map_or(Ok(()), |schema| check(schema, "the schema", None))?;
    for property in entity.columns() {
        check(property.column(), "the column", Some(property))?;
    }
    for (property, relation) in entity.foreign_keys() {
        relation.foreign_key.as_deref().map_or(Ok(()), |name| check(name, "the foreign key", Some(property)))?;
    }
    for trigger in entity.triggers {
        // (of both, its function's name is made)
        let function = dialect.triggers() == TriggerStyle::Functions;
        let name = if function { format!("{}_{}", entity.table, trigger.name) } else { trigger.name.to_owned() };
        check(&name, if function { "the trigger with the function" } else { "the trigger" }, None)?;
    }
    let indexes = entity.indexes.iter().map(|index| (&index.name, "the index"));
    indexes
        .chain(entity.constraints.iter().map(|own| (&own.name, "the check")))
        .try_for_each(|(name, what)| check(name, what, None))
}

fn index(entity: &EntityMetadata, index: &IndexMetadata, dialect: &dyn Dialect) -> Result<()> {
    let database = dialect.name();
    // (elsewhere there is no such constraint)
    if index.said.exclusion {
        return Ok(());
    }
    if dialect.index_options().documents && !dialect.index_options().dates_in_documents {
        let in_json = index.keys.iter().filter_map(|key| match key {
            IndexKey::InJson(property) => Some(entity.property(*property)),
            _ => None,
        });
        if let Some(property) = in_json.into_iter().find(|property| depends_on_settings(property)) {
            let message = format!(
                "has the index `{}` over a value in JSON that {database} reads by the settings of a connection, and so can't index: store \
                 it in a column",
                index.name
            );
            return Err(fail(entity, Some(property), message));
        }
    }
    if index.expression.is_some() && !dialect.has_expression_indexes() {
        let message =
            format!("has the index `{}` over an expression, which this database has not: index a generated column", index.name);
        return Err(fail(entity, None, message));
    }
    if !index.unique {
        return Ok(());
    }
    if index.condition.is_some() && dialect.partial_indexes() == PartialIndexes::Whole {
        let message = format!(
            "has the unique index `{}` over a part of the rows, which this database has not: make it unique over a generated column \
             that is null for the other rows",
            index.name
        );
        return Err(fail(entity, None, message));
    }
    let whole = index.columns.iter().zip(&index.fields).filter(|(_, how)| how.length.is_none());
    let unlimited = whole.map(|(column, _)| entity.property(*column)).find(|column| dialect.index_prefix(column).is_some());
    match unlimited.filter(|_| index.condition.is_none()) {
        Some(property) => Err(fail(
            entity,
            Some(property),
            format!("is unique and without a limit, which {database} can't have: give it a `length`"),
        )),
        None => Ok(()),
    }
}

fn depends_on_settings(property: &PropertyMetadata) -> bool {
    use ColumnType::{Array, Date, DateTime, LocalDateTime, Time};
    matches!(property.column_type, Some(Date | DateTime | LocalDateTime | Time | Array(_)))
}

fn fail(entity: &EntityMetadata, property: Option<&PropertyMetadata>, message: String) -> Error {
    Error::Metadata { entity: entity.name.to_owned(), property: property.map(|property| property.name.to_owned()), message }
}
