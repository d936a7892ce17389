//! Inserts: targets before owners, in batches; cycles closed by updates.

use super::change::{Change, Rows, grouped};
use super::events::check_keys;
use super::plan::{Plan, own_key};
use super::work::Work;
use crate::driver::{InsertBatch, Row};
use crate::entity::Deferral;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, CellSet, canonical_key};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, Metadata, RelationMetadata};
use crate::value::{Value, ValueError};

/// Inserts all that is planned; fills in what the database gives.
pub(super) async fn run(plan: &mut Plan, work: &mut Work<'_>) -> Result<()> {
    if plan.inserts.is_empty() {
        return Ok(());
    }
    let metadata = plan.metadata.clone();
    // only what somebody refers to can be waited for
    let targets = targets(plan);
    let needed = plan.inserts.iter().filter(|change| targets.contains(&change.entity));
    let mut waiting: CellSet = needed.map(|change| change.cell().clone()).collect();
    // (keys are told apart from what has to be there first: rows of others learn them, too)
    let learnt = plan.awaited.iter().filter_map(|awaited| awaited.target.entity());
    let referred: Vec<EntityId> = targets.iter().copied().chain(learnt).chain(super::links::referred(plan)).collect();
    let mut by_entity = grouped(std::mem::take(&mut plan.inserts), |change| change.entity);
    let mut left: usize = by_entity.iter().map(|(_, pending)| pending.len()).sum();
    plan.inserts.reserve_exact(left);
    while left > 0 {
        let before = left;
        for id in metadata.commit_order() {
            let Some((_, pending)) = by_entity.iter_mut().find(|(entity, _)| entity == id) else { continue };
            left -= insert_ready(metadata.entity(*id), pending, &mut waiting, &referred, plan, work).await?;
        }
        // (where required relations go in circles among entities, rows may still be free one after the other)
        if left == before {
            return Err(no_way_in(&metadata, by_entity.iter().flat_map(|(_, pending)| pending), &waiting));
        }
    }
    Ok(())
}

/// Inserts those rows of an entity that wait for nothing, or for nothing that could not be set afterwards.
/// Gives how many there were.
async fn insert_ready(
    entity: &EntityMetadata,
    pending: &mut Vec<Change>,
    waiting: &mut CellSet,
    referred: &[EntityId],
    plan: &mut Plan,
    work: &mut Work<'_>,
) -> Result<usize> {
    let mut inserted = 0;
    loop {
        let is_free = |change: &Change| unresolved(entity, change, waiting).next().is_none();
        let all = std::mem::take(pending);
        // mostly all are: then nothing is moved
        let (mut ready, mut blocked): (Vec<_>, Vec<_>) =
            if all.iter().all(is_free) { (all, Vec::new()) } else { all.into_iter().partition(is_free) };
        if ready.is_empty() {
            ready = break_cycles(entity, &mut blocked, waiting, &mut plan.extra);
        }
        *pending = blocked;
        if ready.is_empty() {
            return Ok(inserted);
        }
        if work.is_observed() {
            let count = ready.len();
            work.before_insert(plan, entity, &mut ready).await?;
            // what a hook has withdrawn is as good as done
            inserted += count - ready.len();
            // what hooks have pointed at rows that are not there yet waits for them
            let (free, waits): (Vec<_>, Vec<_>) =
                ready.into_iter().partition(|change| unresolved(entity, change, waiting).next().is_none());
            pending.extend(waits);
            ready = free;
        }
        for change in &ready {
            waiting.remove(change.cell());
        }
        if work.is_observed() {
            ready.iter().try_for_each(|change| check_keys(plan, change))?;
        }
        send(entity, &mut ready, plan, work).await?;
        for change in &ready {
            // (a relation that was postponed is set by key, too)
            if let Some(key) = &change.key
                && (referred.contains(&entity.id) || !change.overrides.is_empty() || work.is_observed())
            {
                plan.keys.insert(change.cell().clone(), key.clone());
            }
        }
        inserted += ready.len();
        work.after_insert(plan, entity, ready).await?;
    }
}

