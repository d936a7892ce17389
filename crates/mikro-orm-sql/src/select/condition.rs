//! `where`.
//!
//! A relation to nothing satisfies no condition: where a joined row may be missing, a condition that nulls
//! would satisfy is guarded by the joined key.

use super::scope::{Builder, ROOT, Scope};
use crate::dialect::Lists;
use crate::dml::unnest;
use crate::kinds;
use crate::list;
use crate::shape::{is_inverse, places, property};
use crate::template::push_raw;
use crate::writer::Writer;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::field::ColumnType;
use mikro_orm_core::metadata::{EntityMetadata, PropertyMetadata};
use mikro_orm_core::query::{CompareOp, Expr, JsonPlace, JsonTest, Quantifier};
use std::borrow::Cow;

/// Where a condition stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    on: On,
    around: Around,
}

/// What a condition's fields are columns of.
#[derive(Clone, Copy)]
enum On {
    /// A source.
    Source(usize),
    /// The entity behind a foreign key, of which only the key is asked: that needs no join.
    ForeignKey(usize, u16),
}

impl On {
    fn source(self) -> usize {
        match self {
            On::Source(source) | On::ForeignKey(source, _) => source,
        }
    }
}

/// What is around a condition, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    Nothing,
    And,
    Or,
}

impl Place {
    /// The condition of a source, alone.
    pub(super) fn top(source: usize) -> Self {
        Place { on: On::Source(source), around: Around::Nothing }
    }
    /// A part of a join's condition.
    pub(super) fn joined(source: usize) -> Self {
        Place { on: On::Source(source), around: Around::And }
    }
    fn within(self, around: Around) -> Self {
        Place { around, ..self }
    }
}

