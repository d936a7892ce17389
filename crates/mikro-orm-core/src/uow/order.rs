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
use crate::error::{Error, Result};
use crate::heap::{AnyRef, CellMap, CellSet, Computed, EntityView};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, KEY};
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
}

/// The value of a unique field; `None` for null, which is never the same as another.
fn unique(view: EntityView<'_>, field: u16) -> Option<Unique> {
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

/// An update that takes a value of a unique field after another one gave it up.
struct Edge {
    giver: usize,
    taker: usize,
    field: u16,
}

/// Orders the rows of one entity.
fn values(plan: &Plan, entity: &EntityMetadata, order: &mut Order) -> Result<()> {
    let own = entity.properties.iter().filter(|property| property.unique.is_some() && property.part_of.is_none());
    let uniques: Vec<u16> = own.map(|property| property.index).collect();
    let touched = |change: &Change| -> Vec<u16> {
        let changes = |field: &u16| entity.columns_of(*field).iter().any(|column| change.columns.contains(*column));
        uniques.iter().copied().filter(changes).collect()
    };
    let of_entity = plan.updates.iter().filter(|change| change.entity == entity.id);
    let updates: Vec<(&Change, Vec<u16>)> =
        of_entity.map(|change| (change, touched(change))).filter(|(_, fields)| !fields.is_empty()).collect();
    let inserts = || plan.inserts.iter().filter(|change| change.entity == entity.id);
    let patches = || plan.patches.iter().filter(|patch| patch.entity == entity.id);
    if updates.is_empty() && inserts().next().is_none() && patches().next().is_none() {
        return Ok(());
    }

    let mut given: HashMap<(u16, Unique), Giver<'_>> = HashMap::new();
    let mut unknown: Vec<&AnyRef> = Vec::new();
    for (_, cell) in plan.deletes.iter().filter(|(id, _)| *id == entity.id) {
        given.extend(cell.key().map(|key| ((KEY, Unique::Key(key)), Giver::Delete(cell))));
        if let Some(stored) = cell.snapshot_view() {
            let values = uniques.iter().filter_map(|field| Some((*field, unique(stored, *field)?)));
            given.extend(values.map(|value| (value, Giver::Delete(cell))));
        } else {
            unknown.push(cell);
        }
    }
    for (at, (change, fields)) in updates.iter().enumerate() {
        let Some(before) = &change.before else { continue };
        let values = fields.iter().filter_map(|field| Some((*field, unique(before.view(), *field)?)));
        given.extend(values.map(|value| (value, Giver::Update(at))));
    }
    if given.is_empty() && patches().next().is_none() {
        return Ok(());
    }

    // what inserts wait for
    let mut waited: Vec<(usize, u16)> = Vec::new();
    for change in inserts() {
        let key = change.cell().key().map(|key| (KEY, Unique::Key(key)));
        let set = uniques.iter().filter(|field| !change.unset.contains(**field));
        let values = set.filter_map(|field| Some((*field, unique(change.view(), *field)?)));
        for taken in key.into_iter().chain(values) {
            match given.get(&taken) {
                Some(Giver::Delete(cell)) => drop(order.early_deletes.insert((*cell).clone())),
                Some(Giver::Update(at)) => waited.push((*at, taken.0)),
                None => {}
            }
        }
    }
    let mut edges: Vec<Edge> = Vec::new();
    for (taker, (change, fields)) in updates.iter().enumerate() {
        for field in fields {
            let Some(value) = unique(change.view(), *field) else { continue };
            match given.get(&(*field, value)) {
                Some(Giver::Delete(cell)) => drop(order.early_deletes.insert((*cell).clone())),
                Some(Giver::Update(giver)) if *giver != taker => edges.push(Edge { giver: *giver, taker, field: *field }),
                _ => continue,
            }
            order.takers.insert(change.cell().clone());
        }
    }
    let takes = |field: u16| {
        let updated = updates.iter().filter(|(_, fields)| fields.contains(&field)).map(|(change, _)| *change);
        updated.chain(inserts()).any(|change| unique(change.view(), field).is_some())
    };
    for patch in patches().filter(|patch| !computes_from_row(&patch.computed)) {
        for (field, _) in patch.fields.iter().filter(|(field, taken)| uniques.contains(field) && taken.is_null()) {
            // what a row that is not loaded gives up is not known: it may be what others take
            if takes(*field) {
                order.parked.push(Parked { turn: Turn::Early, entity: entity.id, field: *field, cell: patch.cell.clone() });
            }
        }
    }
    let mut patched = patches().flat_map(|patch| &patch.fields).filter(|(_, taken)| !taken.is_null());
    if !unknown.is_empty() && (uniques.iter().any(|field| takes(*field)) || patched.any(|(field, _)| uniques.contains(field))) {
        // (nor is it known what a row gives up that is deleted without having been loaded)
        order.unknown.extend(unknown.into_iter().cloned());
        let free = |change: &Change| unknown::firmly_referenced(entity, change).next().is_none();
        let takers = updates.iter().map(|(change, _)| *change).filter(|change| free(change));
        order.takers.extend(takers.map(|change| change.cell().clone()));
    }
    for (field, taken) in patches().flat_map(|patch| &patch.fields) {
        // (they come after all updates)
        if uniques.contains(field)
            && let Some(key) = value(taken)
            && let Some(Giver::Delete(cell)) = given.get(&(*field, Unique::Key(key)))
        {
            order.early_deletes.insert((*cell).clone());
        }
    }
    let changes: Vec<&Change> = updates.into_iter().map(|(change, _)| change).collect();
    let turns = before_inserts(entity, &changes, waited, &mut edges, order)?;
    let levels = one_after_the_other(entity, &changes, &turns, edges, order)?;
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
    changes: &[&Change],
    waited: Vec<(usize, u16)>,
    edges: &mut Vec<Edge>,
    order: &mut Order,
) -> Result<Vec<Turn>> {
    let mut turns = vec![Turn::Usual; changes.len()];
    let mut queue = waited;
    while let Some((at, field)) = queue.pop() {
        let change = changes[at];
        if turns[at] == Turn::Early {
            continue;
        }
        if waits_for_inserts(entity, change) {
            if !is_nullable(entity, field) || computes_from_row(&change.computed) {
                return Err(Error::validation(
                    entity.name,
                    entity.property(field).name,
                    format!(
                        "{} gives its value, which may be there only once, to a new {}, and refers to a new entity itself: \
                         flush in two steps, or make the property an `Option`",
                        change.cell().describe(),
                        entity.name
                    ),
                ));
            }
            order.park(Turn::Early, change, field);
            edges.retain(|edge| (edge.giver, edge.field) != (at, field));
            continue;
        }
        turns[at] = Turn::Early;
        queue.extend(edges.iter().filter(|edge| edge.taker == at).map(|edge| (edge.giver, edge.field)));
    }
    Ok(turns)
}

/// How many updates come before each; values that go round in circles, or through many hands, are null in between.
fn one_after_the_other(
    entity: &EntityMetadata,
    changes: &[&Change],
    turns: &[Turn],
    mut edges: Vec<Edge>,
    order: &mut Order,
) -> Result<Vec<u32>> {
    loop {
        let (levels, stuck) = levels(changes.len(), &edges);
        let in_circle = |edge: &Edge| stuck[edge.giver] && stuck[edge.taker];
        let circles = stuck.contains(&true);
        let can_park = |edge: &Edge| is_nullable(entity, edge.field) && !computes_from_row(&changes[edge.giver].computed);
        let parks = |edge: &Edge| can_park(edge) && (!circles || in_circle(edge));
        // (two statements are what nulls cost, too)
        let enough = !circles && levels.iter().all(|level| *level < 2);
        if enough || !edges.iter().any(parks) {
            return match edges.iter().find(|edge| circles && in_circle(edge)) {
                None => Ok(levels),
                Some(edge) => Err(exchanged(entity, changes, edge)),
            };
        }
        for edge in edges.iter().filter(|edge| parks(edge)) {
            order.park(turns[edge.giver], changes[edge.giver], edge.field);
        }
        edges.retain(|edge| !parks(edge));
    }
}

fn exchanged(entity: &EntityMetadata, changes: &[&Change], edge: &Edge) -> Error {
    let [giver, taker] = [edge.giver, edge.taker].map(|at| changes[at].cell().describe());
    Error::validation(
        entity.name,
        entity.property(edge.field).name,
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
