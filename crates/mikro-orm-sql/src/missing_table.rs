//! What databases say about tables that are not there, in terms of entities.

use mikro_orm_core::error::{BoxError, Error, Fault};
use mikro_orm_core::metadata::Metadata;

/// The error for a table that does not exist: of an entity, or another. `table` may have its schema's name before it.
pub fn missing_table(metadata: &Metadata, table: &str, sql: &str, source: BoxError) -> Error {
    let bare = table.rsplit_once('.').map_or(table, |(_, bare)| bare);
    let Some(entity) = metadata.by_table(table).or_else(|| metadata.by_table(bare)) else {
        return Error::rejected(Fault::TableNotFound, sql, source);
    };
    let message = format!(
        "{}: its table {} does not exist in this database: create the tables with `orm.schema().create().await?`, or connect to the \
         database that has them",
        entity.name,
        entity.qualified_table()
    );
    Error::Query { fault: Fault::TableNotFound, message: Some(message), sql: sql.to_owned(), source }
}