impl<'m> Builder<'m, '_> {
    /// Appends a condition; joins what it goes through.
    pub(super) fn condition(&mut self, scope: &mut Scope<'m>, at: Place, expr: &Expr) -> Result<()> {
        if let Some(joined) = self.inverse_source(scope, at.on, expr)? {
            let joined_at = Place { on: On::Source(joined), ..at };
            return match at.on {
                On::Source(_) => self.condition(scope, joined_at, &of_key(expr, scope.entity(joined).key)),
                On::ForeignKey(..) => self.condition(scope, joined_at, expr),
            };
        }
        if let (On::Source(source), Some(asked)) = (at.on, kinds::asked(scope.entity(at.on.source()), expr)) {
            scope.push_asked(&mut self.w, source, &asked);
            return Ok(());
        }
        match expr {
            Expr::And(all) => self.list(scope, at, all, Around::And),
            Expr::Or(any) => self.list(scope, at, any, Around::Or),
            Expr::Not(inner) => {
                self.w.push("not (");
                self.condition(scope, at.within(Around::Nothing), inner)?;
                self.w.push(")");
                Ok(())
            }
            Expr::Compare { field, op: op @ (CompareOp::Contains | CompareOp::Overlaps), .. } => {
                let column = self.text(|b| b.field(scope, at.on, *field))?;
                let dialect = self.w.dialect();
                dialect.push_has_items(&mut self.w, *op == CompareOp::Contains, &column);
                Ok(())
            }
            Expr::Compare { field, op, .. } => {
                self.field(scope, at.on, *field)?;
                self.operator(scope, *op)?;
                match self.columns_at(scope, at.on, *field)? {
                    [column] => self.w.value(scope.entity(at.on.source()).property(*column)),
                    columns => self.w.push("(").placeholders(columns.len()).push(")"),
                };
                Ok(())
            }
            Expr::In { values, negated, .. } if values.is_empty() => {
                self.w.push(if *negated { "1 = 1" } else { "1 = 0" });
                Ok(())
            }
            Expr::In { field, values, negated } => {
                self.field(scope, at.on, *field)?;
                let columns = self.columns_at(scope, at.on, *field)?;
                let property = columns.first().map(|column| scope.entity(at.on.source()).property(*column));
                let written = property.and_then(|property| property.sql_on(self.w.dialect().name()).written);
                match self.w.dialect().lists() {
                    lists if list::is_long(lists, values.len(), columns.len()) => {
                        self.w.push(if *negated { " not in (" } else { " in (" });
                        list::push(&mut self.w, values, columns.len(), written);
                    }
                    Lists::Placeholders | Lists::Tuples if columns.len() > 1 => {
                        self.w.push(if *negated { " not in (" } else { " in (" }).rows(places(values.len()), columns.len());
                    }
                    Lists::Array if columns.len() > 1 => {
                        let entity = scope.entity(at.on.source());
                        self.w.push(if *negated { " not in (" } else { " in (" });
                        unnest::rows(&mut self.w, entity, columns);
                    }
                    Lists::Placeholders | Lists::Tuples => {
                        self.w.push(if *negated { " not in (" } else { " in (" });
                        for i in 0..places(values.len()) {
                            self.w.push(if i == 0 { "" } else { ", " }).around(written, |w| {
                                w.placeholder();
                            });
                        }
                    }
                    lists if list::are_lists(lists, scope.entity(at.on.source()), columns) => {
                        self.w.push(if *negated { " not in (" } else { " in (" }).placeholders(values.len());
                    }
                    Lists::Array => {
                        self.w.push(if *negated { " != all(" } else { " = any(" });
                        match (written, property) {
                            (Some(written), Some(property)) => {
                                let element = unnest::element_type(property);
                                self.w.push("select ").around(Some(written), |w| {
                                    w.push("asked");
                                });
                                self.w.push(" from unnest(").placeholder().push("::").push(element).push("[]) as asked");
                            }
                            _ => drop(self.w.placeholder()),
                        }
                    }
                }
                self.w.push(")");
                Ok(())
            }
            Expr::IsNull { field, negated } => {
                // (of several columns all are null, or none)
                let (source, columns) = (at.on.source(), self.columns_at(scope, at.on, *field)?);
                let properties = || columns.iter().map(|column| scope.entity(source).property(*column));
                let own = properties().find(|property| !property.shared).or_else(|| properties().next());
                self.column(scope, source, own.unwrap_or_else(|| scope.entity(source).key()));
                self.w.push(if *negated { " is not null" } else { " is null" });
                Ok(())
            }
            Expr::Json { field, place, test } => self.json(scope, at, *field, place, test),
            Expr::Related { field, quantifier, condition } => {
                let On::Source(source) = at.on else { return Err(unsupported(scope)) };
                match quantifier {
                    Quantifier::Is => self.referred(scope, at, source, *field, condition),
                    _ => self.collected(scope, source, *field, *quantifier, condition),
                }
            }
            Expr::Size { field, op, .. } => {
                let On::Source(source) = at.on else { return Err(unsupported(scope)) };
                self.size(scope, source, *field)?;
                let operator = comparison(*op).ok_or_else(|| unsupported(scope))?;
                self.w.push(operator).placeholder();
                Ok(())
            }
            Expr::Raw { sql, params } => {
                let On::Source(source) = at.on else { return Err(unsupported(scope)) };
                self.w.push("(");
                let column = |w: &mut Writer<'_>, property: &PropertyMetadata| scope.push(w, source, property);
                push_raw(&mut self.w, scope.entity(source), sql, params.len(), column)?;
                self.w.push(")");
                Ok(())
            }
            _ => Err(unsupported(scope)),
        }
    }

    /// What is joined for a condition on a to-one relation whose foreign key is the other side's: it is one on the key of
    /// what is joined.
    fn inverse_source(&mut self, scope: &mut Scope<'m>, on: On, expr: &Expr) -> Result<Option<usize>> {
        let (source, field) = match (on, expr) {
            (On::Source(source), Expr::Compare { field, .. } | Expr::In { field, .. } | Expr::IsNull { field, .. }) => {
                (source, *field)
            }
            (On::ForeignKey(source, field), _) => (source, field),
            _ => return Ok(None),
        };
        if is_inverse(scope.entity(source), field) { self.referred_source(scope, source, field).map(Some) } else { Ok(None) }
    }

    /// Appends how a column is compared.
    fn operator(&mut self, scope: &Scope<'m>, op: CompareOp) -> Result<()> {
        let like = self.w.dialect().like();
        match (op, comparison(op)) {
            (_, Some(operator)) => self.w.push(operator),
            (CompareOp::Like, _) => self.w.push(" ").push(like).push(" "),
            (CompareOp::NotLike, _) => self.w.push(" not ").push(like).push(" "),
            _ => return Err(unsupported(scope)),
        };
        Ok(())
    }

    /// What is asked of a place in a JSON column.
    fn json(&mut self, scope: &Scope<'m>, at: Place, field: u16, place: &JsonPlace, test: &JsonTest) -> Result<()> {
        let On::Source(source) = at.on else { return Err(unsupported(scope)) };
        if let JsonTest::In { values, negated } = test
            && values.is_empty()
        {
            self.w.push(if *negated { "1 = 1" } else { "1 = 0" });
            return Ok(());
        }
        let equal = matches!(test, JsonTest::Compare { op: CompareOp::Eq, .. } | JsonTest::In { negated: false, .. });
        self.json_place(scope, source, field, place, equal)?;
        let dialect = self.w.dialect();
        match test {
            JsonTest::Compare { op, .. } => {
                self.operator(scope, *op)?;
                self.w.placeholder();
                dialect.push_json_type(&mut self.w.sql, place.kind, false);
            }
            JsonTest::In { values, negated } => {
                match dialect.lists() {
                    lists if list::is_long(lists, values.len(), 1) => {
                        list::push(self.w.push(if *negated { " not in (" } else { " in (" }), values, 1, None);
                    }
                    Lists::Placeholders | Lists::Tuples => {
                        self.w.push(if *negated { " not in (" } else { " in (" }).placeholders(places(values.len()));
                    }
                    Lists::Array => {
                        self.w.push(if *negated { " != all(" } else { " = any(" }).placeholder();
                        dialect.push_json_type(&mut self.w.sql, place.kind, true);
                    }
                }
                self.w.push(")");
            }
            JsonTest::IsNull { negated } => {
                self.w.push(if *negated { " is not null" } else { " is null" });
            }
        }
        Ok(())
    }

    /// Appends what is at a place of a JSON column, for a comparison or an order.
    pub(super) fn json_place(
        &mut self,
        scope: &Scope<'m>,
        source: usize,
        field: u16,
        place: &JsonPlace,
        equal: bool,
    ) -> Result<()> {
        let property = property(scope.entity(source), field)?;
        let alias = scope.alias_of(source, property)?;
        self.w.json_place(&alias, json_column(scope.entity(source), property)?, place, equal);
        Ok(())
    }

    fn list(&mut self, scope: &mut Scope<'m>, at: Place, list: &[Expr], kind: Around) -> Result<()> {
        let (word, empty) = if kind == Around::And { (" and ", "1 = 1") } else { (" or ", "1 = 0") };
        match list {
            [] => {
                self.w.push(empty);
                Ok(())
            }
            [one] => self.condition(scope, at, one),
            _ => {
                let parentheses = at.around != Around::Nothing && at.around != kind;
                self.w.push(if parentheses { "(" } else { "" });
                for (i, expr) in list.iter().enumerate() {
                    self.w.push(if i == 0 { "" } else { word });
                    self.condition(scope, at.within(kind), expr)?;
                }
                self.w.push(if parentheses { ")" } else { "" });
                Ok(())
            }
        }
    }

    fn field(&mut self, scope: &Scope<'m>, on: On, field: u16) -> Result<()> {
        let columns = self.columns_at(scope, on, field)?;
        self.columns_of(scope, on.source(), columns);
        Ok(())
    }

    /// The columns that a condition's field is.
    fn columns_at(&self, scope: &Scope<'m>, on: On, field: u16) -> Result<&'m [u16]> {
        match on {
            On::Source(source) => scope.columns(source, field),
            On::ForeignKey(source, foreign_key) => scope.columns(source, foreign_key),
        }
    }

    /// `is`
    fn referred(&mut self, scope: &mut Scope<'m>, at: Place, source: usize, field: u16, condition: &Expr) -> Result<()> {
        let target = self.entity_of(scope.entity(source), field)?;
        if is_trivial(condition) {
            return self.condition(scope, at, &Expr::IsNull { field, negated: true });
        }
        if is_about_key(condition, target.key) {
            return self.condition(scope, Place { on: On::ForeignKey(source, field), around: at.around }, condition);
        }
        let joined = self.referred_source(scope, source, field)?;
        if scope.always_there(joined) || !Nothing::of(condition).may_hold {
            return self.condition(scope, Place { on: On::Source(joined), around: at.around }, condition);
        }
        self.w.push("(");
        self.column(scope, joined, target.key());
        self.w.push(" is not null and ");
        self.condition(scope, Place { on: On::Source(joined), around: Around::And }, condition)?;
        self.w.push(")");
        Ok(())
    }

    /// How many entities a to-many relation has.
    fn size(&mut self, scope: &Scope<'m>, source: usize, field: u16) -> Result<()> {
        let owner = scope.entity(source);
        let (target, foreign_key) = self.foreign_key(owner, field)?;
        let own = own_condition(owner, field)?;
        let mut inner = self.scope(target);
        let conditions = self.text(|b| {
            b.w.push(" where ");
            b.columns_of(&inner, ROOT, target.columns_of(foreign_key.index));
            b.w.push(" = ");
            b.columns_of(scope, source, &owner.key_columns);
            if let Some(own) = &own {
                b.w.push(" and ");
                b.condition(&mut inner, Place::joined(ROOT), own)?;
            }
            Ok(())
        })?;
        self.w.push("(select count(*)");
        self.from(&inner)?;
        self.w.push(&conditions).push(")");
        Ok(())
    }

    /// `some`, `none`, `every`: the owner's key is, or is not, among the foreign keys of those that match.
    ///
    /// Foreign keys that are null are left out: one of them would make `not in` unknown for every owner. An
    /// entity for which the condition is unknown does not satisfy it, so `every` fails there.
    fn collected(
        &mut self,
        scope: &mut Scope<'m>,
        source: usize,
        field: u16,
        quantifier: Quantifier,
        condition: &Expr,
    ) -> Result<()> {
        let owner = scope.entity(source);
        let (target, foreign_key) = self.foreign_key(owner, field)?;
        let through = through_pivot(owner, field, condition)?;
        let condition = through.as_ref().unwrap_or(condition);
        let own = own_condition(owner, field)?;
        self.columns_of(scope, source, &owner.key_columns);
        self.w.push(if quantifier == Quantifier::Some { " in (select " } else { " not in (select " });

        let foreign_columns = target.columns_of(foreign_key.index);
        let mut inner = self.scope(target);
        let conditions = self.text(|b| {
            let mut word = " where ";
            if let Some(own) = &own {
                b.w.push(word);
                b.condition(&mut inner, Place::joined(ROOT), own)?;
                word = " and ";
            }
            if quantifier == Quantifier::Every {
                b.w.push(word).push("(");
                b.condition(&mut inner, Place::top(ROOT), condition)?;
                b.w.push(") is not true");
                word = " and ";
            } else if !is_trivial(condition) {
                b.w.push(word);
                let around = if foreign_key.nullable || own.is_some() { Around::And } else { Around::Nothing };
                b.condition(&mut inner, Place::top(ROOT).within(around), condition)?;
                word = " and ";
            }
            if foreign_key.nullable {
                for column in foreign_columns.iter().map(|column| target.property(*column)).filter(|column| column.nullable) {
                    b.w.push(word);
                    b.column(&inner, ROOT, column);
                    b.w.push(" is not null");
                    word = " and ";
                }
            }
            Ok(())
        })?;
        self.column_list(&inner, ROOT, foreign_columns);
        self.from(&inner)?;
        self.w.push(&conditions).push(")");
        Ok(())
    }
}

