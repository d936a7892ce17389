//! What databases say about tables that are not there, in terms of entities.

use mikro_orm_core::error::{BoxError, Error};
use mikro_orm_core::metadata::Metadata;

/// The error for an entity's table that does not exist. `table` may have its schema's name before it.
///
/// # Errors
/// The source, when it is no entity's table.
pub fn missing_table(metadata: &Metadata, table: &str, source: BoxError) -> Result<Error, BoxError> {
    let bare = table.rsplit_once('.').map_or(table, |(_, bare)| bare);
    let Some(entity) = metadata.by_table(table).or_else(|| metadata.by_table(bare)) else { return Err(source) };
    let message = format!(
        "its table {} does not exist in this database: create the tables with `orm.schema().create().await?`, or connect to the \
         database that has them",
        entity.table
    );
    Ok(Error::invalid(entity.name, message).caused_by(source))
}
