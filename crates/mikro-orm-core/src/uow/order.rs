//! What is written before what, since a value may be there only once.
//!
//! Inserts come first, then updates, and deletes last. But a row that has a unique value has to go, or to change, before
//! another row takes the value; and what refers to a row that goes early has to let go of it before. So some deletes
//! and updates run before the inserts, updates follow each other, and where they wait for each other in a circle, the
//! values are null in between.

mod orphans;
mod unknown;

use super::change::Change;
use super::plan::Plan;
use crate::entity::Deferral;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, CellMap, CellSet, Computed, EntityView};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, IndexMetadata, Metadata};
use crate::value::Value;
use std::collections::HashMap;

/// When an update runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Turn {
    /// Before early deletes: it lets go of a row that is deleted then.
    First,
    /// After early deletes, and before inserts.
    Early,
    /// After inserts.
    #[default]
    Usual,
}

/// What does not run when its kind usually does.
#[derive(Default)]
pub(super) struct Order {
    /// Deletes before inserts.
    pub early_deletes: CellSet,
    /// Updates that have another turn, or that come after others of their turn.
    updates: CellMap<(Turn, u32)>,
    /// Entities of which collections that were replaced without loading them let go before inserts.
    pub early_orphans: Vec<EntityId>,
    /// Fields that are null until the row's own update.
    pub parked: Vec<Parked>,
    /// Updates that take what a delete or another update has to give up before.
    takers: CellSet,
    /// Deletes of rows that are not loaded, which may have what others take.
    unknown: Vec<AnyRef>,
}

/// A field that is null for a while.
pub(super) struct Parked {
    pub turn: Turn,
    pub entity: EntityId,
    pub field: u16,
    pub cell: AnyRef,
}

impl Order {
    /// When an update runs.
    pub fn turn(&self, cell: &AnyRef) -> Turn {
        if self.updates.is_empty() { Turn::Usual } else { self.updates.get(cell).map_or(Turn::Usual, |(turn, _)| *turn) }
    }
    /// How many updates of the same turn come one after the other before this one.
    pub fn level(&self, cell: &AnyRef) -> u32 {
        if self.updates.is_empty() { 0 } else { self.updates.get(cell).map_or(0, |(_, level)| *level) }
    }
    /// Whether anything runs before the inserts.
    pub fn has(&self, turn: Turn) -> bool {
        self.updates.values().any(|(known, _)| *known == turn) || self.parked.iter().any(|parked| parked.turn == turn)
    }

    fn park(&mut self, turn: Turn, change: &Change, field: u16) {
        let cell = change.cell();
        match self.parked.iter_mut().find(|parked| parked.cell == *cell && parked.field == field) {
            Some(known) => known.turn = known.turn.min(turn),
            None => self.parked.push(Parked { turn, entity: change.entity, field, cell: cell.clone() }),
        }
    }
}

/// What has to run early, and in which order.
///
/// # Errors
/// When no order is possible: rows exchange unique values that can't be null in between.
pub(super) fn arrange(plan: &Plan) -> Result<Order> {
    let mut order = Order::default();
    let mut giving: Vec<EntityId> = Vec::new();
    let deleted = plan.deletes.iter().map(|(entity, _)| *entity);
    let updated = plan.updates.iter().map(|change| change.entity).chain(plan.patches.iter().map(|patch| patch.entity));
    for entity in deleted.chain(updated) {
        if !giving.contains(&entity) {
            giving.push(entity);
        }
    }
    for entity in giving {
        values(plan, plan.metadata.entity(entity), &mut order)?;
    }
    orphans::early(plan, &mut order);
    unknown::early(plan, &mut order);
    references(plan, &mut order);
    Ok(order)
}

/// A value as the database compares it; that of a relation to a row that is not there yet is the row.
#[derive(PartialEq, Eq, Hash)]
enum Unique {
    Key(Key),
    New(AnyRef),
    Several(Vec<Unique>),
}

/// Properties whose values, taken together, may be there only once: fields, and columns of embedded structs.
pub(super) struct UniqueFields {
    fields: Vec<u16>,
    /// The one that can be null for a while.
    nullable: Option<u16>,
}

