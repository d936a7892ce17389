//! Which property a parameter belongs to: what a message about it names, and whether a log may show it.

use crate::param::{Param, padded, part_of, reborrow};
use mikro_orm_core::metadata::{EntityId, Metadata, PropertyMetadata};
use mikro_orm_core::value::Value;
use std::borrow::Cow;

/// Where a parameter's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The entity whose condition it is part of.
    pub entity: EntityId,
    /// The property that it is compared with; none for raw conditions and limits.
    pub property: Option<u16>,
    /// Whether it belongs to a hidden property.
    pub hidden: bool,
}

impl Origin {
    /// The names of the entity and the property.
    pub fn names<'m>(&self, metadata: &'m Metadata) -> (&'m str, Option<&'m str>) {
        let entity = metadata.entity(self.entity);
        (entity.name, self.property.map(|index| entity.property(index).name))
    }
}

/// What stands in logs for the value of a hidden property.
pub const MASK: &str = "***";

/// A value as a log shows it.
pub fn masked<'a>(value: Value<'a>, property: &PropertyMetadata) -> Value<'a> {
    if property.hidden && !value.is_null() { Value::Text(Cow::Borrowed(MASK)) } else { value }
}

/// Parameters as a log shows them: one value per placeholder, those of hidden properties replaced. An array
/// is shown as PostgreSQL writes one.
pub fn logged<'a>(params: &'a [Param<'a>], origins: &[Origin]) -> Vec<Value<'a>> {
    let mut out = Vec::with_capacity(params.len());
    for (i, param) in params.iter().enumerate() {
        // what nobody knows the origin of is not shown
        if origins.get(i).is_none_or(|origin| origin.hidden) {
            out.extend(std::iter::repeat_n(Value::Text(Cow::Borrowed(MASK)), param.places()));
            continue;
        }
        match param {
            Param::One(value, _) => out.push(reborrow(value)),
            Param::Spread { values, places, .. } => out.extend(padded(values, *places).map(reborrow)),
            Param::Rows { values, places, columns } => {
                let rows = padded(values, *places);
                out.extend(rows.flat_map(|row| (0..columns.len()).map(|part| part_of(row, part).unwrap_or_default())));
            }
            Param::Document { values, columns } => {
                out.push(Value::Text(crate::list::document(values, columns).unwrap_or_default().into()));
            }
            Param::Array { values, part: None, .. } => out.push(array_text(values)),
            Param::Array { values, part: Some(part), .. } => {
                let values: Vec<_> = values.iter().map(|row| part_of(row, *part).unwrap_or_default()).collect();
                out.push(array_text(&values));
            }
        }
    }
    out
}

/// Parameters of a statement in the user's words as a log shows them: none, when the text has the name of a
/// hidden property's column, since nobody knows which is for which.
pub fn logged_statement<'a>(metadata: &Metadata, sql: &str, params: &'a [Value<'a>]) -> Vec<Value<'a>> {
    let hidden = metadata.entities().iter().flat_map(|entity| entity.columns()).filter(|property| property.hidden);
    let secret = hidden.into_iter().any(|property| contains_ignoring_case(sql, property.column()));
    params.iter().map(|value| if secret { Value::Text(Cow::Borrowed(MASK)) } else { reborrow(value) }).collect()
}

fn contains_ignoring_case(text: &str, part: &str) -> bool {
    !part.is_empty() && text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// `{1,2,3}`
fn array_text(values: &[Value<'_>]) -> Value<'static> {
    use std::fmt::Write;
    let mut text = String::from("{");
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        // writing to a String does not fail
        let _ = match value {
            Value::Int(v) => write!(text, "{v}"),
            Value::UInt(v) => write!(text, "{v}"),
            Value::Bool(v) => write!(text, "{v}"),
            Value::Float(v) => write!(text, "{v}"),
            Value::Double(v) => write!(text, "{v}"),
            Value::Text(v) | Value::Decimal(v) | Value::Json(v) => write!(text, "{v:?}"),
            Value::Uuid(v) => write!(text, "{}", mikro_orm_core::key::Key::Uuid(*v)),
            Value::DateTime(v) => write!(text, "{}", crate::format::date_time(*v, true)),
            Value::Date(v) => write!(text, "{}", crate::format::date(*v)),
            Value::Time(v) => write!(text, "{}", crate::format::time(*v)),
            Value::Bytes(v) => write!(text, "<{} bytes>", v.len()),
            _ => write!(text, "null"),
        };
    }
    text.push('}');
    Value::Text(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(hidden: bool) -> Origin {
        Origin { entity: EntityId(0), property: None, hidden }
    }

    #[test]
    fn hidden_values_are_masked_and_lists_have_a_value_per_placeholder() {
        let list = [Value::Int(1), Value::Int(2)];
        let params = [
            Param::One(Value::Text("secret".into()), None),
            Param::Spread { values: &list, places: 3, column: None },
            Param::Array { values: &list, part: None, column: None },
            Param::Spread { values: &list, places: 2, column: None },
        ];
        let shown = logged(&params, &[origin(true), origin(false), origin(false), origin(true)]);
        let mask = || Value::Text(MASK.into());
        assert_eq!(shown, [mask(), Value::Int(1), Value::Int(2), Value::Int(2), Value::Text("{1,2}".into()), mask(), mask()]);
    }

    #[test]
    fn what_has_no_known_origin_is_masked() {
        let params = [Param::One(Value::Int(1), None)];
        assert_eq!(logged(&params, &[]), [Value::Text(MASK.into())]);
    }
}
