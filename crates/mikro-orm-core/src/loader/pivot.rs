//! Many-to-many relations by queries of their own: rows of the pivot table, joined with the items.

use super::Loading;
use super::joined::{self, Sink};
use crate::driver::Row;
use crate::entity::EntityDescriptor;
use crate::error::Result;
use crate::heap::{AnyRef, HeapArc, Part, canonical_parts};
use crate::key::{Key, KeyMap};
use crate::metadata::{EntityMetadata, Pivot};
use crate::populate::{PopulateNode, PopulateOptions};
use crate::query::{Expr, Join, OrderTerm, Quantifier, Select};
use crate::value::Value;

/// Smallest first.
pub(super) fn by(field: u16) -> OrderTerm {
    OrderTerm::by(field)
}

/// Loads the items of many-to-many collections: one query for as many owners as a statement takes.
pub(super) async fn load(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    pivot: Pivot,
    owners: &[&AnyRef],
    node: &PopulateNode,
    part: Part,
) -> Result<()> {
    read(loading, target, pivot, owners, node).await?.fill(node.field, part);
    Ok(())
}

/// Finds items of one owner, in order, and leaves its collection as it is.
pub(super) async fn find(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    pivot: Pivot,
    owner: &AnyRef,
    node: &PopulateNode,
) -> Result<Vec<AnyRef>> {
    let owners = [owner];
    let found = read(loading, target, pivot, &owners, node).await?;
    Ok(found.items.into_iter().map(|(_, item)| item).collect())
}

async fn read<'a>(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    pivot: Pivot,
    owners: &'a [&'a AnyRef],
    node: &PopulateNode,
) -> Result<ByOwner<'a>> {
    let (mut read, keys) = ByOwner::new(owners);
    for keys in keys.chunks(loading.max_keys) {
        let mut select = select(loading, pivot, keys, node.options.as_deref());
        select.joins.push(Join::new(None, pivot.item, target.id, joined::columns(target, &node.nested), false));
        joined::join(loading, target.id, Some(0), &node.nested, &mut select.joins);
        // from the items on, it is a query for them
        let nested: Vec<Join> = select.joins[1..]
            .iter()
            .map(|join| Join { parent: join.parent.and_then(|parent| parent.checked_sub(1)), ..join.clone() })
            .collect();
        let (own, pivot_entity) = (select.columns.len(), loading.metadata.entity(pivot.entity));
        let mut items = Sink::new(loading, target.id, &select.joins[0].columns, own, &nested);
        let mut sink = |row: &dyn Row| {
            if let Some(owner) = read.owner(row, pivot_entity, &select.columns)?
                && let Some(item) = items.read(row)?
            {
                read.items.push((owner, item));
            }
            Ok(())
        };
        loading.connection.find(&select, &mut sink).await?;
        items.finish(loading).await?;
    }
    Ok(read)
}

/// Loads which items many-to-many collections have, and not their rows: nothing but the pivot is read.
pub(super) async fn load_references(
    loading: &mut Loading<'_>,
    target: &EntityMetadata,
    pivot: Pivot,
    owners: &[&AnyRef],
    node: &PopulateNode,
) -> Result<()> {
    let (mut read, keys) = ByOwner::new(owners);
    for keys in keys.chunks(loading.max_keys) {
        let mut select = select(loading, pivot, keys, node.options.as_deref());
        let own = select.columns.len();
        let pivot_entity = loading.metadata.entity(pivot.entity);
        let item = pivot_entity.columns_of(pivot.item);
        select.columns.extend_from_slice(item);
        let heap: &HeapArc = loading.heap;
        let mut sink = |row: &dyn Row| {
            if let Some(owner) = read.owner(row, pivot_entity, pivot_entity.columns_of(pivot.own))?
                && let Some(key) = key(row, own, pivot_entity, item, target.descriptor)?
            {
                read.items.push((owner, heap.reference(target.descriptor, key)));
            }
            Ok(())
        };
        loading.connection.find(&select, &mut sink).await?;
    }
    read.fill(node.field, Part::References);
    Ok(())
}

