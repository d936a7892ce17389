//! Views: in which order they come and go, and which have to because of what they mention.

use super::compare::{Difference, skips_view};
use super::create::push_name;
use super::model::{DatabaseSchema, View};
use super::tokens::mentioned;
use crate::dialect::Dialect;
use crate::writer::Writer;
use mikro_orm_core::schema::UpdateOptions;

/// The views in an order in which each comes after those that it mentions.
pub(super) fn in_order(mut views: Vec<View>) -> Vec<View> {
    let mut sorted: Vec<View> = Vec::with_capacity(views.len());
    while !views.is_empty() {
        let waits = |view: &View| {
            let others = views.iter().filter(|other| other.name != view.name).map(|other| other.name.name.as_str());
            !mentioned(&view.definition, others).is_empty()
        };
        // (in a circle, which no database has, any may be first)
        let next = views.iter().position(|view| !waits(view)).unwrap_or_default();
        sorted.push(views.remove(next));
    }
    sorted
}

/// Finds the views that come and go: those that differ, and those that stand in the way of what changes beneath them.
pub(super) fn compare(difference: &mut Difference, from: &DatabaseSchema, to: &DatabaseSchema, options: &UpdateOptions) {
    let is_same = |a: &View, b: &View| a.definition == b.definition && a.materialized == b.materialized;
    let find = |views: &[View], view: &View| views.iter().find(|known| known.name == view.name).cloned();
    let mut moving: Vec<String> = Vec::new();
    moving.extend(difference.changed.iter().map(|change| change.from.name.name.clone()));
    moving.extend(difference.dropped.iter().map(|table| table.name.name.clone()));
    for view in from.views.iter().filter(|view| !skips_view(options, &view.name)) {
        let differs = match find(&to.views, view) {
            None if !options.drops_tables() => continue,
            None => true,
            Some(wanted) => !is_same(view, &wanted),
        };
        if differs || !mentioned(&view.definition, moving.iter().map(String::as_str)).is_empty() {
            moving.push(view.name.name.clone());
            difference.dropped_views.push(view.clone());
        }
    }
    let is_new = |view: &&View| {
        let gone = difference.dropped_views.iter().any(|dropped| dropped.name == view.name);
        !skips_view(options, &view.name) && (gone || find(&from.views, view).is_none())
    };
    difference.created_views = to.views.iter().filter(is_new).cloned().collect();
}

/// `create view "book_stats" as ..`
pub(super) fn create(dialect: &dyn Dialect, view: &View) -> String {
    let mut w = Writer::new(dialect);
    push_name(w.push(if view.materialized { "create materialized view " } else { "create view " }), &view.name);
    w.push(" as ").push(&view.definition);
    w.push(if view.materialized && !view.with_data { " with no data" } else { "" });
    w.sql
}

/// `drop view "book_stats"`
pub(super) fn drop(dialect: &dyn Dialect, view: &View, if_exists: bool) -> String {
    let mut w = Writer::new(dialect);
    w.push(if view.materialized { "drop materialized view " } else { "drop view " });
    push_name(w.push(if if_exists { "if exists " } else { "" }), &view.name);
    w.sql
}
