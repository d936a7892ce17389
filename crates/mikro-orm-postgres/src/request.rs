//! A statement with its parameters, and what is known of them.

use crate::encode::{Param, Source};
use mikro_orm_core::metadata::EntityId;
use mikro_orm_sql::origin::Origin as SqlOrigin;
use mikro_orm_sql::{Param as SqlParam, reborrow};

/// Which property a parameter is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// The property, for messages.
    pub(crate) property: Option<(EntityId, u16)>,
    /// Whether its value is kept out of logs.
    pub(crate) hidden: bool,
}

/// Finds out what the parameters are for: asked by logs and errors, not by every statement.
pub(crate) type Origins<'a> = &'a (dyn Fn() -> Vec<Origin> + Sync);

/// A statement to run.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) sql: &'a str,
    pub(crate) params: &'a [Param<'a>],
    pub(crate) origins: Origins<'a>,
}

/// The parameters of a compiled query.
pub(crate) fn params<'a>(compiled: &'a [SqlParam<'a>]) -> Vec<Param<'a>> {
    Param::all(compiled.iter().map(|param| match param {
        SqlParam::One(value, _) => Source::One(reborrow(value)),
        SqlParam::Array { values, part: Some(part), .. } => Source::Parts(values, *part),
        SqlParam::Spread { values, .. }
        | SqlParam::Array { values, .. }
        | SqlParam::Rows { values, .. }
        | SqlParam::Document { values, .. } => Source::List(values),
    }))
}

/// What a compiled query's parameters are for. When that can't be said, nothing is shown.
pub(crate) fn origins(compiled: mikro_orm_core::error::Result<Vec<SqlOrigin>>) -> Vec<Origin> {
    let origin =
        |origin: SqlOrigin| Origin { property: origin.property.map(|field| (origin.entity, field)), hidden: origin.hidden };
    compiled.unwrap_or_default().into_iter().map(origin).collect()
}