/// The condition that a relation has of its own, on its items or on rows of the pivot.
fn own_condition(owner: &EntityMetadata, field: u16) -> Result<Option<Cow<'_, Expr>>> {
    let own = property(owner, field)?.relation.as_ref().and_then(|relation| relation.condition.as_ref());
    let Some(own) = own.filter(|own| !is_trivial(own)) else { return Ok(None) };
    Ok(Some(through_pivot(owner, field, own)?.map_or(Cow::Borrowed(own), Cow::Owned)))
}

/// The condition on a many-to-many relation's items, as one on rows of the pivot.
fn through_pivot(owner: &EntityMetadata, field: u16, condition: &Expr) -> Result<Option<Expr>> {
    let pivot = property(owner, field)?.relation.as_ref().and_then(|relation| relation.pivot);
    Ok(pivot.filter(|_| !is_trivial(condition)).map(|pivot| Expr::Related {
        field: pivot.item,
        quantifier: Quantifier::Is,
        condition: Box::new(condition.clone()),
    }))
}

/// The operator that compares two values.
fn comparison(op: CompareOp) -> Option<&'static str> {
    Some(match op {
        CompareOp::Eq => " = ",
        CompareOp::Ne => " != ",
        CompareOp::Gt => " > ",
        CompareOp::Gte => " >= ",
        CompareOp::Lt => " < ",
        CompareOp::Lte => " <= ",
        _ => return None,
    })
}

