//! What a query reads from: the entity, and what is joined to it.

use super::condition::{Place, goes_through_relations, is_trivial};
use super::levels::Levels;
use crate::dialect::Dialect;
use crate::kinds::Asked;
use crate::shape::{columns, is_inverse, no_relation, property};
use crate::writer::Writer;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityMetadata, Metadata, PropertyMetadata};
use mikro_orm_core::query::{Expr, Join, JoinType};

/// The source that a scope starts from.
pub(super) const ROOT: usize = 0;

/// A statement in the making.
pub(super) struct Builder<'m, 'd> {
    pub(super) w: Writer<'d>,
    metadata: &'m Metadata,
    aliases: usize,
}

/// One `from` with its joins.
pub(super) struct Scope<'m> {
    sources: Vec<Source<'m>>,
}

struct Source<'m> {
    entity: &'m EntityMetadata,
    alias: String,
    link: Option<Link>,
    levels: Levels,
}

/// How a source is joined.
struct Link {
    parent: usize,
    field: u16,
    to_many: bool,
    /// Whether the row is always there.
    inner: bool,
    /// What else the join asks for: rows that do not satisfy it are not joined.
    on: Option<String>,
}

impl<'m> Scope<'m> {
    pub(super) fn entity(&self, source: usize) -> &'m EntityMetadata {
        self.sources[source].entity
    }
    /// Whether it is more than its root's table.
    pub(super) fn is_joined(&self) -> bool {
        self.sources.len() > 1 || self.sources.iter().any(|source| source.levels.are_used())
    }
    pub(super) fn alias(&self, source: usize) -> &str {
        &self.sources[source].alias
    }
    /// Appends a property of a source.
    pub(super) fn push(&self, w: &mut Writer<'_>, source: usize, property: &PropertyMetadata) {
        let source = &self.sources[source];
        source.levels.push(w, source.entity, property, &source.alias);
    }
    /// Appends a property of a source as one that is selected.
    pub(super) fn push_selected(&self, w: &mut Writer<'_>, source: usize, property: &PropertyMetadata) {
        let source = &self.sources[source];
        source.levels.push_selected(w, source.entity, property, &source.alias);
    }
    /// Appends the condition that a source's rows are of some kinds.
    pub(super) fn push_asked(&self, w: &mut Writer<'_>, source: usize, asked: &Asked) {
        let source = &self.sources[source];
        source.levels.push_asked(w, source.entity, &source.alias, asked);
    }
    /// The alias of what has the column of a property.
    pub(super) fn alias_of(&self, source: usize, property: &PropertyMetadata) -> Result<String> {
        let source = &self.sources[source];
        source.levels.alias_of(source.entity, property, &source.alias)
    }
    /// Whether every row of the root has a row of this source.
    pub(super) fn always_there(&self, source: usize) -> bool {
        self.sources[source].link.as_ref().is_none_or(|link| link.inner)
    }
    /// A property that has a column of its own.
    pub(super) fn column_property(&self, source: usize, field: u16) -> Result<&'m PropertyMetadata> {
        match self.columns(source, field)? {
            [column] => Ok(self.entity(source).property(*column)),
            _ => Err(Error::validation(
                self.entity(source).name,
                property(self.entity(source), field)?.name,
                "has several columns, and one is asked for: name them one by one",
            )),
        }
    }
    /// The columns of a property, or of the key.
    pub(super) fn columns(&self, source: usize, field: u16) -> Result<&'m [u16]> {
        columns(self.entity(source), field)
    }
}

impl<'m, 'd> Builder<'m, 'd> {
    pub(super) fn new(metadata: &'m Metadata, dialect: &'d dyn Dialect) -> Self {
        Builder { w: Writer::new(dialect), metadata, aliases: 0 }
    }

