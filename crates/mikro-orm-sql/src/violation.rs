//! What databases say about violated constraints, in terms of entities.

use crate::schema::tokens::mentioned;
use mikro_orm_core::error::{BoxError, ConstraintViolation, Error};
use mikro_orm_core::metadata::{EntityMetadata, IndexKey, IndexMetadata, Metadata, PropertyMetadata};

/// Which kind of constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violated {
    /// A unique constraint or a primary key.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// A column that can't be null.
    NotNull,
    /// A check.
    Check,
    /// A constraint that two rows are not there together.
    Exclusion,
}

/// What a database's error names.
#[derive(Debug, Default)]
pub struct Named {
    /// The table's schema, where the database names it.
    pub schema: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
    /// The constraint.
    pub constraint: Option<String>,
}

/// The error for a violated constraint. What the database did not name is found through the metadata: columns
/// by the constraint's name, the constraint's name by its column.
///
/// `statement_on` is the entity that the statement wrote to; it counts when the database names no table.
pub fn violation(
    metadata: &Metadata,
    statement_on: Option<&EntityMetadata>,
    violated: Violated,
    mut named: Named,
    deleting: bool,
    source: BoxError,
) -> Error {
    let entity = match &named.table {
        Some(table) => {
            let qualified = named.schema.as_ref().and_then(|schema| metadata.by_table(&format!("{schema}.{table}")));
            qualified.or_else(|| metadata.by_table(table))
        }
        None => statement_on.or_else(|| entity_of_constraint(metadata, named.constraint.as_deref()?)),
    };
    if let Some(entity) = entity {
        named.table = Some(entity.qualified_table().into_owned());
        if named.columns.is_empty() {
            let by_name = named.constraint.as_deref().and_then(|name| columns_of_constraint(entity, name));
            named.columns.extend(by_name.unwrap_or_default());
        }
        if named.constraint.is_none() {
            named.constraint = constraint_of_columns(entity, violated, &named.columns);
        }
    }
    let properties = entity.map_or_else(Vec::new, |entity| properties(entity, &named.columns));
    let primary = entity.is_some_and(|entity| named.columns == columns(entity, &entity.key_columns));
    // (PostgreSQL takes that for a check, which has no name)
    let in_partitions = entity.is_some_and(|entity| entity.partition_by.is_some());
    let unplaced = violated == Violated::Check && named.constraint.is_none() && in_partitions;
    let violation = Box::new(ConstraintViolation {
        constraint: named.constraint,
        table: named.table,
        columns: named.columns,
        entity: entity.map(|entity| entity.name.to_owned()),
        properties,
        remedy: Some(if unplaced { UNPLACED } else { remedy(violated, primary, deleting) }),
        source: Some(source),
    });
    match violated {
        Violated::Unique => Error::UniqueViolation(violation),
        Violated::ForeignKey => Error::ForeignKeyViolation(violation),
        Violated::NotNull => Error::NotNullViolation(violation),
        Violated::Check => Error::CheckViolation(violation),
        Violated::Exclusion => Error::ExclusionViolation(violation),
    }
}

const UNPLACED: &str = "none of the table's partitions is for such a row: add one, or one that is the `default`";

fn remedy(violated: Violated, primary: bool, deleting: bool) -> &'static str {
    match violated {
        Violated::Unique if primary => "a row with this key exists: find and edit it, or use another key",
        Violated::Unique => "another row has this value: use another one, or find and edit that row",
        Violated::ForeignKey if deleting => "other rows still refer to it: remove them too, or point them elsewhere first",
        Violated::ForeignKey => "what it refers to does not exist: flush that too, or refer to something that exists",
        Violated::NotNull => "set the property, or make it an `Option` and its column nullable",
        Violated::Check => "the database's check does not allow the value: use one that it allows",
        Violated::Exclusion => "another row is in the way: use other values, or change that row first",
    }
}

/// The properties of columns, and of those that an expression among them mentions.
fn properties(entity: &EntityMetadata, columns: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for column in columns {
        let of_expression = match entity.by_column(column) {
            Some(_) => vec![column.clone()],
            None => mentioned(column, entity.columns().map(PropertyMetadata::column)),
        };
        for property in of_expression.iter().filter_map(|column| entity.by_column(column)) {
            if !found.iter().any(|known| known == property.name) {
                found.push(property.name.to_owned());
            }
        }
    }
    found
}

/// The names of these columns.
fn columns(entity: &EntityMetadata, columns: &[u16]) -> Vec<String> {
    columns.iter().map(|column| entity.property(*column).column().to_owned()).collect()
}

