//! Which entities' pending inserts and deletes change the answer of a query.

use super::FindQuery;
use crate::metadata::{EntityMetadata, Metadata, PropertyMetadata};
use crate::populate::PopulateNode;
use crate::query::{Expr, OrderTerm};
use std::sync::OnceLock;

/// Says by name whether rows of an entity decide what a query finds, or what of it: those of the queried entity, those that
/// its condition and its order ask about, and the items of populated collections. Of a view or a query, any.
pub(super) fn touches<'a>(
    metadata: &'a Metadata,
    entity: &'a EntityMetadata,
    query: &'a FindQuery,
) -> impl Fn(&'static str) -> bool + 'a {
    let others = lazily(metadata, move |found| {
        query.filter.iter().for_each(|filter| found.condition(entity, filter));
        found.order(entity, &query.order);
        found.hints(entity, &query.populate);
    });
    move |name| query.populate_all || name == entity.name || !entity.is_table() || others(name)
}

/// As [`touches`], of a query whose condition alone is known here.
pub(super) fn touches_with<'a>(
    metadata: &'a Metadata,
    entity: &'a EntityMetadata,
    filter: Option<&'a Expr>,
) -> impl Fn(&'static str) -> bool + 'a {
    let others = lazily(metadata, move |found| filter.iter().for_each(|filter| found.condition(entity, filter)));
    move |name| name == entity.name || !entity.is_table() || others(name)
}

/// As [`touches`], of hints for entities that are loaded.
pub(super) fn touched_by_hints<'a>(
    metadata: &'a Metadata,
    entity: &'a EntityMetadata,
    hints: &'a [PopulateNode],
) -> impl Fn(&'static str) -> bool + 'a {
    lazily(metadata, move |found| found.hints(entity, hints))
}

/// Looks once, and when somebody asks: mostly nothing is pending.
fn lazily<'a>(metadata: &'a Metadata, find: impl Fn(&mut Touched<'a>) + 'a) -> impl Fn(&'static str) -> bool + 'a {
    let names = OnceLock::new();
    move |name| {
        let find = || {
            let mut found = Touched { metadata, names: Vec::new(), all: false };
            find(&mut found);
            (found.names, found.all)
        };
        let (names, all) = names.get_or_init(find);
        *all || names.contains(&name)
    }
}

struct Touched<'a> {
    metadata: &'a Metadata,
    names: Vec<&'static str>,
    /// What a view shows, or a formula computes, may come from anywhere.
    all: bool,
}

impl<'a> Touched<'a> {
    /// The entity behind a relation, which is asked about.
    fn behind(&mut self, entity: &'a EntityMetadata, field: u16) -> Option<&'a EntityMetadata> {
        let target = self.target(entity, field)?;
        self.all |= !target.is_table();
        if !self.names.contains(&target.name) {
            self.names.push(target.name);
        }
        Some(target)
    }
    fn target(&self, entity: &'a EntityMetadata, field: u16) -> Option<&'a EntityMetadata> {
        let relation = entity.properties.get(usize::from(field))?.relation.as_ref()?;
        Some(self.metadata.entity(relation.target))
    }

    /// A formula may be about anything.
    fn formula(&mut self, entity: &EntityMetadata, field: u16) {
        let property = entity.properties.get(usize::from(field));
        self.all |= property.is_some_and(|property| property.formula().is_some());
    }

    fn condition(&mut self, entity: &'a EntityMetadata, condition: &Expr) {
        match condition {
            Expr::And(list) | Expr::Or(list) => list.iter().for_each(|expr| self.condition(entity, expr)),
            Expr::Not(inner) => self.condition(entity, inner),
            Expr::Related { field, condition, .. } => {
                if let Some(target) = self.behind(entity, *field) {
                    self.condition(target, condition);
                }
            }
            Expr::Size { field, .. } => drop(self.behind(entity, *field)),
            // the other side has the column of an inverse side
            Expr::Compare { field, .. } | Expr::In { field, .. } | Expr::IsNull { field, .. } => {
                self.formula(entity, *field);
                let is_inverse = |property: &PropertyMetadata| property.relation.as_ref().is_some_and(|relation| !relation.owner);
                if entity.properties.get(usize::from(*field)).is_some_and(is_inverse) {
                    self.behind(entity, *field);
                }
            }
            Expr::Raw { .. } | Expr::Json { .. } => {}
        }
    }

    fn order(&mut self, entity: &'a EntityMetadata, order: &[OrderTerm]) {
        for term in order {
            let mut at = Some(entity);
            for field in &term.path {
                at = at.and_then(|entity| self.behind(entity, *field));
            }
            at.into_iter().for_each(|entity| self.formula(entity, term.field));
        }
    }

    /// A collection that is read has to have what was persisted, and not what was removed. Of a to-one relation the row says
    /// what it refers to, whatever is pending; but not whether that satisfies a hint's condition.
    fn hints(&mut self, entity: &'a EntityMetadata, hints: &[PopulateNode]) {
        for hint in hints {
            let property = entity.property(hint.field);
            let Some(relation) = &property.relation else { continue };
            let target = self.metadata.entity(relation.target);
            if property.kind.is_to_many() {
                self.behind(entity, hint.field);
                relation.condition.iter().for_each(|condition| self.condition(target, condition));
            }
            if let Some(options) = &hint.options {
                options.filter.iter().for_each(|condition| self.condition(target, condition));
                self.order(target, &options.order);
            }
            self.hints(target, &hint.nested);
        }
    }
}
