//! Columns that the database computes in an update: expressions in the user's words.

use super::properties;
use crate::template::{first_property, mentions_hidden, push_property, push_raw};
use crate::writer::Writer;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::Expr;
use mikro_orm_core::value::Value;
use std::sync::Arc;

/// Fields with their expressions.
pub type Computed<'a> = &'a [(u16, Arc<Expr>)];

/// The name of the updated table's row where there are expressions: these may have subqueries.
pub(super) const ROW: &str = "t";

/// Appends `"pages" = (t."pages" + ?), ..`
pub(super) fn push(w: &mut Writer<'_>, entity: &EntityMetadata, computed: Computed<'_>, mut first: bool) -> Result<()> {
    for (field, expression) in computed {
        let property = entity.property(*field);
        let Expr::Raw { sql, params } = &**expression else {
            return Err(Error::validation(entity.name, property.name, "can't be computed by a condition"));
        };
        w.push(if std::mem::take(&mut first) { "" } else { ", " }).identifier(property.column()).push(" = (");
        push_raw(w, entity, sql, params.len(), |w, column| match column.formula() {
            Some(_) => push_property(w, entity, column, ROW),
            None => drop(w.push(ROW).push(".").identifier(column.column())),
        })?;
        w.push(")");
    }
    Ok(())
}

/// Appends `, (lower(?)), ..`, for rows that are to be inserted.
pub(super) fn push_values(w: &mut Writer<'_>, entity: &EntityMetadata, computed: Computed<'_>, mut first: bool) -> Result<()> {
    for (field, expression) in computed {
        let name = entity.property(*field).name;
        let Expr::Raw { sql, params } = &**expression else {
            return Err(Error::validation(entity.name, name, "can't be computed by a condition"));
        };
        if let Some(other) = first_property(sql) {
            let message =
                format!("can't be computed from {{{other}}} while there is no row yet: give it a value, or flush first");
            return Err(Error::validation(entity.name, name, message));
        }
        w.push(if std::mem::take(&mut first) { "(" } else { ", (" });
        push_raw(w, entity, sql, params.len(), |_, _| {})?;
        w.push(")");
    }
    Ok(())
}

/// What is bound in the expressions, in order, each with the property that it helps to compute.
pub fn params<'a>(
    entity: &'a EntityMetadata,
    computed: Computed<'a>,
) -> impl Iterator<Item = (&'a PropertyMetadata, &'a Value<'static>)> {
    let of = |expression: &'a Expr| match expression {
        Expr::Raw { params, .. } => &params[..],
        _ => &[],
    };
    computed.iter().flat_map(move |(field, expression)| of(expression).iter().map(|value| (entity.property(*field), value)))
}

/// For each parameter whether no log may show it: its property is hidden, or one that the expression names.
pub fn hidden<'a>(entity: &'a EntityMetadata, computed: Computed<'a>) -> impl Iterator<Item = bool> + 'a {
    computed.iter().flat_map(|(field, expression)| {
        let (secret, count) = match &**expression {
            Expr::Raw { sql, params } => (entity.property(*field).hidden || mentions_hidden(sql, entity), params.len()),
            _ => (true, 0),
        };
        std::iter::repeat_n(secret, count)
    })
}

/// What tells the texts of updates with different expressions apart.
pub fn push_shape(key: &mut Vec<u8>, computed: Computed<'_>, returning: &[u16]) {
    let mut number = |number: usize| key.extend((number as u64).to_le_bytes());
    number(returning.len());
    returning.iter().for_each(|field| number(usize::from(*field)));
    for (field, expression) in computed {
        let mut number = |number: usize| key.extend((number as u64).to_le_bytes());
        number(usize::from(*field));
        if let Expr::Raw { sql, params } = &**expression {
            number(params.len());
            number(sql.len());
            key.extend(sql.as_bytes());
        }
    }
}

/// Appends ` returning t."pages"`, or nothing.
pub(super) fn push_returning(w: &mut Writer<'_>, entity: &EntityMetadata, returning: &[u16]) {
    for (i, property) in properties(entity, returning).enumerate() {
        w.push(if i == 0 { " returning " } else { ", " });
        super::push_read(w, property, |w| {
            w.push(ROW).push(".").identifier(property.column());
        });
    }
}
