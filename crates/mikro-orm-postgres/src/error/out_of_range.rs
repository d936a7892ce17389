//! Which number is beyond what its column takes: the server names a type at most.

use super::Context;
use mikro_orm_core::error::Error;
use mikro_orm_core::field::ColumnType;

/// The error for a number that was written, or computed for a column: it names the properties that it may be of, as the
/// statement's parameters tell.
pub(super) fn out_of_range(context: Context<'_>) -> Option<Error> {
    let word = context.sql.get(..6)?;
    if !word.eq_ignore_ascii_case("update") && !word.eq_ignore_ascii_case("insert") {
        return None;
    }
    let origins = (context.origins)();
    let mut written = origins.iter().filter_map(|origin| {
        let (entity, field) = origin.property?;
        let entity = context.metadata.entity(entity);
        Some((entity, entity.property(field)))
    });
    let (entity, _) = written.clone().next()?;
    let is_number =
        |column: ColumnType| column.is_integer() || matches!(column, ColumnType::Decimal | ColumnType::F32 | ColumnType::F64);
    let mut names: Vec<&str> = Vec::new();
    written.by_ref().filter(|(_, property)| property.column_type.is_some_and(is_number) && !property.primary).for_each(
        |(_, property)| {
            if !names.contains(&property.name) {
                names.push(property.name);
            }
        },
    );
    let beyond = "beyond the numbers that";
    Some(match names.as_slice() {
        [] => Error::invalid(entity.name, format!("has a value {beyond} its column takes: use a smaller one, or a wider type")),
        [name] => Error::validation(
            entity.name,
            *name,
            format!(
                "what is stored, or computed by the database, is {beyond} the column takes: use a smaller one, or a wider type"
            ),
        ),
        several => Error::invalid(
            entity.name,
            format!(
                "has a value {beyond} its column takes, in one of {}: use a smaller one, or a wider type",
                several.join(", ")
            ),
        ),
    })
}