impl UniqueFields {
    /// Those of an entity, but for its key.
    /// (What is checked when the transaction ends needs no order.)
    fn of(metadata: &Metadata, entity: &EntityMetadata) -> Vec<UniqueFields> {
        let field = |column: u16| {
            let property = entity.property(column);
            property.part_of.filter(|_| !property.leaf).unwrap_or(column)
        };
        let waits = |index: &&IndexMetadata| metadata.waits.get().is_some() && index.said.defer == Some(Deferral::Deferred);
        let own = entity.uniques().filter(|index| !waits(index)).map(|index| {
            let mut fields: Vec<u16> = index.columns.iter().map(|column| field(*column)).collect();
            fields.dedup();
            let nullable = fields.iter().copied().find(|field| is_nullable(entity, *field));
            UniqueFields { fields, nullable }
        });
        let of_kinds = entity.levels.iter().flat_map(|level| {
            let table = metadata.entity(level.entity);
            // (what several tables have is unique in each)
            let one = move |column: &u16| level.column_of_entity(*column).filter(|own| entity.property(*own).levels.len() == 1);
            table.uniques().filter(move |index| !waits(index)).filter_map(move |index| {
                let fields = index.columns.iter().map(one).collect::<Option<Vec<u16>>>()?;
                let nullable = index.columns.iter().find(|column| is_nullable(table, **column)).and_then(one);
                Some(UniqueFields { fields, nullable })
            })
        });
        own.chain(of_kinds).collect()
    }
    fn has(&self, entity: &EntityMetadata, field: u16) -> bool {
        self.fields.iter().any(|own| *own == field || entity.property(*own).part_of == Some(field))
    }
    /// Whether a change writes one of them.
    fn changes(&self, entity: &EntityMetadata, change: &Change) -> bool {
        self.fields.iter().any(|field| entity.columns_of(*field).iter().any(|column| change.columns.contains(*column)))
    }
    /// Whether an insert leaves none of them to the database.
    fn is_set(&self, change: &Change) -> bool {
        self.fields.iter().all(|field| !change.unset.contains(*field))
    }
    /// Their value; `None` where one is null, which is never the same as another.
    fn value(&self, entity: &EntityMetadata, view: EntityView<'_>) -> Option<Unique> {
        match self.fields.as_slice() {
            [field] => unique(entity, view, *field),
            fields => fields.iter().map(|field| unique(entity, view, *field)).collect::<Option<_>>().map(Unique::Several),
        }
    }
}

/// The value of a field, or of an embedded struct's column; `None` for null.
fn unique(entity: &EntityMetadata, view: EntityView<'_>, field: u16) -> Option<Unique> {
    if let Some(whole) = entity.property(field).part_of {
        let Value::Row(parts) = view.value(whole) else { return None };
        let part = entity.columns_of(whole).iter().position(|column| *column == field)?;
        return value(parts.get(part)?).map(Unique::Key);
    }
    if let Some(target) = view.to_one(field) {
        return Some(target.key().map_or_else(|| Unique::New(target.clone()), Unique::Key));
    }
    value(&view.value(field)).map(Unique::Key)
}

fn value(value: &Value<'_>) -> Option<Key> {
    match value {
        Value::Double(value) => Some(Key::UInt(value.to_bits())),
        Value::Float(value) => Some(Key::UInt(u64::from(value.to_bits()))),
        Value::Json(text) => Some(Key::Text(text.as_ref().into())),
        value => Key::from_value(value),
    }
}

/// Who has a value until it is deleted or updated.
enum Giver<'p> {
    Delete(&'p AnyRef),
    Update(usize),
}

/// An update that takes a value that may be there only once after another one gave it up.
struct Edge {
    giver: usize,
    taker: usize,
    /// Which of the entity's unique properties.
    unique: usize,
}