    pub(super) fn entity_of(&self, entity: &'m EntityMetadata, field: u16) -> Result<&'m EntityMetadata> {
        let relation = property(entity, field)?.relation.as_ref().ok_or_else(|| no_relation(entity, field))?;
        Ok(self.metadata.entity(relation.target))
    }

    /// A scope that reads from an entity.
    pub(super) fn scope(&mut self, entity: &'m EntityMetadata) -> Scope<'m> {
        self.scope_of(entity, None)
    }

    /// A scope that reads those rows of an entity that satisfy a condition (which is written by itself).
    pub(super) fn scope_of(&mut self, entity: &'m EntityMetadata, filter: Option<&Expr>) -> Scope<'m> {
        let (alias, levels) = (self.alias(entity), Levels::narrowed(entity, filter));
        Scope { sources: vec![Source { entity, alias, link: None, levels }] }
    }

    /// What the naming strategy says, and a counter.
    fn alias(&mut self, entity: &EntityMetadata) -> String {
        let alias = format!("{}{}", entity.alias, self.aliases);
        self.aliases += 1;
        alias
    }

    /// Joins a relation whose columns are read.
    pub(super) fn populate(&mut self, scope: &mut Scope<'m>, join: &Join) -> Result<()> {
        let parent = join.parent.map_or(ROOT, |parent| parent + 1);
        let source = self.join(scope, parent, join.field, join.to_many)?;
        let filter = join.filter.as_ref().filter(|filter| !is_trivial(filter));
        let on = filter.map(|filter| self.on(scope, source, filter)).transpose()?;
        let link = scope.sources[source].link.as_mut().expect("joined just now");
        link.inner = match join.kind {
            Some(kind) => kind == JoinType::Inner,
            None => link.inner && on.is_none(),
        };
        link.on = on;
        Ok(())
    }

    /// The condition of a join, on what is joined. One that goes through to-one relations is a subquery: what it
    /// would join comes after this join.
    fn on(&mut self, scope: &mut Scope<'m>, source: usize, filter: &Expr) -> Result<String> {
        if !goes_through_relations(scope.entity(source), filter) {
            return self.text(|b| b.condition(scope, Place::joined(source), filter));
        }
        let entity = scope.entity(source);
        let mut inner = self.scope(entity);
        let conditions = self.filter(&mut inner, Some(filter))?;
        self.text(|b| {
            b.columns_of(scope, source, &entity.key_columns);
            b.w.push(" in (select ");
            b.column_list(&inner, ROOT, &entity.key_columns);
            b.from(&inner)?;
            b.w.push(&conditions).push(")");
            Ok(())
        })
    }

    fn join(&mut self, scope: &mut Scope<'m>, parent: usize, field: u16, to_many: bool) -> Result<usize> {
        let owner = scope.entity(parent);
        let entity = if to_many { self.foreign_key(owner, field)?.0 } else { self.entity_of(owner, field)? };
        // (without a constraint the row may be missing, and what refers to it must not go missing for that)
        let own = property(owner, field)?;
        let held = own.relation.as_ref().is_some_and(|relation| relation.foreign_key.is_some());
        let inner = !to_many && scope.always_there(parent) && !own.nullable && held;
        let alias = self.alias(entity);
        let link = Some(Link { parent, field, to_many, inner, on: None });
        scope.sources.push(Source { entity, alias, link, levels: Levels::default() });
        Ok(scope.sources.len() - 1)
    }

    /// The source behind a to-one relation, joined when it is not yet (a join that leaves rows out is not shared).
    pub(super) fn referred_source(&mut self, scope: &mut Scope<'m>, parent: usize, field: u16) -> Result<usize> {
        let known = scope.sources.iter().position(|source| {
            let same = |link: &Link| !link.to_many && link.parent == parent && link.field == field && link.on.is_none();
            source.link.as_ref().is_some_and(same)
        });
        match known {
            Some(source) => Ok(source),
            None => self.join(scope, parent, field, false),
        }
    }

    /// Appends qualified columns: one as it is, several in parentheses.
    pub(super) fn columns_of(&mut self, scope: &Scope<'m>, source: usize, columns: &[u16]) {
        self.w.push(if columns.len() > 1 { "(" } else { "" });
        self.column_list(scope, source, columns);
        self.w.push(if columns.len() > 1 { ")" } else { "" });
    }

    /// Appends qualified columns, with commas between them.
    pub(super) fn column_list(&mut self, scope: &Scope<'m>, source: usize, columns: &[u16]) {
        let entity = scope.entity(source);
        for (i, column) in columns.iter().enumerate() {
            self.w.push(if i == 0 { "" } else { ", " });
            self.column(scope, source, entity.property(*column));
        }
    }

    /// Appends a qualified column.
    pub(super) fn column(&mut self, scope: &Scope<'m>, source: usize, property: &PropertyMetadata) {
        scope.push(&mut self.w, source, property);
    }

    /// Appends ` from .. as .. ` and the joins.
    pub(super) fn from(&mut self, scope: &Scope<'m>) -> Result<()> {
        for source in &scope.sources {
            let Some(link) = &source.link else {
                self.w.push(" from ").source(source.entity).push(" as ").identifier(&source.alias);
                source.levels.push_joins(&mut self.w, self.metadata, source.entity, &source.alias);
                continue;
            };
            self.w.push(if link.inner { " inner join " } else { " left join " });
            self.w.source(source.entity).push(" as ").identifier(&source.alias).push(" on ");
            let owner = scope.entity(link.parent);
            let (own, other) = if link.to_many || is_inverse(owner, link.field) {
                let (entity, foreign_key) = self.foreign_key(owner, link.field)?;
                (&owner.key_columns[..], entity.columns_of(foreign_key.index))
            } else {
                (scope.columns(link.parent, link.field)?, &source.entity.key_columns[..])
            };
            for (i, (own, other)) in own.iter().zip(other).enumerate() {
                self.w.push(if i == 0 { "" } else { " and " });
                self.column(scope, link.parent, owner.property(*own));
                self.w.push(" = ").identifier(&source.alias).push(".").identifier(source.entity.property(*other).column());
            }
            if let Some(on) = &link.on {
                self.w.push(" and ").push(on);
            }
            source.levels.push_joins(&mut self.w, self.metadata, source.entity, &source.alias);
        }
        Ok(())
    }

    /// The foreign key behind a to-many relation, and whose it is: the items', or the pivot's.
    pub(super) fn foreign_key(
        &self,
        owner: &'m EntityMetadata,
        field: u16,
    ) -> Result<(&'m EntityMetadata, &'m PropertyMetadata)> {
        let property = property(owner, field)?;
        let relation = property.relation.as_ref().ok_or_else(|| no_relation(owner, field))?;
        if let Some(pivot) = relation.pivot {
            let entity = self.metadata.entity(pivot.entity);
            return Ok((entity, entity.property(pivot.own)));
        }
        let target = self.metadata.entity(relation.target);
        let other = relation.other_side.and_then(|other| target.properties.get(usize::from(other)));
        other.filter(|other| !target.columns_of(other.index).is_empty()).map(|other| (target, other)).ok_or_else(|| {
            Error::Metadata {
                entity: owner.name.to_owned(),
                property: Some(property.name.to_owned()),
                message: "the relation has no owning side with a column: name it with `mapped_by`".to_owned(),
            }
        })
    }
}