/// The query for rows of the pivot, with the columns that refer to the owners.
fn select(loading: &Loading<'_>, pivot: Pivot, keys: &[Key], options: Option<&PopulateOptions>) -> Select {
    let entity = loading.metadata.entity(pivot.entity);
    let mut select = Select::new(pivot.entity, entity.columns_of(pivot.own).to_vec());
    let values = keys.iter().map(|key| key.to_value().into_owned()).collect();
    let of_owners = Expr::In { field: pivot.own, values, negated: false };
    select.filter = Some(match options.and_then(|options| options.filter.clone()) {
        None => of_owners,
        Some(condition) => {
            let condition = Box::new(condition);
            Expr::And(vec![of_owners, Expr::Related { field: pivot.item, quantifier: Quantifier::Is, condition }])
        }
    });
    for term in options.into_iter().flat_map(|options| &options.order) {
        let mut term = term.clone();
        term.path.insert(0, pivot.item);
        select.order.push(term);
    }
    let target = entity.property(pivot.item).relation.as_ref().map(|relation| loading.metadata.entity(relation.target));
    match pivot.order {
        Some(order) if select.order.is_empty() => select.order.push(by(order)),
        Some(_) => {}
        None => target.into_iter().for_each(|target| target.order_last(&mut select.order, &[pivot.item])),
    }
    if let Some(options) = options.filter(|options| options.is_page()) {
        (select.limit, select.offset, select.per) = (options.limit, options.offset, Some(pivot.own));
        if select.order.is_empty() {
            select.order.push(by(pivot.item));
        }
    }
    select
}

/// Items as they are read, to be put in order by owner.
struct ByOwner<'a> {
    owners: &'a [&'a AnyRef],
    places: KeyMap<usize>,
    /// The owner of the row before: rows of an owner mostly come together.
    last: Option<(Key, usize)>,
    items: Vec<(usize, AnyRef)>,
}

impl<'a> ByOwner<'a> {
    /// Nothing read yet; and the owners' keys, each once.
    fn new(owners: &'a [&'a AnyRef]) -> (Self, Vec<Key>) {
        let mut places = KeyMap::with_capacity_and_hasher(owners.len(), Default::default());
        let mut keys = Vec::with_capacity(owners.len());
        for (place, owner) in owners.iter().enumerate() {
            if let Some(key) = owner.key()
                && places.insert(key.clone(), place).is_none()
            {
                keys.push(key);
            }
        }
        (ByOwner { owners, places, last: None, items: Vec::new() }, keys)
    }

    /// The place of the owner that a row's first columns name.
    fn owner(&mut self, row: &dyn Row, pivot: &EntityMetadata, columns: &[u16]) -> Result<Option<usize>> {
        // (most keys are integers, which need no more than to be compared)
        if let (Some((Key::Int(last), place)), [_]) = (&self.last, columns)
            && matches!(row.get(0), Ok(Value::Int(key)) if key == *last)
        {
            return Ok(Some(*place));
        }
        let Some(descriptor) = self.owners.first().map(|owner| owner.descriptor()) else { return Ok(None) };
        let Some(key) = key(row, 0, pivot, columns, descriptor)? else { return Ok(None) };
        if let Some((last, place)) = &self.last
            && *last == key
        {
            return Ok(Some(*place));
        }
        let place = self.places.get(&key).copied();
        self.last = place.map(|place| (key, place));
        Ok(place)
    }

    /// Gives each owner its items, in the order in which they were read.
    fn fill(mut self, field: u16, part: Part) {
        if !self.items.is_sorted_by_key(|(place, _)| *place) {
            self.items.sort_by_key(|(place, _)| *place);
        }
        let mut rest = &self.items[..];
        for (place, owner) in self.owners.iter().enumerate() {
            let count = rest.iter().take_while(|(of, _)| *of == place).count();
            let (own, others) = rest.split_at(count);
            owner.set_collection(field, own.iter().map(|(_, item)| item), part);
            rest = others;
        }
    }
}

/// The key of another entity in a row, which begins with a table's columns at `first`; none when it is null.
pub(super) fn key(
    row: &dyn Row,
    first: usize,
    table: &EntityMetadata,
    columns: &[u16],
    of: &EntityDescriptor,
) -> Result<Option<Key>> {
    let values = (first..first + columns.len()).map(|column| row.get(column));
    canonical_parts(of, values).map_err(|(part, error)| table.mapping_error(columns[part], error))
}
