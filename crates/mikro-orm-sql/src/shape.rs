//! A query's shape as bytes, and its parameters, in one walk.
//!
//! Two queries with the same bytes have the same text. The walk meets parameters in the order in which the
//! text has their placeholders: the joins' conditions, the condition from left to right, then limit and offset.

use crate::dialect::Lists;
use crate::kinds;
use crate::list;
use crate::origin::Origin;
use crate::param::{Param, part_of, reborrow};
use crate::template;
use mikro_orm_core::driver::ChangeWhere;
use mikro_orm_core::error::{Error, Result};
use mikro_orm_core::metadata::{EntityId, EntityMetadata, KEY, Metadata, PropertyKind, PropertyMetadata, RelationMetadata};
use mikro_orm_core::query::{Expr, JoinType, JsonPlace, JsonStep, JsonTest, Nulls, OrderTerm, Quantifier, Select};
use mikro_orm_core::value::Value;

/// The walk.
pub(crate) struct Walk<'a, 'm> {
    /// The shape so far.
    pub(crate) key: Vec<u8>,
    /// The parameters so far.
    pub(crate) params: Vec<Param<'a>>,
    metadata: &'m Metadata,
    lists: Lists,
    origins: Option<Vec<Origin>>,
}

/// How many placeholders a list of `len` values gets: exactly as many while there are few, then rounded up to
/// a power of two or one and a half, so that a program's lists share few texts. Lists that are near the
/// databases' limits are left as they are.
pub fn places(len: usize) -> usize {
    if len <= 8 || len > 16_384 {
        return len;
    }
    let above = len.next_power_of_two();
    if len <= above / 4 * 3 { above / 4 * 3 } else { above }
}