fn unsupported(scope: &Scope<'_>) -> Error {
    Error::invalid(scope.entity(ROOT).name, "this kind of condition is not supported in SQL")
}

/// The column of a property with JSON.
fn json_column<'m>(entity: &'m EntityMetadata, property: &'m PropertyMetadata) -> Result<&'m str> {
    let column = property.column.as_deref().filter(|_| property.column_type == Some(ColumnType::Json) && property.json.is_none());
    column.ok_or_else(|| Error::validation(entity.name, property.name, "has no column with JSON that could be asked"))
}

/// Whether the condition is true for every row because it says nothing.
pub(super) fn is_trivial(expr: &Expr) -> bool {
    matches!(expr, Expr::And(all) if all.iter().all(is_trivial))
}

/// Whether the condition is on what to-one relations refer to, or on what the tables of kinds have, which takes joins.
pub(super) fn goes_through_relations(entity: &EntityMetadata, expr: &Expr) -> bool {
    match expr {
        Expr::And(list) | Expr::Or(list) => list.iter().any(|expr| goes_through_relations(entity, expr)),
        Expr::Not(inner) => goes_through_relations(entity, inner),
        Expr::Compare { field, .. } | Expr::In { field, .. } | Expr::IsNull { field, .. } | Expr::Json { field, .. } => {
            is_inverse(entity, *field) || entity.properties.get(usize::from(*field)).is_some_and(|own| is_in_levels(entity, own))
        }
        Expr::Raw { .. } => entity.discriminator.is_some(),
        Expr::Related { quantifier, .. } => *quantifier == Quantifier::Is,
        _ => false,
    }
}