/// Orders the rows of one entity.
fn values(plan: &Plan, entity: &EntityMetadata, order: &mut Order) -> Result<()> {
    let uniques = UniqueFields::of(&plan.metadata, entity);
    let touched = |change: &Change| -> Vec<usize> {
        (0..uniques.len()).filter(|unique| uniques[*unique].changes(entity, change)).collect()
    };
    let of_entity = plan.updates.iter().filter(|change| change.entity == entity.id);
    let updates: Vec<(&Change, Vec<usize>)> =
        of_entity.map(|change| (change, touched(change))).filter(|(_, touched)| !touched.is_empty()).collect();
    let inserts = || plan.inserts.iter().filter(|change| change.entity == entity.id);
    let patches = || plan.patches.iter().filter(|patch| patch.entity == entity.id);
    if updates.is_empty() && inserts().next().is_none() && patches().next().is_none() {
        return Ok(());
    }

    // (the key is behind the others)
    let key_at = uniques.len();
    let mut given: HashMap<(usize, Unique), Giver<'_>> = HashMap::new();
    let mut unknown: Vec<&AnyRef> = Vec::new();
    for (_, cell) in plan.deletes.iter().filter(|(id, _)| *id == entity.id) {
        given.extend(cell.key().map(|key| ((key_at, Unique::Key(key)), Giver::Delete(cell))));
        if let Some(stored) = cell.snapshot_view() {
            let values = uniques.iter().enumerate().filter_map(|(at, unique)| Some((at, unique.value(entity, stored)?)));
            given.extend(values.map(|value| (value, Giver::Delete(cell))));
        } else {
            unknown.push(cell);
        }
    }
    for (at, (change, touched)) in updates.iter().enumerate() {
        let Some(before) = &change.before else { continue };
        let values = touched.iter().filter_map(|unique| Some((*unique, uniques[*unique].value(entity, before.view())?)));
        given.extend(values.map(|value| (value, Giver::Update(at))));
    }
    if given.is_empty() && patches().next().is_none() {
        return Ok(());
    }

    // what inserts wait for
    let mut waited: Vec<(usize, usize)> = Vec::new();
    for change in inserts() {
        let key = change.cell().key().map(|key| (key_at, Unique::Key(key)));
        let set = uniques.iter().enumerate().filter(|(_, unique)| unique.is_set(change));
        let values = set.filter_map(|(at, unique)| Some((at, unique.value(entity, change.view())?)));
        for taken in key.into_iter().chain(values) {
            match given.get(&taken) {
                Some(Giver::Delete(cell)) => drop(order.early_deletes.insert((*cell).clone())),
                Some(Giver::Update(at)) => waited.push((*at, taken.0)),
                None => {}
            }
        }
    }
    let mut edges: Vec<Edge> = Vec::new();
    for (taker, (change, touched)) in updates.iter().enumerate() {
        for unique in touched {
            let Some(value) = uniques[*unique].value(entity, change.view()) else { continue };
            match given.get(&(*unique, value)) {
                Some(Giver::Delete(cell)) => drop(order.early_deletes.insert((*cell).clone())),
                Some(Giver::Update(giver)) if *giver != taker => edges.push(Edge { giver: *giver, taker, unique: *unique }),
                _ => continue,
            }
            order.takers.insert(change.cell().clone());
        }
    }
    let of_field = |field: u16| uniques.iter().enumerate().filter(move |(_, unique)| unique.has(entity, field));
    let takes = |at: usize| {
        let updated = updates.iter().filter(|(_, touched)| touched.contains(&at)).map(|(change, _)| *change);
        updated.chain(inserts()).any(|change| uniques[at].value(entity, change.view()).is_some())
    };
    for patch in patches().filter(|patch| !computes_from_row(&patch.computed)) {
        for (field, _) in patch.fields.iter().filter(|(_, taken)| taken.is_null()) {
            // what a row that is not loaded gives up is not known: it may be what others take
            if of_field(*field).any(|(at, _)| takes(at)) {
                order.parked.push(Parked { turn: Turn::Early, entity: entity.id, field: *field, cell: patch.cell.clone() });
            }
        }
    }
    let mut patched = patches().flat_map(|patch| &patch.fields).filter(|(_, taken)| !taken.is_null());
    if !unknown.is_empty() && ((0..uniques.len()).any(takes) || patched.any(|(field, _)| of_field(*field).next().is_some())) {
        // (nor is it known what a row gives up that is deleted without having been loaded)
        order.unknown.extend(unknown.into_iter().cloned());
        let free = |change: &Change| unknown::firmly_referenced(entity, change).next().is_none();
        let takers = updates.iter().map(|(change, _)| *change).filter(|change| free(change));
        order.takers.extend(takers.map(|change| change.cell().clone()));
    }
    for (field, taken) in patches().flat_map(|patch| &patch.fields) {
        // (they come after all updates. What else a row has that is not loaded is not known)
        let Some(key) = value(taken) else { continue };
        if let Some((at, _)) = of_field(*field).find(|(_, unique)| unique.fields.len() == 1)
            && let Some(Giver::Delete(cell)) = given.get(&(at, Unique::Key(key)))
        {
            order.early_deletes.insert((*cell).clone());
        }
    }
    let changes: Vec<&Change> = updates.into_iter().map(|(change, _)| change).collect();
    let turns = before_inserts(entity, &uniques, &changes, waited, &mut edges, order)?;
    let levels = one_after_the_other(entity, &uniques, &changes, &turns, edges, order)?;
    for (at, change) in changes.into_iter().enumerate() {
        if turns[at] != Turn::Usual || levels[at] > 0 {
            order.updates.insert(change.cell().clone(), (turns[at], levels[at]));
        }
    }
    Ok(())
}

