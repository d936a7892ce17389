//! Conditions on which kind a row is of, where kinds have tables of their own.
//!
//! No column says it, but which tables have the row. So what is asked for is part of a query's text, and no parameter.

use mikro_orm_core::metadata::EntityMetadata;
use mikro_orm_core::query::{CompareOp, Expr};
use mikro_orm_core::value::Value;

/// Kinds that a condition asks for.
pub(crate) struct Asked {
    /// Their levels, each once.
    pub(crate) kinds: Vec<u16>,
    /// Whether it asks for all but these.
    pub(crate) negated: bool,
}

/// What a condition asks for, if it is one on the kind.
pub(crate) fn asked(entity: &EntityMetadata, expr: &Expr) -> Option<Asked> {
    let (field, values, negated) = match expr {
        Expr::Compare { field, op: CompareOp::Eq, value } => (field, std::slice::from_ref(value), false),
        Expr::Compare { field, op: CompareOp::Ne, value } => (field, std::slice::from_ref(value), true),
        Expr::In { field, values, negated } => (field, &values[..], *negated),
        _ => return None,
    };
    if entity.discriminator != Some(*field) {
        return None;
    }
    // (what is no kind is nobody's)
    let known = values.iter().filter_map(|value| match value {
        Value::Text(stored) => entity.level_of_kind(stored),
        _ => None,
    });
    let mut kinds: Vec<u16> = known.collect();
    kinds.sort_unstable();
    kinds.dedup();
    Some(Asked { kinds, negated })
}

/// The kinds that rows can be of that satisfy a condition; `None`: any, or none at all.
pub(crate) fn possible(entity: &EntityMetadata, filter: Option<&Expr>) -> Option<Vec<u16>> {
    entity.discriminator?;
    match filter? {
        Expr::And(all) => {
            let each = all.iter().filter_map(|expr| possible(entity, Some(expr)));
            each.reduce(|one, other| one.into_iter().filter(|kind| other.contains(kind)).collect())
        }
        expr => asked(entity, expr).filter(|asked| !asked.negated).map(|asked| asked.kinds),
    }
}