/// Whether a property, or a part of it, is in the tables of the entity's kinds.
fn is_in_levels(entity: &EntityMetadata, property: &PropertyMetadata) -> bool {
    entity.is_elsewhere(property) || property.parts.iter().any(|part| entity.is_elsewhere(entity.property(*part)))
}

/// The same comparison of the key.
fn of_key(expr: &Expr, key: u16) -> Expr {
    let mut expr = expr.clone();
    if let Expr::Compare { field, .. } | Expr::In { field, .. } | Expr::IsNull { field, .. } = &mut expr {
        *field = key;
    }
    expr
}

/// Whether the condition only compares the key, so that a foreign key can stand for the entity.
fn is_about_key(expr: &Expr, key: u16) -> bool {
    match expr {
        Expr::And(list) | Expr::Or(list) => !list.is_empty() && list.iter().all(|expr| is_about_key(expr, key)),
        Expr::Not(inner) => is_about_key(inner, key),
        Expr::Compare { field, .. } => *field == key,
        Expr::In { field, values, .. } => *field == key && !values.is_empty(),
        _ => false,
    }
}

/// What a condition may come to when all of its columns are null because the row is missing.
#[derive(Clone, Copy)]
struct Nothing {
    may_hold: bool,
    may_fail: bool,
}

impl Nothing {
    fn of(expr: &Expr) -> Nothing {
        let each = |list: &[Expr], all: bool| {
            let parts = list.iter().map(Nothing::of);
            if all {
                // true when all are, false when one is
                let (hold, fail) = parts.fold((true, false), |(hold, fail), n| (hold && n.may_hold, fail || n.may_fail));
                Nothing { may_hold: hold, may_fail: fail }
            } else {
                let (hold, fail) = parts.fold((false, true), |(hold, fail), n| (hold || n.may_hold, fail && n.may_fail));
                Nothing { may_hold: hold, may_fail: fail }
            }
        };
        match expr {
            Expr::And(all) => each(all, true),
            Expr::Or(any) => each(any, false),
            Expr::Not(inner) => {
                let inner = Nothing::of(inner);
                Nothing { may_hold: inner.may_fail, may_fail: inner.may_hold }
            }
            Expr::Compare { .. } => Nothing { may_hold: false, may_fail: false },
            Expr::In { values, negated, .. } => {
                let empty = values.is_empty();
                Nothing { may_hold: empty && *negated, may_fail: empty && !*negated }
            }
            Expr::IsNull { negated, .. } => Nothing { may_hold: !negated, may_fail: *negated },
            Expr::Json { test, .. } => match test {
                JsonTest::IsNull { negated } => Nothing { may_hold: !negated, may_fail: *negated },
                JsonTest::In { values, negated } if values.is_empty() => Nothing { may_hold: *negated, may_fail: !*negated },
                _ => Nothing { may_hold: false, may_fail: false },
            },
            // subqueries and guarded joins know no "unknown"
            Expr::Related { quantifier: Quantifier::Is, .. } => Nothing { may_hold: false, may_fail: true },
            Expr::Related { quantifier: Quantifier::Some, .. } => Nothing { may_hold: false, may_fail: true },
            _ => Nothing { may_hold: true, may_fail: true },
        }
    }
}