impl<'a, 'm: 'a> Walk<'a, 'm> {
    pub(crate) fn new(metadata: &'m Metadata, lists: Lists) -> Self {
        Walk { key: Vec::with_capacity(96), params: Vec::new(), metadata, lists, origins: None }
    }

    /// A walk that also tells where each parameter comes from.
    pub(crate) fn with_origins(metadata: &'m Metadata, lists: Lists) -> Self {
        Walk { origins: Some(Vec::new()), ..Walk::new(metadata, lists) }
    }

    pub(crate) fn into_origins(self) -> Vec<Origin> {
        self.origins.unwrap_or_default()
    }

    pub(crate) fn select(&mut self, select: &'a Select) -> Result<()> {
        self.key.extend([b's', u8::from(select.distinct)]);
        self.entity(select.entity);
        self.fields(&select.columns);
        self.count_of(select.joins.len());
        for join in &select.joins {
            self.count_of(join.parent.map_or(0, |parent| parent + 1));
            self.field(join.field);
            self.entity(join.entity);
            self.key.push(u8::from(join.to_many));
            self.fields(&join.columns);
            self.key.push(match join.kind {
                None => 0,
                Some(JoinType::Left) => 1,
                Some(JoinType::Inner) => 2,
            });
            self.filter(join.entity, join.filter.as_ref())?;
            self.order(&join.order);
        }
        self.filter(select.entity, select.filter.as_ref())?;
        self.order(&select.order);
        if let Some(field) = select.per {
            self.key.push(3);
            self.field(field);
            return self.page_per(select);
        }
        match select.limit {
            None => self.key.push(0),
            // planners should know that one row is enough
            Some(1) => self.key.push(1),
            Some(limit) => {
                self.key.push(2);
                self.number(select.entity, limit);
            }
        }
        match select.offset {
            None | Some(0) => self.key.push(0),
            Some(offset) => {
                self.key.push(1);
                self.number(select.entity, offset);
            }
        }
        Ok(())
    }

    /// Limit and offset of a page for each owner, as the text compares row numbers with them.
    fn page_per(&mut self, select: &'a Select) -> Result<()> {
        let offset = select.offset.unwrap_or(0);
        self.key.extend([u8::from(offset > 0), u8::from(select.limit.is_some())]);
        if offset > 0 {
            self.number(select.entity, offset);
        }
        if let Some(limit) = select.limit {
            self.number(select.entity, offset.saturating_add(limit));
        }
        Ok(())
    }

    pub(crate) fn count(&mut self, entity: EntityId, filter: Option<&'a Expr>) -> Result<()> {
        self.key.push(b'c');
        self.entity(entity);
        self.filter(entity, filter)
    }

    pub(crate) fn change_where(&mut self, change: ChangeWhere<'a>) -> Result<()> {
        self.key.extend([b'w', u8::from(change.values.is_some())]);
        self.entity(change.entity);
        let entity = self.metadata.entity(change.entity);
        let values = change.values.unwrap_or_default();
        self.count_of(values.len());
        for (field, value) in values {
            self.field(*field);
            let property = property(entity, *field)?;
            self.param(Param::One(reborrow(value), property.column_type), entity.id, Some(*field), property.hidden);
        }
        self.filter(change.entity, Some(change.filter))
    }

    fn filter(&mut self, entity: EntityId, filter: Option<&'a Expr>) -> Result<()> {
        match filter {
            None => self.key.push(0),
            Some(expr) => {
                self.key.push(1);
                self.expr(self.metadata.entity(entity), expr)?;
            }
        }
        Ok(())
    }

    fn expr(&mut self, entity: &'m EntityMetadata, expr: &'a Expr) -> Result<()> {
        if let Some(asked) = kinds::asked(entity, expr) {
            self.key.extend([b'k', u8::from(asked.negated)]);
            self.count_of(asked.kinds.len());
            self.key.extend(asked.kinds.iter().flat_map(|kind| kind.to_le_bytes()));
            return Ok(());
        }
        match expr {
            Expr::And(all) => self.list(b'&', entity, all),
            Expr::Or(any) => self.list(b'|', entity, any),
            Expr::Not(inner) => {
                self.key.push(b'!');
                self.expr(entity, inner)
            }
            Expr::Compare { field, op, value } => {
                self.key.extend([b'=', *op as u8]);
                self.field(*field);
                let (entity, field) = &self.compared(entity, *field);
                let columns = columns(entity, *field)?;
                if let [column] = columns {
                    let property = entity.property(*column);
                    self.param(Param::One(reborrow(value), property.column_type), entity.id, Some(*column), property.hidden);
                    return Ok(());
                }
                fits(entity, *field, columns, value)?;
                for (part, column) in columns.iter().enumerate() {
                    let (property, value) = (entity.property(*column), part_of(value, part).unwrap_or_default());
                    self.param(Param::One(value, property.column_type), entity.id, Some(*column), property.hidden);
                }
                Ok(())
            }
            Expr::In { field, values, negated } => {
                self.key.extend([b'i', u8::from(*negated)]);
                self.field(*field);
                let (entity, field) = &self.compared(entity, *field);
                let columns = columns(entity, *field)?;
                if list::is_long(self.lists, values.len(), columns.len()) {
                    return self.document(entity, *field, columns, values);
                }
                let of_lists = list::are_lists(self.lists, entity, columns);
                let places = match self.lists {
                    Lists::Placeholders | Lists::Tuples => places(values.len()),
                    Lists::Array if of_lists => values.len(),
                    Lists::Array => usize::from(!values.is_empty()),
                };
                self.count_of(places);
                if values.is_empty() {
                    return Ok(());
                }
                let [column] = columns else { return self.rows(entity, *field, columns, values, places) };
                let property = entity.property(*column);
                let column_type = property.column_type;
                if of_lists {
                    for value in values {
                        self.param(Param::One(reborrow(value), column_type), entity.id, Some(*column), property.hidden);
                    }
                    return Ok(());
                }
                let param = match self.lists {
                    Lists::Placeholders | Lists::Tuples => Param::Spread { values, places, column: column_type },
                    Lists::Array => Param::Array { values, part: None, column: column_type },
                };
                self.param(param, entity.id, Some(*column), property.hidden);
                Ok(())
            }
            Expr::IsNull { field, negated } => {
                self.key.extend([b'0', u8::from(*negated)]);
                self.field(*field);
                Ok(())
            }
            Expr::Json { field, place, test } => self.json(entity, *field, place, test),
            Expr::Related { field, quantifier, condition } => {
                let quantifier = match quantifier {
                    Quantifier::Is => 0,
                    Quantifier::Some => 1,
                    Quantifier::None => 2,
                    Quantifier::Every => 3,
                };
                self.key.extend([b'r', quantifier]);
                self.field(*field);
                let relation = property(entity, *field)?.relation.as_ref().ok_or_else(|| no_relation(entity, *field))?;
                self.own_condition(relation)?;
                self.expr(self.metadata.entity(relation.target), condition)
            }
            Expr::Size { field, op, count } => {
                self.key.extend([b'n', *op as u8]);
                self.field(*field);
                property(entity, *field)?.relation.as_ref().map_or(Ok(()), |relation| self.own_condition(relation))?;
                self.number(entity.id, *count);
                Ok(())
            }
            Expr::Raw { sql, params } => {
                self.key.push(b'#');
                self.count_of(sql.len());
                self.key.extend(sql.as_bytes());
                self.count_of(params.len());
                let hidden = self.origins.is_some() && template::mentions_hidden(sql, entity);
                for value in params {
                    self.param(Param::One(reborrow(value), None), entity.id, None, hidden);
                }
                Ok(())
            }
            _ => Err(Error::invalid(entity.name, "this kind of condition is not supported in SQL")),
        }
    }

    /// What is asked of a place in a JSON column.
    fn json(&mut self, entity: &'m EntityMetadata, field: u16, place: &JsonPlace, test: &'a JsonTest) -> Result<()> {
        self.key.push(b'j');
        self.field(field);
        self.place(place);
        let (property, column) = (property(entity, field)?, Some(place.kind.column_type()));
        match test {
            JsonTest::Compare { op, value } => {
                self.key.extend([b'=', *op as u8]);
                self.param(Param::One(reborrow(value), column), entity.id, Some(field), property.hidden);
            }
            JsonTest::In { values, negated } => {
                self.key.extend([b'i', u8::from(*negated)]);
                if list::is_long(self.lists, values.len(), 1) {
                    self.count_of(usize::MAX);
                    self.key.push(list::form(values, 1, 0) as u8);
                    let param = Param::Document { values, columns: vec![column] };
                    self.param(param, entity.id, Some(field), property.hidden);
                    return Ok(());
                }
                let places = match self.lists {
                    Lists::Placeholders | Lists::Tuples => places(values.len()),
                    Lists::Array => usize::from(!values.is_empty()),
                };
                self.count_of(places);
                let param = match self.lists {
                    _ if values.is_empty() => return Ok(()),
                    Lists::Placeholders | Lists::Tuples => Param::Spread { values, places, column },
                    Lists::Array => Param::Array { values, part: None, column },
                };
                self.param(param, entity.id, Some(field), property.hidden);
            }
            JsonTest::IsNull { negated } => self.key.extend([b'0', u8::from(*negated)]),
        }
        Ok(())
    }

    fn place(&mut self, place: &JsonPlace) {
        self.key.push(place.kind as u8);
        self.count_of(place.steps.len());
        for step in &place.steps {
            match step {
                JsonStep::Key(key) => {
                    self.key.push(b'.');
                    self.count_of(key.len());
                    self.key.extend(key.as_bytes());
                }
                JsonStep::Item(item) => {
                    self.key.push(b'[');
                    self.key.extend(item.to_le_bytes());
                }
            }
        }
    }

    /// The condition of a relation's own, which comes before what is asked of its items.
    fn own_condition(&mut self, relation: &'m RelationMetadata) -> Result<()> {
        let own = relation.condition.as_ref();
        own.map_or(Ok(()), |own| self.expr(self.metadata.entity(relation.target), own))
    }

    /// A long list.
    fn document(&mut self, entity: &EntityMetadata, field: u16, columns: &[u16], values: &'a [Value<'a>]) -> Result<()> {
        if columns.len() > 1 {
            values.iter().try_for_each(|value| fits(entity, field, columns, value))?;
        }
        self.count_of(usize::MAX);
        self.key.extend((0..columns.len()).map(|part| list::form(values, columns.len(), part) as u8));
        let properties = || columns.iter().map(|column| entity.property(*column));
        let hidden = properties().any(|property| property.hidden);
        let types = properties().map(|property| property.column_type).collect();
        self.param(Param::Document { values, columns: types }, entity.id, columns.first().copied(), hidden);
        Ok(())
    }

    /// A list for several columns.
    fn rows(
        &mut self,
        entity: &EntityMetadata,
        field: u16,
        columns: &[u16],
        values: &'a [Value<'a>],
        places: usize,
    ) -> Result<()> {
        values.iter().try_for_each(|value| fits(entity, field, columns, value))?;
        let properties = || columns.iter().map(|column| entity.property(*column));
        match self.lists {
            Lists::Placeholders | Lists::Tuples => {
                let hidden = properties().any(|property| property.hidden);
                let columns = properties().map(|property| property.column_type).collect();
                self.param(Param::Rows { values, places, columns }, entity.id, properties().next().map(|p| p.index), hidden);
            }
            Lists::Array => {
                for (part, property) in properties().enumerate() {
                    let param = Param::Array { values, part: Some(part), column: property.column_type };
                    self.param(param, entity.id, Some(property.index), property.hidden);
                }
            }
        }
        Ok(())
    }

    /// Whose property is compared: of a relation whose foreign key is the other side's it is the key of that.
    fn compared(&self, entity: &'m EntityMetadata, field: u16) -> (&'m EntityMetadata, u16) {
        let relation = is_inverse(entity, field).then(|| entity.property(field).relation.as_ref()).flatten();
        relation.map_or((entity, field), |relation| {
            let target = self.metadata.entity(relation.target);
            (target, target.key)
        })
    }

    fn list(&mut self, tag: u8, entity: &'m EntityMetadata, list: &'a [Expr]) -> Result<()> {
        self.key.push(tag);
        self.count_of(list.len());
        list.iter().try_for_each(|expr| self.expr(entity, expr))
    }

    fn order(&mut self, order: &[OrderTerm]) {
        self.count_of(order.len());
        for term in order {
            self.fields(&term.path);
            self.field(term.field);
            self.key.push(u8::from(term.json.is_some()));
            term.json.iter().for_each(|place| self.place(place));
            let nulls = match term.nulls {
                None => 0,
                Some(Nulls::First) => 1,
                Some(Nulls::Last) => 2,
            };
            self.key.extend([u8::from(term.descending), nulls]);
        }
    }

    fn number(&mut self, entity: EntityId, number: u64) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.param(Param::One(Value::Int(number), None), entity, None, false);
    }

    fn param(&mut self, param: Param<'a>, entity: EntityId, property: Option<u16>, hidden: bool) {
        self.params.push(param);
        if let Some(origins) = &mut self.origins {
            origins.push(Origin { entity, property, hidden });
        }
    }

    fn entity(&mut self, entity: EntityId) {
        self.key.extend(entity.0.to_le_bytes());
    }
    fn field(&mut self, field: u16) {
        self.key.extend(field.to_le_bytes());
    }
    fn fields(&mut self, fields: &[u16]) {
        self.count_of(fields.len());
        fields.iter().for_each(|field| self.field(*field));
    }
    fn count_of(&mut self, count: usize) {
        self.key.extend((count as u32).to_le_bytes());
    }
}