fn is_nullable(entity: &EntityMetadata, field: u16) -> bool {
    entity.property(field).nullable
}

/// Whether an expression may use what other columns of its row have, which then must not be null for a while.
fn computes_from_row(computed: &Computed) -> bool {
    computed.iter().any(|(_, step)| !step.is_add())
}

/// Whether an update can't run before the inserts: it refers to a row that is inserted.
fn waits_for_inserts(entity: &EntityMetadata, change: &Change) -> bool {
    let view = change.view();
    entity.foreign_keys().any(|(property, _)| view.to_one(property.index).is_some_and(AnyRef::is_new))
}

/// The turns of updates: those that inserts wait for, and those that these wait for, come before them.
fn before_inserts(
    entity: &EntityMetadata,
    uniques: &[UniqueFields],
    changes: &[&Change],
    waited: Vec<(usize, usize)>,
    edges: &mut Vec<Edge>,
    order: &mut Order,
) -> Result<Vec<Turn>> {
    let mut turns = vec![Turn::Usual; changes.len()];
    let mut queue = waited;
    while let Some((at, unique)) = queue.pop() {
        let change = changes[at];
        if turns[at] == Turn::Early {
            continue;
        }
        if waits_for_inserts(entity, change) {
            let Some(field) = uniques[unique].nullable.filter(|_| !computes_from_row(&change.computed)) else {
                return Err(Error::validation(
                    entity.name,
                    entity.property(uniques[unique].fields[0]).name,
                    format!(
                        "{} gives its value, which may be there only once, to a new {}, and refers to a new entity itself: \
                         flush in two steps, or make the property an `Option`",
                        change.cell().describe(),
                        entity.name
                    ),
                ));
            };
            order.park(Turn::Early, change, field);
            edges.retain(|edge| (edge.giver, edge.unique) != (at, unique));
            continue;
        }
        turns[at] = Turn::Early;
        queue.extend(edges.iter().filter(|edge| edge.taker == at).map(|edge| (edge.giver, edge.unique)));
    }
    Ok(turns)
}

/// How many updates come before each; values that go round in circles, or through many hands, are null in between.
fn one_after_the_other(
    entity: &EntityMetadata,
    uniques: &[UniqueFields],
    changes: &[&Change],
    turns: &[Turn],
    mut edges: Vec<Edge>,
    order: &mut Order,
) -> Result<Vec<u32>> {
    loop {
        let (levels, stuck) = levels(changes.len(), &edges);
        let in_circle = |edge: &Edge| stuck[edge.giver] && stuck[edge.taker];
        let circles = stuck.contains(&true);
        let parked = |edge: &Edge| {
            let field = uniques[edge.unique].nullable;
            field.filter(|_| (!circles || in_circle(edge)) && !computes_from_row(&changes[edge.giver].computed))
        };
        // (two statements are what nulls cost, too)
        let enough = !circles && levels.iter().all(|level| *level < 2);
        if enough || edges.iter().all(|edge| parked(edge).is_none()) {
            return match edges.iter().find(|edge| circles && in_circle(edge)) {
                None => Ok(levels),
                Some(edge) => Err(exchanged(entity, uniques[edge.unique].fields[0], changes, edge)),
            };
        }
        for (edge, field) in edges.iter().filter_map(|edge| Some((edge, parked(edge)?))) {
            order.park(turns[edge.giver], changes[edge.giver], field);
        }
        edges.retain(|edge| parked(edge).is_none());
    }
}

