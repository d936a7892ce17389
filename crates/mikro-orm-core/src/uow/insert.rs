//! Inserts: targets before owners, in batches; cycles closed by updates.

use super::change::{Change, Rows, grouped};
use super::plan::{Plan, own_key};
use crate::driver::{Connection, InsertBatch, Row};
use crate::error::{Error, Result};
use crate::heap::{AnyRef, canonical_key};
use crate::metadata::EntityMetadata;
use crate::value::Value;
use std::collections::HashSet;

/// Inserts all that is planned; fills in what the database gives.
pub(super) async fn run(plan: &mut Plan, connection: &mut dyn Connection) -> Result<()> {
    if plan.inserts.is_empty() {
        return Ok(());
    }
    let metadata = plan.metadata.clone();
    let mut waiting: HashSet<AnyRef> = plan.inserts.iter().map(|change| change.cell().clone()).collect();
    let mut by_entity = grouped(std::mem::take(&mut plan.inserts), |change| change.entity);
    while !waiting.is_empty() {
        let before = waiting.len();
        for id in metadata.commit_order() {
            let Some((_, pending)) = by_entity.iter_mut().find(|(entity, _)| entity == id) else { continue };
            insert_ready(metadata.entity(*id), pending, &mut waiting, plan, connection).await?;
        }
        // (where required relations go in circles among entities, rows may still be free one after the other)
        if waiting.len() == before {
            return Err(no_way_in(by_entity.iter().flat_map(|(_, pending)| pending), &waiting));
        }
    }
    Ok(())
}

/// Inserts those rows of an entity that wait for nothing, or for nothing that could not be set afterwards.
async fn insert_ready(
    entity: &EntityMetadata,
    pending: &mut Vec<Change>,
    waiting: &mut HashSet<AnyRef>,
    plan: &mut Plan,
    connection: &mut dyn Connection,
) -> Result<()> {
    loop {
        let (mut ready, mut blocked): (Vec<_>, Vec<_>) =
            std::mem::take(pending).into_iter().partition(|change| unresolved(change, waiting).next().is_none());
        if ready.is_empty() {
            ready = break_cycles(&mut blocked, waiting, &mut plan.extra);
        }
        *pending = blocked;
        if ready.is_empty() {
            return Ok(());
        }
        for change in &ready {
            waiting.remove(change.cell());
        }
        send(entity, &mut ready, plan, connection).await?;
        plan.inserts.extend(ready);
    }
}

/// The error for rows that all wait for each other.
fn no_way_in<'a>(mut blocked: impl Iterator<Item = &'a Change>, waiting: &HashSet<AnyRef>) -> Error {
    let found = blocked.find_map(|change| {
        let fields = change.view().descriptor().fields;
        let field = unresolved(change, waiting).find(|field| !fields[usize::from(*field)].vtable.nullable)?;
        Some((change.cell().name(), fields[usize::from(field)].name))
    });
    let (entity, property) = found.unwrap_or_default();
    Error::validation(
        entity,
        property,
        "is part of a cycle of new entities whose relations can't be null, so none can be inserted first: make one of the relations an `Option<Ref<..>>`",
    )
}

/// The relations of a change to entities that are still to be inserted.
fn unresolved<'a>(change: &'a Change, waiting: &'a HashSet<AnyRef>) -> impl Iterator<Item = u16> + 'a {
    let view = change.view();
    change.cell().to_one_fields().filter(move |field| {
        let postponed = change.overrides.iter().any(|(overridden, _)| overridden == field);
        !postponed && view.to_one(*field).is_some_and(|target| waiting.contains(target))
    })
}

/// Postpones nullable relations that stand in the way; an update sets them when both ends are there. Gives the
/// changes that can be inserted then: all that only wait for other entities, else the first that can, if any.
fn break_cycles(blocked: &mut Vec<Change>, waiting: &HashSet<AnyRef>, extra: &mut Vec<(AnyRef, u16)>) -> Vec<Change> {
    let own: HashSet<AnyRef> = blocked.iter().map(|change| change.cell().clone()).collect();
    let can_be_null = |change: &Change, field: u16| change.view().descriptor().fields[usize::from(field)].vtable.nullable;
    let nullable = |change: &Change| unresolved(change, waiting).all(|field| can_be_null(change, field));
    let waits_elsewhere = |change: &Change| {
        unresolved(change, waiting).all(|field| change.view().to_one(field).is_some_and(|target| !own.contains(target)))
    };
    let mut picked: Vec<usize> = (0..blocked.len()).filter(|i| nullable(&blocked[*i]) && waits_elsewhere(&blocked[*i])).collect();
    if picked.is_empty() {
        picked.extend((0..blocked.len()).find(|i| nullable(&blocked[*i])));
    }
    let mut ready = Vec::with_capacity(picked.len());
    for at in picked.into_iter().rev() {
        let mut change = blocked.remove(at);
        let fields: Vec<u16> = unresolved(&change, waiting).collect();
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
async fn send(entity: &EntityMetadata, ready: &mut [Change], plan: &mut Plan, connection: &mut dyn Connection) -> Result<()> {
    let groups = grouped(0..ready.len(), |at| (ready[*at].columns.clone(), ready[*at].unset.clone()));
    for ((columns, unset), members) in groups {
        let returning: Vec<u16> = unset.iter().collect();
        let mut returned: Vec<Vec<Value<'static>>> = Vec::with_capacity(if returning.is_empty() { 0 } else { members.len() });
        {
            let changes: Vec<&Change> = members.iter().map(|at| &ready[*at]).collect();
            let rows = Rows { changes: &changes, columns: &columns, keys: &plan.keys, version: None };
            let batch = InsertBatch { entity: entity.id, columns: &columns, rows: &rows, returning: &returning };
            let mut sink = |row: &dyn Row| {
                let mut values = Vec::with_capacity(returning.len());
                for (index, field) in returning.iter().enumerate() {
                    values.push(row.get(index).map_err(|error| mapping(entity, *field, error.to_string()))?.into_owned());
                }
                returned.push(values);
                Ok(())
            };
            connection.insert(batch, &mut sink).await?;
        }
        if !returning.is_empty() && returned.len() != members.len() {
            return Err(mapping(
                entity,
                returning[0],
                format!("{} rows were inserted, {} came back", members.len(), returned.len()),
            ));
        }
        let mut returned = returned.into_iter();
        for at in members {
            let change = &mut ready[at];
            change.returned = returning.iter().copied().zip(returned.next().unwrap_or_default()).collect();
            let returned_key = change.returned.iter().find(|(field, _)| *field == entity.key);
            let given = match returned_key {
                Some((field, value)) => {
                    canonical_key(entity.descriptor, value).map_err(|error| mapping(entity, *field, error.to_string()))?
                }
                None => None,
            };
            let key = given.or_else(|| own_key(entity, change));
            let key = key.ok_or_else(|| mapping(entity, entity.key, "the database gave no key".to_owned()))?;
            plan.keys.insert(change.cell().clone(), key);
        }
    }
    Ok(())
}

fn mapping(entity: &EntityMetadata, field: u16, message: String) -> Error {
    Error::Mapping { entity: entity.name.to_owned(), property: entity.property(field).name.to_owned(), message }
}