/// The property, for conditions that were not made by the typed functions.
pub(crate) fn property(entity: &EntityMetadata, field: u16) -> Result<&PropertyMetadata> {
    entity
        .properties
        .get(usize::from(field))
        .ok_or_else(|| Error::invalid(entity.name, format!("a condition names property number {field}, which it does not have")))
}

/// The columns of a property, or of the key.
pub(crate) fn columns(entity: &EntityMetadata, field: u16) -> Result<&[u16]> {
    let columns = if field == KEY { &entity.key_columns } else { entity.columns_of(property(entity, field)?.index) };
    if !columns.is_empty() {
        return Ok(columns);
    }
    let message = match entity.property(field).kind {
        PropertyKind::Virtual => "has no column to compare, read or order by: it is not persisted",
        _ => "a collection has no value to compare, read or order by: use `some`, `none` or `every`",
    };
    Err(Error::validation(entity.name, entity.property(field).name, message))
}

/// Whether the field is a to-one relation whose foreign key is the other side's.
pub(crate) fn is_inverse(entity: &EntityMetadata, field: u16) -> bool {
    let property = entity.properties.get(usize::from(field));
    property.is_some_and(|property| property.kind.is_to_one() && property.mapped_by().is_some())
}

/// Whether a value has one for each of several columns.
fn fits(entity: &EntityMetadata, field: u16, columns: &[u16], value: &Value<'_>) -> Result<()> {
    match value {
        Value::Row(parts) if parts.len() == columns.len() => Ok(()),
        other => {
            let name = if field == KEY { "key" } else { entity.property(field).name };
            let given = if let Value::Row(parts) = other { parts.len() } else { 1 };
            let message =
                format!("has {} columns, and is compared with {given}: give a value for each, as a tuple", columns.len());
            Err(Error::validation(entity.name, name, message))
        }
    }
}

/// The error for a condition on what is behind a property that is no relation.
pub(crate) fn no_relation(entity: &EntityMetadata, field: u16) -> Error {
    let name = entity.properties.get(usize::from(field)).map_or("?", |property| property.name);
    Error::validation(entity.name, name, "the condition is for a relation, and this is none: compare the property itself")
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn lists_share_few_sizes() {
        for len in 0..=8 {
            assert_eq!(places(len), len);
        }
        for (len, expected) in
            [(9, 12), (12, 12), (13, 16), (16, 16), (17, 24), (25, 32), (1000, 1024), (3000, 3072), (4096, 4096)]
        {
            assert_eq!(places(len), expected);
        }
        let sizes: std::collections::BTreeSet<_> = (0..=4096).map(places).collect();
        assert!(sizes.len() < 30);
        assert!((0..=5000).all(|len| places(len) >= len));
    }
}
