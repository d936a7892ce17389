//! What takes a change back.

use super::compare::{Difference, compare};
use super::model::{DatabaseSchema, Table, View};
use super::tokens::requoted;
use crate::dialect::Dialect;
use mikro_orm_core::schema::UpdateOptions;

/// What has to change so that the schema is as it was before `there`, which made `target` of `live`: what was left alone stays so.
pub fn back(
    there: &Difference,
    live: &DatabaseSchema,
    target: &DatabaseSchema,
    options: &UpdateOptions,
    dialect: &dyn Dialect,
) -> Difference {
    let all = options.clone().anything();
    let mut back = compare(target, live, &all, dialect);
    let named = |tables: &[Table], table: &Table| tables.iter().any(|known| known.name == table.name);
    back.created.retain(|table| named(&there.dropped, table));
    back.dropped.retain(|table| named(&there.created, table));
    back.created_enums.retain(|kind| there.dropped_enums.contains(kind));
    back.dropped_enums.retain(|kind| there.created_enums.contains(kind));
    back.dropped_schemas.retain(|schema| there.created_schemas.contains(schema));
    let is = |views: &[View], view: &View| views.iter().any(|known| known.name == view.name);
    back.created_views.retain(|view| is(&target.views, view) || is(&there.dropped_views, view));
    back.dropped_views.retain(|view| is(&live.views, view) || is(&there.created_views, view));
    for change in &mut back.changed {
        // (what is there is there)
        change.added_partitions.clear();
        let change_there = there.changed.iter().find(|known| known.to.name == change.from.name);
        change
            .added_columns
            .retain(|column| change_there.is_some_and(|there| there.dropped_columns.iter().any(|c| c.name == column.name)));
        change
            .dropped_columns
            .retain(|column| change_there.is_some_and(|there| there.added_columns.iter().any(|c| c.name == column.name)));
    }
    back.changed.retain(|change| !change.is_empty());
    back
}

/// The same, with columns quoted wherever a text names them: what the database gives back may not be.
pub fn quoted(mut schema: DatabaseSchema, dialect: &dyn Dialect) -> DatabaseSchema {
    let quote = |name: &str| {
        let mut quoted = String::new();
        dialect.push_identifier(&mut quoted, name);
        quoted
    };
    for table in &mut schema.tables {
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let text = |text: &mut String| *text = requoted(text, &names, quote);
        table.indexes.iter_mut().for_each(|index| text(&mut index.definition));
        table.checks.iter_mut().for_each(|check| text(&mut check.expression));
        table
            .columns
            .iter_mut()
            .filter_map(|column| column.generated.as_mut())
            .for_each(|generated| text(&mut generated.expression));
    }
    schema
}