fn exchanged(entity: &EntityMetadata, field: u16, changes: &[&Change], edge: &Edge) -> Error {
    let [giver, taker] = [edge.giver, edge.taker].map(|at| changes[at].cell().describe());
    Error::validation(
        entity.name,
        entity.property(field).name,
        format!(
            "{taker} takes the value of {giver} in a circle of updates; a value may be there only once, and it can't be null in \
             between: make the property an `Option`, or flush with another value in between"
        ),
    )
}

/// The place of each in a row where givers come before takers; and which have none.
fn levels(count: usize, edges: &[Edge]) -> (Vec<u32>, Vec<bool>) {
    let mut levels = vec![0; count];
    let mut waits = vec![0_usize; count];
    let mut takers: Vec<Vec<usize>> = vec![Vec::new(); if edges.is_empty() { 0 } else { count }];
    for edge in edges {
        waits[edge.taker] += 1;
        takers[edge.giver].push(edge.taker);
    }
    let mut free: Vec<usize> = (0..takers.len()).filter(|at| waits[*at] == 0).collect();
    while let Some(at) = free.pop() {
        for taker in std::mem::take(&mut takers[at]) {
            levels[taker] = levels[taker].max(levels[at] + 1);
            waits[taker] -= 1;
            if waits[taker] == 0 {
                free.push(taker);
            }
        }
    }
    let stuck = waits.into_iter().map(|waits| waits > 0).collect();
    (levels, stuck)
}

/// What refers to rows that are deleted early goes, or lets go, before them.
fn references(plan: &Plan, order: &mut Order) {
    if order.early_deletes.is_empty() {
        return;
    }
    let metadata = &plan.metadata;
    let mut deletes: CellMap<Vec<&AnyRef>> = CellMap::default();
    let mut unloaded: Vec<(EntityId, &AnyRef)> = Vec::new();
    for (id, cell) in &plan.deletes {
        let Some(stored) = cell.snapshot_view() else {
            unloaded.extend(metadata.entity(*id).foreign_keys().map(|(_, relation)| (relation.target, cell)));
            continue;
        };
        for target in cell.to_one_fields().filter_map(|field| stored.to_one(field)).filter(|target| target.is_removed()) {
            deletes.entry(target.clone()).or_default().push(cell);
        }
    }
    let mut updates: CellMap<Vec<(&Change, u16)>> = CellMap::default();
    for change in &plan.updates {
        let (Some(before), entity) = (&change.before, metadata.entity(change.entity)) else { continue };
        for (property, _) in entity.foreign_keys() {
            if let Some(target) = before.view().to_one(property.index).filter(|target| target.is_removed()) {
                updates.entry(target.clone()).or_default().push((change, property.index));
            }
        }
    }
    let mut queue: Vec<AnyRef> = order.early_deletes.iter().cloned().collect();
    while let Some(gone) = queue.pop() {
        // (whatever a row that is not loaded refers to, may be this one)
        let perhaps = unloaded.iter().filter(|(target, _)| gone.entity() == Some(*target)).map(|(_, cell)| *cell);
        for holder in deletes.remove(&gone).into_iter().flatten().chain(perhaps) {
            if order.early_deletes.insert(holder.clone()) {
                queue.push(holder.clone());
            }
        }
        for (change, field) in updates.remove(&gone).into_iter().flatten() {
            // (who takes from others, perhaps from the very row that it refers to, lets go first and takes when its turn comes)
            let waits = waits_for_inserts(metadata.entity(change.entity), change) || order.takers.contains(change.cell());
            if !waits {
                let level = order.level(change.cell());
                order.updates.insert(change.cell().clone(), (Turn::First, level));
            } else if is_nullable(metadata.entity(change.entity), field) && !computes_from_row(&change.computed) {
                order.park(Turn::First, change, field);
            }
        }
    }
}
