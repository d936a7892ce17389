//! The indexes that entities ask for.

use super::model::Index;
use super::tokens::mentioned;
use super::wanted::names;
use crate::dialect::{Dialect, IndexOptions, PartialIndexes};
use crate::template::push_template;
use crate::writer::Writer;
use mikro_orm_core::entity::{Deferral, IndexField};
use mikro_orm_core::metadata::{EntityMetadata, IndexKey, IndexMetadata, PropertyMetadata};
use mikro_orm_core::query::Nulls;

/// The indexes of an entity's table, as far as the database has such.
pub(super) fn wanted(dialect: &dyn Dialect, entity: &EntityMetadata) -> Vec<Index> {
    let options = dialect.index_options();
    let own = entity.indexes.iter().filter(|index| options.constraints || !index.said.exclusion);
    let own = own.filter(|index| options.documents || index.keys.iter().all(|key| matches!(key, IndexKey::Column(_))));
    own.map(|own| index(dialect, options, entity, own)).collect()
}

fn index(dialect: &dyn Dialect, options: IndexOptions, entity: &EntityMetadata, index: &IndexMetadata) -> Index {
    let mut w = Writer::new(dialect);
    let said = &index.said;
    w.push(if said.exclusion { "exclude " } else { "" });
    if let Some(method) = index.method.filter(|_| options.methods) {
        w.push("using ").push(method).push(" ");
    }
    w.push("(");
    let partial = dialect.partial_indexes();
    match index.expression {
        Some(expression) if said.exclusion => push_template(&mut w, entity, expression),
        Some(expression) => push_expression(&mut w, |w| push_template(w, entity, expression)),
        None => push_columns(&mut w, options, entity, index, partial),
    }
    w.push(")");
    if !index.include.is_empty() && options.include {
        w.push(" include (").columns(index.include.iter().map(|column| entity.property(*column))).push(")");
    }
    if let Some(with) = said.with.filter(|_| options.include) {
        w.push(" with (").push(with).push(")");
    }
    let condition = index.condition.filter(|_| partial == PartialIndexes::Native);
    if let Some(condition) = condition {
        // (a constraint has parentheses around it)
        push_template(w.push(if said.exclusion { " where (" } else { " where " }), entity, condition);
        w.push(if said.exclusion { ")" } else { "" });
    }
    let defer = said.defer.filter(|_| options.constraints);
    w.push(match defer {
        Some(Deferral::Deferred) => " deferrable initially deferred",
        Some(Deferral::Immediate) => " deferrable initially immediate",
        None => "",
    });
    w.push(options.invisible.filter(|_| said.invisible).unwrap_or_default());
    let columns = match index.columns.is_empty() {
        true => mentioned(&w.sql, entity.columns().map(PropertyMetadata::column)),
        false => names(entity, &index.columns),
    };
    // (where there are no schemas, a name is one index's in all of the database)
    let name = match entity.schema {
        Some(schema) if !dialect.has_schemas() => format!("{schema}.{}", index.name),
        _ => index.name.clone(),
    };
    Index {
        name,
        // (one over all rows would refuse some that the part allows)
        unique: index.unique && (index.condition.is_none() || partial != PartialIndexes::Whole),
        constraint: said.exclusion || defer.is_some(),
        definition: w.sql,
        columns,
        kind: options.kinds.iter().find(|kind| index.method == Some(kind)).copied(),
        concurrently: said.concurrently && options.concurrently,
    }
}

/// Appends the columns of an index: with a condition, where that has to be a part of them.
fn push_columns(
    w: &mut Writer<'_>,
    options: IndexOptions,
    entity: &EntityMetadata,
    index: &IndexMetadata,
    partial: PartialIndexes,
) {
    let condition = index.condition.filter(|_| partial == PartialIndexes::Cases);
    for (i, (key, how)) in index.keys.iter().zip(&index.fields).enumerate() {
        w.push(if i == 0 { "" } else { ", " });
        let IndexKey::Column(column) = key else {
            w.push("(");
            push_in_json(w, entity, key);
            push_how(w.push(")"), options, how);
            continue;
        };
        let property = entity.property(*column);
        match condition {
            Some(condition) => push_expression(w, |w| {
                push_template(w.push("case when "), entity, condition);
                w.push(" then ").identifier(property.column()).push(" end");
            }),
            None => drop(w.identifier(property.column())),
        }
        if condition.is_none() {
            let of_all = w.dialect().index_prefix(property).filter(|_| !index.unique);
            let length = how.length.filter(|_| options.prefixes).or(of_all);
            if let Some(length) = length {
                w.push(&format!("({length})"));
            }
        }
        push_how(w, options, how);
    }
}

/// Appends what is in a JSON column, in the words of queries: else they would not use the index.
fn push_in_json(w: &mut Writer<'_>, entity: &EntityMetadata, key: &IndexKey) {
    let dialect = w.dialect();
    let column = |column: u16| {
        let mut quoted = String::new();
        dialect.push_identifier(&mut quoted, entity.property(column).column());
        quoted
    };
    match key {
        IndexKey::Column(_) => {}
        IndexKey::Place(of, place) => {
            let column = column(*of);
            dialect.push_json_place(&mut w.sql, &column, place, true);
        }
        IndexKey::InJson(property) => {
            let property = entity.property(*property);
            if let Some(path) = &property.json {
                let column = column(path.column);
                dialect.push_json(&mut w.sql, &column, &path.keys, property);
            }
        }
    }
}

/// Appends how a column is in an index.
fn push_how(w: &mut Writer<'_>, options: IndexOptions, how: &IndexField) {
    if let Some(collation) = how.collation.filter(|_| options.collations) {
        w.push(" collate ").identifier(collation);
    }
    if let Some(operators) = how.operators.filter(|_| options.operators) {
        w.push(" ").push(operators);
    }
    w.push(if how.descending { " desc" } else { "" });
    if options.operators {
        w.push(match how.nulls {
            Some(Nulls::First) => " nulls first",
            Some(Nulls::Last) => " nulls last",
            None => "",
        });
    }
}

/// Appends an expression in an index.
fn push_expression(w: &mut Writer<'_>, write: impl Fn(&mut Writer<'_>)) {
    let parentheses = w.dialect().parenthesized_index_expressions();
    w.push(if parentheses { "(" } else { "" });
    write(w);
    w.push(if parentheses { ")" } else { "" });
}
