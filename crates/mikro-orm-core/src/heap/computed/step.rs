//! What is done to a field when its row is next written: one expression, or numbers that are added up.

use super::Computed;
use crate::entity::FieldDef;
use crate::error::Error;
use crate::heap::{AnyRef, check_value};
use crate::query::Expr;
use crate::value::Value;
use std::sync::Arc;

/// One word on a field.
#[derive(Debug)]
pub(crate) enum Step {
    /// It becomes what the database computes.
    Set(Arc<Expr>),
    /// This is added to what it is, or subtracted.
    Add { by: Value<'static>, negative: bool },
}

impl Step {
    pub fn is_add(&self) -> bool {
        matches!(self, Step::Add { .. })
    }

    /// Takes another number in. Gives whether it did: a sum that does not fit the field is none.
    pub(super) fn add(&mut self, other: &Step, def: &FieldDef) -> bool {
        let (Step::Add { by, negative }, Step::Add { by: more, negative: less }) = (self, other) else { return false };
        let (total, below) = match (&*by, more) {
            (Value::Double(a), Value::Double(b)) => (Value::Double(a + if less == negative { *b } else { -b }), *negative),
            (Value::Float(a), Value::Float(b)) => (Value::Float(a + if less == negative { *b } else { -b }), *negative),
            (a, b) => {
                let (Some(a), Some(b)) = (signed(a, *negative), signed(b, *less)) else { return false };
                let Some(total) = integer((a + b).abs()) else { return false };
                (total, a + b < 0)
            }
        };
        let fits = check_value(def, &total).is_ok() && is_finite(&total);
        if fits {
            (*by, *negative) = (total, below);
        }
        fits
    }
}

fn signed(value: &Value<'_>, negative: bool) -> Option<i128> {
    let value = match value {
        Value::Int(value) => i128::from(*value),
        Value::UInt(value) => i128::from(*value),
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

fn integer(number: i128) -> Option<Value<'static>> {
    i64::try_from(number).map(Value::Int).or_else(|_| u64::try_from(number).map(Value::UInt)).ok()
}

fn is_finite(value: &Value<'_>) -> bool {
    match value {
        Value::Double(value) => value.is_finite(),
        Value::Float(value) => value.is_finite(),
        _ => true,
    }
}

/// A value that the field was set to, and what was added since. Null stays null, as in the database.
///
/// # Errors
/// When there is no such number.
pub(crate) fn sum<'s>(
    name: &'static str,
    def: &FieldDef,
    value: Value<'static>,
    steps: impl IntoIterator<Item = &'s Step>,
) -> Result<Value<'static>, Error> {
    let mut total = value;
    for step in steps {
        let Step::Add { by, negative } = step else { continue };
        let next = match (&total, by) {
            (Value::Null, _) => continue,
            (Value::Double(a), Value::Double(b)) => Some(Value::Double(if *negative { a - b } else { a + b })),
            (Value::Float(a), Value::Float(b)) => Some(Value::Float(if *negative { a - b } else { a + b })),
            (value, by) => {
                let numbers = signed(value, false).zip(signed(by, *negative));
                numbers.and_then(|(value, by)| integer(value + by)).filter(|sum| check_value(def, sum).is_ok())
            }
        };
        total = next
            .filter(is_finite)
            .ok_or_else(|| Error::validation(name, def.name, "can't be counted that far: the sum does not fit"))?;
    }
    Ok(total)
}

/// The expressions that come to these steps: one for each field.
pub(crate) fn expressions(entity: &AnyRef, steps: &Computed) -> Vec<(u16, Arc<Expr>)> {
    let mut expressions: Vec<(u16, Arc<Expr>)> = Vec::with_capacity(steps.len());
    for (field, step) in steps {
        let known = expressions.iter_mut().find(|(known, _)| known == field);
        match (&**step, known) {
            (Step::Set(expression), None) => expressions.push((*field, expression.clone())),
            (Step::Set(expression), Some(known)) => known.1 = expression.clone(),
            (Step::Add { by, negative }, known) => {
                let sign = if *negative { '-' } else { '+' };
                let (before, mut params) = match known.as_ref().map(|(_, expression)| &**expression) {
                    None => (format!("{{{}}}", entity.name_of(*field)), Vec::new()),
                    Some(Expr::Raw { sql, params }) => (format!("({sql})"), params.clone()),
                    // (which is no value that can be added to: the statement says so)
                    Some(_) => continue,
                };
                params.push(by.clone());
                let expression = Arc::new(Expr::Raw { sql: format!("{before} {sign} ?"), params });
                match known {
                    Some(known) => known.1 = expression,
                    None => expressions.push((*field, expression)),
                }
            }
        }
    }
    expressions
}
