//! Which value is too long: the server names the type of its column, and nothing else.

use super::Context;
use mikro_orm_core::error::Error;
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::metadata::PropertyMetadata;
use mikro_orm_core::value::Value;
use tokio_postgres::error::DbError;

/// The error for a value that is too long for its column, where the statement's parameters tell whose it is.
pub(super) fn too_long(db: &DbError, context: Context<'_>) -> Option<Error> {
    let limit = limit(db.message())?;
    let origins = (context.origins)();
    let of = |property: Option<(_, u16)>| {
        let (entity, field) = property?;
        let entity = context.metadata.entity(entity);
        Some((entity, entity.property(field)))
    };
    let mut written = context.params.iter().zip(&origins).filter_map(|(param, origin)| Some((param, of(origin.property)?)));
    let found = written.find(|(param, (_, property))| {
        let is_long = |value: &Value<'_>| matches!(value, Value::Text(text) if text.chars().count() > limit);
        takes(property, limit) && param.source.each(|value| if is_long(value) { Err(()) } else { Ok(()) }).is_err()
    });
    if let Some((_, (entity, property))) = found {
        let column = match property.part_of {
            Some(field) => entity.property(field).name,
            None => property.name,
        };
        return Some(Error::validation(
            entity.name,
            column,
            format!("is too long for its column, which takes {limit} characters: shorten it, or say `length = ..` or `text`"),
        ));
    }
    // (what an expression has made of its parameters)
    let (entity, _) = origins.iter().find_map(|origin| of(origin.property))?;
    Some(Error::invalid(entity.name, format!("has a value that is too long for its column, which takes {limit} characters")))
}

/// Whether a property's column takes so many characters.
fn takes(property: &PropertyMetadata, limit: usize) -> bool {
    let declared = || property.length.unwrap_or(255) as usize == limit && !property.text;
    property.custom_type_on("postgres").is_some() || (property.column_type == Some(ColumnType::String) && declared())
}

/// `255`, of `value too long for type character varying(255)`, in whatever language.
fn limit(message: &str) -> Option<usize> {
    let (_, rest) = message.rsplit_once('(')?;
    rest.split_once(')')?.0.parse().ok()
}
