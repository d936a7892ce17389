//! What a built schema has beside its description.

use super::callback::Giver;
use crate::dynamic::DynamicCondition;
use crate::field::EnumItem;
use crate::query::OrderTerm;

/// What descriptions of entities that have a type keep in code.
#[derive(Debug, Default)]
pub struct SchemaParts {
    /// By field: what gives its first value.
    pub(super) on_create: Vec<Option<Giver>>,
    /// By field: the condition that a collection's items satisfy.
    pub(super) conditions: Vec<Option<DynamicCondition>>,
    /// The order of rows where a query says no other.
    pub(super) order: Vec<OrderTerm>,
}

impl SchemaParts {
    pub(crate) fn on_create(&self, field: u16) -> Option<&Giver> {
        self.on_create.get(usize::from(field))?.as_ref()
    }
    pub(crate) fn condition(&self, field: u16) -> Option<&DynamicCondition> {
        self.conditions.get(usize::from(field))?.as_ref()
    }
    pub(crate) fn order(&self) -> Vec<OrderTerm> {
        self.order.clone()
    }
}

/// Whether a text is one of an enum's.
pub(crate) fn is_item(items: &[EnumItem], text: &str) -> bool {
    items.iter().any(|item| matches!(item.value, crate::field::EnumValue::Text(known) if known == text))
}
