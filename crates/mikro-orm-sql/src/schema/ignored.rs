//! What an update leaves as it is: `#[orm(ignore_schema_changes(..))]`.

use super::model::DatabaseSchema;
use super::wanted::name_of;
use crate::dialect::Dialect;
use mikro_orm_core::entity::IgnoredChange;
use mikro_orm_core::metadata::Metadata;

/// Makes of what is wanted, where a column says that it is left alone, what is there.
pub fn keep_ignored(metadata: &Metadata, live: &DatabaseSchema, wanted: &mut DatabaseSchema, dialect: &dyn Dialect) {
    for entity in metadata.entities() {
        let mut name = name_of(dialect, entity);
        // (an entity may name the schema that connections work in)
        if live.table(&name).is_none() {
            name.schema = None;
        }
        let Some(before) = live.table(&name) else { continue };
        let Some(table) = wanted.tables.iter_mut().find(|table| table.name == name) else { continue };
        for property in entity.columns().filter(|property| !property.details.ignored_changes.is_empty()) {
            let Some(before) = before.column(property.column()) else { continue };
            let Some(column) = table.columns.iter_mut().find(|column| column.name == before.name) else { continue };
            for change in property.details.ignored_changes {
                match change {
                    IgnoredChange::Type => column.type_name.clone_from(&before.type_name),
                    IgnoredChange::Default => column.default.clone_from(&before.default),
                    IgnoredChange::Comment => column.comment.clone_from(&before.comment),
                    IgnoredChange::Collation => column.collation.clone_from(&before.collation),
                    IgnoredChange::Generated => column.generated.clone_from(&before.generated),
                }
            }
        }
    }
}
