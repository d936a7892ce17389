//! The text of queries.
//!
//! To-one relations that a condition or an order goes through are joined, each path once: such a join never
//! adds or loses rows of the queried entity. To-many relations in conditions are subqueries.

mod condition;
mod levels;
mod order;
mod paging;
mod scope;

use crate::dialect::Dialect;
use condition::{Place, is_trivial};
use mikro_orm_core::driver::ChangeWhere;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityId, Metadata};
use mikro_orm_core::query::{Expr, Select};
use scope::{Builder, ROOT, Scope};

/// The text of a query. Its placeholders come in the order in which [`shape`](crate::shape) meets the parameters.
pub(crate) fn select(metadata: &Metadata, dialect: &dyn Dialect, select: &Select) -> Result<String> {
    let mut b = Builder::new(metadata, dialect);
    let mut scope = b.scope_of(metadata.entity(select.entity), select.filter.as_ref());
    for join in &select.joins {
        b.populate(&mut scope, join)?;
    }
    let pages = select.limit.is_some() || select.offset.is_some_and(|offset| offset > 0);
    let page_of_roots = pages && select.joins.iter().any(|join| join.to_many);

    // what follows `from` is written first: it may need joins
    let tail = b.text(|b| {
        if let Some(owner) = select.per {
            paging::page_per_owner(b, &scope, select, owner)?;
        } else if page_of_roots {
            paging::page_of_roots(b, &scope, select)?;
        } else if let Some(filter) = select.filter.as_ref().filter(|filter| !is_trivial(filter)) {
            b.w.push(" where ");
            b.condition(&mut scope, Place::top(ROOT), filter)?;
        }
        let nested = select.joins.iter().enumerate().flat_map(|(i, join)| join.order.iter().map(move |term| (i + 1, term)));
        b.order(&mut scope, select.order.iter().map(|term| (ROOT, term)).chain(nested))?;
        if !page_of_roots && select.per.is_none() {
            b.limit(select);
        }
        Ok(())
    })?;

    b.w.push(if select.distinct { "select distinct " } else { "select " });
    b.columns(&scope, select)?;
    b.from(&scope)?;
    b.w.push(&tail);
    Ok(b.w.sql)
}

/// The text that counts the rows of an entity.
pub(crate) fn count(metadata: &Metadata, dialect: &dyn Dialect, entity: EntityId, filter: Option<&Expr>) -> Result<String> {
    let mut b = Builder::new(metadata, dialect);
    let mut scope = b.scope_of(metadata.entity(entity), filter);
    let tail = b.filter(&mut scope, filter)?;
    b.w.push("select count(*) as ").identifier("count");
    b.from(&scope)?;
    b.w.push(&tail);
    Ok(b.w.sql)
}

/// The text that updates or deletes the rows that satisfy a condition.
pub(crate) fn change_where(metadata: &Metadata, dialect: &dyn Dialect, change: ChangeWhere<'_>) -> Result<String> {
    let entity = metadata.entity(change.entity);
    let mut b = Builder::new(metadata, dialect);
    let mut scope = b.scope(entity);
    b.w.push(if change.values.is_some() { "update " } else { "delete from " });
    b.w.table(entity).push(" as ").identifier(scope.alias(ROOT));
    for (i, (field, _)) in change.values.unwrap_or_default().iter().enumerate() {
        let property = crate::shape::property(entity, *field)?;
        b.w.push(if i == 0 { " set " } else { ", " }).identifier(property.column()).push(" = ").value(property);
    }
    if !is_trivial(change.filter) {
        b.w.push(" where ");
        b.condition(&mut scope, Place::top(ROOT), change.filter)?;
    }
    if scope.is_joined() {
        return Err(Error::invalid(
            entity.name,
            "rows can't be changed by a condition that goes through a to-one relation, or to a kind's table",
        ));
    }
    Ok(b.w.sql)
}

impl<'m> Builder<'m, '_> {
    /// What `write` writes, apart from the text so far.
    fn text(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<String> {
        let before = std::mem::take(&mut self.w.sql);
        let result = write(self);
        let text = std::mem::replace(&mut self.w.sql, before);
        result.map(|()| text)
    }

    /// ` where ..`, or nothing.
    fn filter(&mut self, scope: &mut Scope<'m>, filter: Option<&Expr>) -> Result<String> {
        let Some(filter) = filter.filter(|filter| !is_trivial(filter)) else { return Ok(String::new()) };
        self.text(|b| {
            b.w.push(" where ");
            b.condition(scope, Place::top(ROOT), filter)
        })
    }

    /// The selected columns: the root's by their names, the joined ones' as `alias__column`.
    fn columns(&mut self, scope: &Scope<'m>, select: &Select) -> Result<()> {
        let mut first = true;
        let lists = std::iter::once(&select.columns).chain(select.joins.iter().map(|join| &join.columns));
        for (source, fields) in lists.enumerate() {
            for field in fields {
                self.w.push(if std::mem::take(&mut first) { "" } else { ", " });
                let property = scope.column_property(source, *field)?;
                let read = property.sql_on(self.w.dialect().name()).read;
                self.w.around(read, |w| scope.push_selected(w, source, property));
                if source == ROOT
                    && (property.formula().is_some()
                        || property.json.is_some()
                        || read.is_some()
                        || scope.entity(source).is_elsewhere(property))
                {
                    self.w.push(" as ").identifier(property.column());
                }
                if source != ROOT {
                    let alias = format!("{}__{}", scope.alias(source), property.column());
                    self.w.push(" as ").identifier(&alias);
                }
            }
        }
        if first {
            self.w.push("1");
        }
        Ok(())
    }

    /// Limit and offset as parameters; a limit of one as it is, which planners make use of.
    fn limit(&mut self, select: &Select) {
        let offset = select.offset.filter(|offset| *offset > 0);
        match select.limit {
            Some(1) => {
                self.w.push(" limit 1");
            }
            Some(_) => {
                self.w.push(" limit ").placeholder();
            }
            None => {
                if let Some(all) = self.w.dialect().no_limit().filter(|_| offset.is_some()) {
                    self.w.push(" limit ").push(all);
                }
            }
        }
        if offset.is_some() {
            self.w.push(" offset ").placeholder();
        }
    }
}

#[cfg(test)]
mod tests;
