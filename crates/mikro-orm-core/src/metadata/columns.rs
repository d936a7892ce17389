//! What goes wrong with columns.

use super::EntityMetadata;
use crate::entity::FieldDef;
use crate::error::Error;
use crate::heap::check_value;
use crate::value::{Value, ValueError};

impl EntityMetadata {
    /// The field that a column is of, also when that is one of an embedded struct. (Of a relation's column, the relation.)
    pub(crate) fn column_field(&self, column: u16) -> &'static FieldDef {
        let whole = self.property(column).part_of.unwrap_or(column);
        let def = &self.descriptor.fields[usize::from(whole)];
        let part = || self.columns_of(whole).iter().position(|known| *known == column);
        def.vtable.embedded.zip(part()).and_then(|(embedded, part)| embedded.column_field(part)).unwrap_or(def)
    }

    /// Whether a value from the database fits a column.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn check_column(&self, column: u16, value: &Value<'_>) -> Result<(), ValueError> {
        let property = self.property(column);
        // (an optional struct's columns are null where it is missing, and an enum's where the variant has them not)
        if property.leaf && property.nullable && value.is_null() {
            return Ok(());
        }
        check_value(self.column_field(column), value)
    }

    /// Whether an embedded struct can be what its columns say.
    ///
    /// # Errors
    /// When it can't.
    pub(crate) fn check_embedded(&self, whole: u16, columns: &[(u16, Value<'_>)]) -> Result<(), Error> {
        let value = |column: &u16| columns.iter().find(|(known, _)| known == column).map(|(_, value)| value.clone());
        let parts: Vec<Value<'_>> = self.columns_of(whole).iter().map(|column| value(column).unwrap_or_default()).collect();
        let value = if parts.iter().all(Value::is_null) { Value::Null } else { Value::Row(parts) };
        check_value(&self.descriptor.fields[usize::from(whole)], &value).map_err(|error| self.mapping_error(whole, error))
    }

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
