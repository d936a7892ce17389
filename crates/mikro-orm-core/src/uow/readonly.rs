//! Entities that are `#[orm(readonly)]`: a flush writes nothing of them.

use crate::entity::Source;
use crate::error::{Error, Result};
use crate::heap::AnyRef;
use crate::metadata::EntityMetadata;

/// Checks that an entity may be inserted or deleted: doing nothing about that would lose what was asked for.
pub(crate) fn check_written(entity: &AnyRef, what: &str) -> Result<()> {
    if entity.descriptor().readonly {
        let message = match entity.descriptor().options.source {
            Source::Table => {
                format!("is readonly, so none can be {what}: take `readonly` off the entity, or leave its rows to the database")
            }
            _ => format!("is a view, so none can be {what}: write the entities that it shows"),
        };
        return Err(Error::invalid(entity.name(), message));
    }
    Ok(())
}

/// Whether edits of an entity stay in memory. They are pending forever, so whoever looks at the log learns of them.
pub(super) fn keeps_edits(entity: &AnyRef) -> bool {
    let readonly = entity.descriptor().readonly;
    if readonly {
        tracing::warn!(target: "mikro_orm::flush", entity = %entity.describe(), "is readonly: its changes are not flushed");
    }
    readonly
}

/// Whether changes of a collection stay in memory, since it is rows of these that would be written: those who own the links, or
/// are the table of links, or are the items. As of edits, the log tells.
pub(super) fn keeps_links<'m>(owner: &AnyRef, mut written: impl Iterator<Item = &'m EntityMetadata>) -> bool {
    let readonly = written.find(|entity| entity.is_readonly());
    if let Some(entity) = readonly {
        tracing::warn!(
            target: "mikro_orm::flush",
            entity = entity.name,
            collection_of = %owner.describe(),
            "is readonly: changes of collections that would be written with it are not flushed"
        );
    }
    readonly.is_some()
}
