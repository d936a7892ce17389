//! What goes wrong with columns.

use super::EntityMetadata;
use crate::error::Error;

impl EntityMetadata {
    /// The error for a value in this column that its property can't take. Of a property with several columns it names
    /// the one.
    pub(crate) fn mapping_error(&self, column: u16, message: impl ToString) -> Error {
        let property = self.property(column);
        let (name, message) = match property.part_of {
            None => (property.name, message.to_string()),
            Some(_) if property.leaf => (property.name, message.to_string()),
            Some(field) => (self.property(field).name, format!("column `{}`: {}", property.column(), message.to_string())),
        };
        Error::Mapping { entity: self.name.to_owned(), property: name.to_owned(), message }
    }

    /// The error for a row without a key, or without a part of one.
    pub(crate) fn null_key(&self, column: u16) -> Error {
        self.mapping_error(column, "null, and keys have no nulls: leave such rows out, or make the column `not null`")
    }
}