/// The error for rows that all wait for each other.
fn no_way_in<'a>(metadata: &Metadata, mut blocked: impl Iterator<Item = &'a Change>, waiting: &CellSet) -> Error {
    let found = blocked.find_map(|change| {
        let (entity, fields) = (metadata.entity(change.entity), change.view().descriptor().fields);
        let field = unresolved(entity, change, waiting).find(|field| !fields[usize::from(*field)].vtable.nullable)?;
        Some((change.cell().name(), fields[usize::from(field)].name))
    });
    let (entity, property) = found.unwrap_or_default();
    Error::validation(
        entity,
        property,
        "is part of a cycle of new entities whose relations can't be null, so none can be inserted first: make one of the relations an `Option<Ref<..>>`",
    )
}

/// The entities that changes of this flush may refer to by their columns.
fn targets(plan: &Plan) -> Vec<EntityId> {
    let mut entities: Vec<EntityId> = Vec::new();
    for change in plan.inserts.iter().chain(&plan.updates) {
        if !entities.contains(&change.entity) {
            entities.push(change.entity);
        }
    }
    let relations = entities.iter().flat_map(|entity| &plan.metadata.entity(*entity).properties);
    let mut targets = Vec::new();
    for relation in relations.filter_map(|property| property.relation.as_ref()) {
        if !targets.contains(&relation.target) {
            targets.push(relation.target);
        }
    }
    targets
}

/// The relations of a change to entities that are still to be inserted.
///
/// One whose key is known, behind a constraint that is checked at the end of the transaction, is none.
fn unresolved<'a>(entity: &'a EntityMetadata, change: &'a Change, waiting: &'a CellSet) -> impl Iterator<Item = u16> + 'a {
    let view = change.view();
    change.cell().to_one_fields().filter(move |field| {
        let postponed = change.overrides.iter().any(|(overridden, _)| overridden == field);
        let waits = |target: &AnyRef| waiting.contains(target) && !may_come_later(entity, *field, target);
        // (what no column says need not be there)
        let is_stored = entity.property(*field).formula().is_none();
        !postponed && is_stored && view.to_one(*field).is_some_and(waits)
    })
}

/// Whether a row may refer to one that is not there yet: its key is known, and nothing checks until the transaction's
/// end.
pub(super) fn may_come_later(entity: &EntityMetadata, field: u16, target: &AnyRef) -> bool {
    let relation = entity.property(field).relation.as_ref();
    let unchecked = |relation: &RelationMetadata| relation.defer == Some(Deferral::Deferred) || relation.foreign_key.is_none();
    relation.is_some_and(unchecked) && target.key().is_some()
}

/// Postpones nullable relations that stand in the way; an update sets them when both ends are there. Gives the
/// changes that can be inserted then: all that only wait for other entities, else the first that can, if any.
fn break_cycles(
    entity: &EntityMetadata,
    blocked: &mut Vec<Change>,
    waiting: &CellSet,
    extra: &mut Vec<(AnyRef, u16)>,
) -> Vec<Change> {
    let own: CellSet = blocked.iter().map(|change| change.cell().clone()).collect();
    let can_be_null = |change: &Change, field: u16| change.view().descriptor().fields[usize::from(field)].vtable.nullable;
    let nullable = |change: &Change| unresolved(entity, change, waiting).all(|field| can_be_null(change, field));
    let waits_elsewhere = |change: &Change| {
        unresolved(entity, change, waiting).all(|field| change.view().to_one(field).is_some_and(|target| !own.contains(target)))
    };
    let mut picked: Vec<usize> = (0..blocked.len()).filter(|i| nullable(&blocked[*i]) && waits_elsewhere(&blocked[*i])).collect();
    if picked.is_empty() {
        picked.extend((0..blocked.len()).find(|i| nullable(&blocked[*i])));
    }
    let mut ready = Vec::with_capacity(picked.len());
    for at in picked.into_iter().rev() {
        let mut change = blocked.remove(at);
        let fields: Vec<u16> = unresolved(entity, &change, waiting).collect();
        for field in fields {
            extra.push((change.cell().clone(), field));
            change.overrides.push((field, Value::Null));
        }
        ready.push(change);
    }
    ready.reverse();
    ready
}