fn columns_of_index(entity: &EntityMetadata, index: &IndexMetadata) -> Vec<String> {
    let of = |key: &IndexKey| match key {
        IndexKey::Column(column) | IndexKey::Place(column, _) => *column,
        IndexKey::InJson(property) => entity.property(*property).json.as_ref().map_or(*property, |json| json.column),
    };
    columns(entity, &index.keys.iter().map(of).collect::<Vec<_>>())
}

fn columns_of_constraint(entity: &EntityMetadata, name: &str) -> Option<Vec<String>> {
    let bare = entity.schema.and_then(|schema| name.strip_prefix(schema)?.strip_prefix('.')).unwrap_or(name);
    let index = entity.indexes.iter().find(|index| index.name == bare).map(|index| columns_of_index(entity, index));
    let check = || {
        let check = entity.constraints.iter().find(|check| check.name == name)?;
        Some(check.property.map(|property| columns(entity, entity.columns_of(property))).unwrap_or_default())
    };
    let foreign_key = || {
        entity.properties.iter().find_map(|property| {
            let own = property.relation.as_ref()?.foreign_key.as_deref() == Some(name);
            own.then(|| columns(entity, entity.columns_of(property.index)))
        })
    };
    index.or_else(check).or_else(foreign_key)
}

fn entity_of_constraint<'m>(metadata: &'m Metadata, name: &str) -> Option<&'m EntityMetadata> {
    metadata.entities().iter().find(|entity| columns_of_constraint(entity, name).is_some())
}

fn constraint_of_columns(entity: &EntityMetadata, violated: Violated, named: &[String]) -> Option<String> {
    match violated {
        Violated::Unique => {
            let index = entity
                .indexes
                .iter()
                .find(|index| index.unique && !index.columns.is_empty() && columns(entity, &index.columns) == named);
            index.map(|index| index.name.clone())
        }
        Violated::ForeignKey => {
            let [column] = named else { return None };
            entity.by_column(column)?.relation.as_ref()?.foreign_key.clone()
        }
        Violated::NotNull | Violated::Check | Violated::Exclusion => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn found(violated: Violated, named: Named, entity: Option<&str>, deleting: bool) -> String {
        let metadata = fixture::metadata();
        let entity = entity.and_then(|name| metadata.by_name(name));
        violation(&metadata, entity, violated, named, deleting, "driver".into()).to_string()
    }

    #[test]
    fn a_column_gives_property_and_constraint() {
        let named = Named { table: Some("author".into()), columns: vec!["email".into()], constraint: None, ..Named::default() };
        insta::assert_snapshot!(found(Violated::Unique, named, None, false), @"unique constraint violated: Author.email (constraint author_email_unique): another row has this value: use another one, or find and edit that row");
    }

    #[test]
    fn a_constraint_gives_entity_and_property() {
        let named = Named { constraint: Some("book_editor_id_foreign".into()), ..Named::default() };
        insta::assert_snapshot!(found(Violated::ForeignKey, named, None, false), @"foreign key violated: Book.editor (constraint book_editor_id_foreign): what it refers to does not exist: flush that too, or refer to something that exists");
    }

    #[test]
    fn a_key_that_exists_has_its_own_remedy() {
        let named = Named {
            table: Some("author".into()),
            columns: vec!["id".into()],
            constraint: Some("author_pkey".into()),
            ..Named::default()
        };
        insta::assert_snapshot!(found(Violated::Unique, named, None, false), @"unique constraint violated: Author.id (constraint author_pkey): a row with this key exists: find and edit it, or use another key");
    }

    #[test]
    fn the_statements_entity_counts_when_nothing_is_named() {
        insta::assert_snapshot!(found(Violated::ForeignKey, Named::default(), Some("Author"), true), @"foreign key violated: Author: other rows still refer to it: remove them too, or point them elsewhere first");
    }

    #[test]
    fn tables_that_are_no_entities_are_named_as_they_are() {
        let named = Named { table: Some("audit".into()), columns: vec!["at".into()], constraint: None, ..Named::default() };
        insta::assert_snapshot!(found(Violated::NotNull, named, Some("Author"), false), @"a value is missing: table audit: set the property, or make it an `Option` and its column nullable");
        insta::assert_snapshot!(found(Violated::Check, Named::default(), None, false), @"check constraint violated: a constraint of the database: the database's check does not allow the value: use one that it allows");
    }
}
