//! Columns instead of entities: one query, nothing managed.

use super::FindQuery;
use super::touched::touches_with;
use crate::context::Context;
use crate::driver::{Row, RowSink};
use crate::error::{Error, Result};
use crate::metadata::{EntityId, EntityMetadata, Metadata, PropertyKind};
use crate::query::{ColumnPath, Join, Select};
use crate::value::{Value, ValueError};
use std::sync::Arc;

/// Where the values of selected columns are in a row.
pub(crate) struct Projection {
    columns: Vec<Place>,
}
struct Place {
    entity: &'static str,
    property: &'static str,
    name: String,
    /// The first column, and how many there are.
    first: usize,
    count: usize,
}

/// A query for columns: what is asked of the driver, and where to find it in its rows.
fn plan(metadata: &Metadata, entity: &EntityMetadata, query: FindQuery, columns: Vec<ColumnPath>) -> (Select, Projection) {
    let mut select = Select::new(entity.id, Vec::new());
    (select.filter, select.order, select.limit, select.offset) = (query.filter, query.order, query.limit, query.offset);
    select.distinct = query.distinct;
    // by column: its source (0 is the root), and its place among the columns of that
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let (mut source, mut at, mut name) = (0_usize, entity, String::new());
        for field in column.path {
            name = name + at.property(field).name + "_";
            (source, at) = joined(metadata, &mut select.joins, source, at, field);
        }
        let (owner, property) = (at.name, at.property(column.field));
        let mut read = at.columns_of(column.field);
        if read.is_empty() {
            // the other side has the key
            (source, at) = joined(metadata, &mut select.joins, source, at, column.field);
            read = &at.key_columns;
        }
        let of_source = if source == 0 { &mut select.columns } else { &mut select.joins[source - 1].columns };
        let first = of_source.len();
        of_source.extend_from_slice(read);
        let name = column.name.unwrap_or(name + property.name);
        let place = Place { entity: owner, property: property.name, name, first, count: read.len() };
        places.push((source, place));
    }
    let offsets: Vec<usize> = std::iter::once(&select.columns)
        .chain(select.joins.iter().map(|join| &join.columns))
        .scan(0, |next, columns| {
            let first = *next;
            *next += columns.len();
            Some(first)
        })
        .collect();
    let columns = places.into_iter().map(|(source, place)| Place { first: place.first + offsets[source], ..place });
    let projection = Projection { columns: columns.collect() };
    (select, projection)
}

/// The source behind a relation of a source, joined when it is not yet.
fn joined<'m>(
    metadata: &'m Metadata,
    joins: &mut Vec<Join>,
    source: usize,
    at: &'m EntityMetadata,
    field: u16,
) -> (usize, &'m EntityMetadata) {
    let Some(relation) = &at.property(field).relation else { return (source, at) };
    let parent = source.checked_sub(1);
    let known = joins.iter().position(|join| join.parent == parent && join.field == field);
    let join = known.unwrap_or_else(|| {
        joins.push(Join::new(parent, field, relation.target, Vec::new(), false));
        joins.len() - 1
    });
    (join + 1, metadata.entity(relation.target))
}

/// Whether the database has something to be read there.
fn has_value(metadata: &Metadata, entity: &EntityMetadata, column: &ColumnPath) -> Result<()> {
    let mut at = entity;
    for field in &column.path {
        let Some(relation) = &at.property(*field).relation else { return Ok(()) };
        at = metadata.entity(relation.target);
    }
    let property = at.property(column.field);
    if property.kind != PropertyKind::Virtual {
        return Ok(());
    }
    Err(Error::validation(at.name, property.name, "has no column that could be selected: read entities, and fill it there"))
}

/// Reads columns of entities: `take` gets each row as it was selected.
pub(crate) async fn project(
    context: &Arc<Context>,
    entity: EntityId,
    query: FindQuery,
    columns: Vec<ColumnPath>,
    take: &mut (dyn FnMut(&Projected<'_>) -> Result<()> + Send),
) -> Result<()> {
    let metadata = context.shared.metadata.clone();
    let entity = metadata.entity(entity);
    let flush_mode = query.flush_mode;
    columns.iter().try_for_each(|column| has_value(&metadata, entity, column))?;
    let mut query = query;
    // (distinct rows are ordered by what they have)
    if !query.distinct {
        entity.order_last(&mut query.order, &[]);
    }
    let (select, projection) = plan(&metadata, entity, query, columns);
    let touched = touches_with(&metadata, entity, select.filter.as_ref());
    let read = |name| touched(name) || select.joins.iter().any(|join| metadata.entity(join.entity).name == name);
    context.flush_before(flush_mode, read).await?;
    let mut lease = context.lease().await?;
    let mut sink = |row: &dyn Row| take(&Projected { row, projection: &projection });
    lease.connection()?.find(&select, &mut sink as &mut dyn RowSink).await
}

/// A row as it was selected.
pub(crate) struct Projected<'a> {
    row: &'a dyn Row,
    projection: &'a Projection,
}

impl Projected<'_> {
    fn value(&self, place: &Place) -> Result<Value<'_>, ValueError> {
        if place.count == 1 {
            return self.row.get(place.first);
        }
        (place.first..place.first + place.count).map(|column| self.row.get(column)).collect::<Result<_, _>>().map(Value::Row)
    }
    /// Gives the value of a column to `read`.
    ///
    /// # Errors
    /// When it does not fit, naming entity and property.
    pub fn read(&self, column: usize, read: &mut dyn FnMut(Value<'_>) -> Result<(), ValueError>) -> Result<()> {
        let place = &self.projection.columns[column];
        self.value(place).and_then(read).map_err(|error| Error::Mapping {
            entity: place.entity.to_owned(),
            property: place.property.to_owned(),
            message: error.to_string(),
        })
    }
}

impl Row for Projected<'_> {
    fn len(&self) -> usize {
        self.projection.columns.len()
    }
    fn get(&self, index: usize) -> Result<Value<'_>, ValueError> {
        let place = self.projection.columns.get(index).ok_or_else(|| ValueError::new("there is no such column"))?;
        self.value(place)
    }
    fn name(&self, index: usize) -> Option<&str> {
        self.projection.columns.get(index).map(|place| &*place.name)
    }
}