/// Inserts changes of one entity, a batch for each set of columns.
async fn send(entity: &EntityMetadata, ready: &mut [Change], plan: &mut Plan, work: &mut Work<'_>) -> Result<()> {
    let groups = grouped(0..ready.len(), |at| {
        let change = &ready[*at];
        (change.columns.clone(), change.unset.clone(), change.expressions(), change.read_back(entity))
    });
    for ((columns, unset, computed, read_back), members) in groups {
        let (columns, returning): (Vec<u16>, Vec<u16>) =
            (columns.iter().collect(), unset.iter().chain(read_back.iter()).collect());
        let mut returned = Returned::new(entity, &returning, members.len());
        {
            let changes: Vec<&Change> = members.iter().map(|at| &ready[*at]).collect();
            let rows = Rows { entity, changes: &changes, columns: &columns, keys: &plan.keys, checks: &[] };
            let batch = InsertBatch {
                entity: entity.id,
                columns: &columns,
                rows: &rows,
                returning: &returning,
                computed: &computed,
                skip_existing: false,
            };
            work.connection()?.insert(batch, &mut |row: &dyn Row| returned.take(row)).await?;
        }
        let Returned { keys, values, rows, .. } = returned;
        if !returning.is_empty() && rows != members.len() {
            return Err(mapping(entity, returning[0], format!("{} rows were inserted, {rows} came back", members.len())));
        }
        let (mut keys, mut values) = (keys.into_iter(), values.into_iter());
        for at in members {
            let change = &mut ready[at];
            change.returned = returning.iter().filter(|field| **field != entity.key).copied().zip(values.by_ref()).collect();
            change.key = keys.next().or_else(|| own_key(entity, change, &plan.keys));
            change.cell().check_parts(change.view(), &change.returned)?;
            if change.key.is_none() {
                return Err(mapping(entity, entity.key().index, "the database gave no key".to_owned()));
            }
        }
    }
    super::levels::insert(entity, ready, plan, work).await
}

/// What the database gives back of inserted rows, row by row.
struct Returned<'a> {
    entity: &'a EntityMetadata,
    returning: &'a [u16],
    keys: Vec<Key>,
    /// All but the key.
    values: Vec<Value<'static>>,
    rows: usize,
}

impl<'a> Returned<'a> {
    fn new(entity: &'a EntityMetadata, returning: &'a [u16], rows: usize) -> Self {
        let keys = if returning.contains(&entity.key) { rows } else { 0 };
        let values = returning.iter().filter(|field| **field != entity.key).count() * rows;
        Returned { entity, returning, keys: Vec::with_capacity(keys), values: Vec::with_capacity(values), rows: 0 }
    }
    fn take(&mut self, row: &dyn Row) -> Result<()> {
        let entity = self.entity;
        self.rows += 1;
        for (index, field) in self.returning.iter().enumerate() {
            let fail = |error: ValueError| mapping(entity, *field, error.to_string());
            let value = row.get(index).map_err(fail)?;
            // after the commit it would be too late to notice
            entity.check_column(*field, &value).map_err(fail)?;
            if *field == entity.key {
                let key = canonical_key(entity.descriptor, &value).map_err(fail)?;
                self.keys.push(key.ok_or_else(|| mapping(entity, *field, "the database gave no key".to_owned()))?);
            } else {
                self.values.push(value.into_owned());
            }
        }
        Ok(())
    }
}

fn mapping(entity: &EntityMetadata, field: u16, message: String) -> Error {
    Error::Mapping { entity: entity.name.to_owned(), property: entity.property(field).name.to_owned(), message }
}
