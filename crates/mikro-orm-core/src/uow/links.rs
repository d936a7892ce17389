//! Collections: the rows of pivot tables, and one-to-many relations that were replaced without loading them.
//!
//! All links of a pivot table are deleted by one statement and inserted by one, whatever owners they are of. A pair is
//! written once, whichever side it was changed on.

use super::change::{grouped, part_of};
use super::plan::Plan;
use crate::driver::{ChangeWhere, Connection, DeleteBatch, InsertBatch, Row, RowValues};
use crate::entity::ReferentialAction;
use crate::error::{Error, Result};
use crate::heap::{AnyRef, Relinked};
use crate::key::Key;
use crate::metadata::{EntityId, Metadata, Pivot, PropertyKind, PropertyMetadata, RelationMetadata};
use crate::query::Expr;
use crate::value::Value;
use std::collections::HashSet;

/// What is to be stored of collections, of those owners that are stored.
pub(super) fn plan(metadata: &Metadata, mut changes: Vec<Relinked>) -> Result<Vec<Relinked>> {
    changes.retain(|change| is_stored(&change.owner) && !is_kept(metadata, change));
    for change in &mut changes {
        // the row goes, and its links with it
        change.added.retain(|item| !item.is_removed());
        if let Some(item) = change.added.iter().find(|item| item.is_new() && !item.is_persisted()) {
            let property = relation(metadata, change).map_or("", |(property, _)| property.name);
            let message = if item.is_gone() {
                format!("has a {} that was removed: take it out, or persist it again", item.name())
            } else {
                format!("has a {} that can't be stored: take it out, or persist it", item.name())
            };
            return Err(Error::validation(change.owner.name(), property, message));
        }
    }
    Ok(changes)
}

/// Leaves out what hooks have withdrawn since: it has no row to link.
pub(super) fn renew(plan: &mut Plan) {
    plan.links.retain(|change| is_stored(&change.owner));
    plan.links.iter_mut().for_each(|change| change.added.retain(is_stored));
}

/// Whether an entity has a row after this flush.
pub(super) fn is_stored(entity: &AnyRef) -> bool {
    !entity.is_removed() && (!entity.is_new() || entity.is_persisted())
}

/// Whether a change stays in memory: whose rows it would write is readonly.
fn is_kept(metadata: &Metadata, change: &Relinked) -> bool {
    let Some((_, relation)) = relation(metadata, change) else { return false };
    let target = metadata.entity(relation.target);
    let owner = change.owner.entity().filter(|_| relation.owner).map_or(target, |owner| metadata.entity(owner));
    let pivot = relation.pivot.map(|pivot| metadata.entity(pivot.entity));
    super::readonly::keeps_links(&change.owner, [Some(owner), pivot].into_iter().flatten())
}

fn relation<'m>(metadata: &'m Metadata, change: &Relinked) -> Option<(&'m PropertyMetadata, &'m RelationMetadata)> {
    let property = metadata.entity(change.owner.entity()?).property(change.field);
    Some((property, property.relation.as_ref()?))
}

/// The entities that links refer to: their keys are needed once they are inserted.
pub(super) fn referred<'m>(plan: &'m Plan) -> impl Iterator<Item = EntityId> + 'm {
    plan.links.iter().flat_map(|change| {
        let target = relation(&plan.metadata, change).map(|(_, relation)| relation.target);
        change.owner.entity().into_iter().chain(target)
    })
}

/// Deletes what is no longer in collections whose new items may take the place of rows that go.
pub(super) async fn run_early(plan: &Plan, connection: &mut dyn Connection) -> Result<()> {
    for change in plan.links.iter().filter(|change| is_early(plan, change)) {
        if let Some((_, relation)) = relation(&plan.metadata, change) {
            let_go(plan, relation, change, connection).await?;
        }
    }
    Ok(())
}

fn is_early(plan: &Plan, change: &Relinked) -> bool {
    let target = relation(&plan.metadata, change).map(|(_, relation)| relation.target);
    target.is_some_and(|target| plan.order.early_orphans.contains(&target)) && change.deletes_others()
}

/// Stores the planned changes.
pub(super) async fn run(plan: &Plan, connection: &mut dyn Connection) -> Result<()> {
    let mut linked: Vec<(Pivot, bool, &Relinked)> = Vec::with_capacity(plan.links.len());
    for change in plan.links.iter().filter(|change| !is_early(plan, change)) {
        let Some((property, relation)) = relation(&plan.metadata, change) else { continue };
        match relation.pivot {
            Some(pivot) if property.kind == PropertyKind::ManyToMany => linked.push((pivot, relation.owner, change)),
            _ => let_go(plan, relation, change, connection).await?,
        }
    }
    for (_, mut changes) in grouped(linked, |(pivot, ..)| pivot.entity) {
        // (several relations may own the same table, each from its side)
        let Some(own) = changes.first().map(|(pivot, is_owner, _)| pivot_of_owner(*pivot, *is_owner).own) else { continue };
        changes.iter_mut().for_each(|(pivot, is_owner, _)| *is_owner = pivot.own == own);
        unlink(plan, &changes, connection).await?;
        link(plan, &changes, connection).await?;
    }
    Ok(())
}

/// Deletes the links of one pivot table.
async fn unlink(plan: &Plan, changes: &[(Pivot, bool, &Relinked)], connection: &mut dyn Connection) -> Result<()> {
    // an owner that was just inserted has none
    let replaced = changes.iter().filter(|(.., change)| change.whole && !plan.inserts_now(&change.owner));
    for ((pivot, own), owners) in grouped(replaced, |(pivot, ..)| (pivot.entity, pivot.own)) {
        let by = plan.metadata.entity(pivot).columns_of(own);
        let rows = Owners(owners.into_iter().map(|(.., change)| &change.owner).collect());
        connection.delete(DeleteBatch { entity: pivot, by, rows: &rows }).await?;
    }
    let mut pairs = Pairs::default();
    for (_, is_owner, change) in changes {
        change.removed.iter().for_each(|item| pairs.push(*is_owner, &change.owner, item));
    }
    if let Some(pivot) = changes.iter().map(|(pivot, is_owner, _)| pivot_of_owner(*pivot, *is_owner)).next() {
        pairs.delete(plan, pivot, connection).await?;
    }
    Ok(())
}

/// Inserts the links of one pivot table.
async fn link(plan: &Plan, changes: &[(Pivot, bool, &Relinked)], connection: &mut dyn Connection) -> Result<()> {
    let mut pairs = Pairs::default();
    // only what both sides say may repeat, or several relations that share the table
    let relation = |change: &Relinked| (change.owner.entity(), change.field);
    let mut seen = changes.windows(2).any(|two| relation(two[0].2) != relation(two[1].2)).then(HashSet::new);
    let mut skip_existing = false;
    for (_, is_owner, change) in changes {
        skip_existing |= !change.added.is_empty() && !change.whole && !plan.inserts_now(&change.owner);
        for item in &change.added {
            let pair = if *is_owner { (&change.owner, item) } else { (item, &change.owner) };
            if seen.as_mut().is_none_or(|seen| seen.insert(pair)) {
                pairs.push(*is_owner, &change.owner, item);
            }
        }
    }
    let Some((pivot, is_owner, _)) = changes.first() else { return Ok(()) };
    pairs.insert(plan, pivot_of_owner(*pivot, *is_owner), skip_existing, connection).await
}

/// The pivot as the owning side sees it.
fn pivot_of_owner(pivot: Pivot, is_owner: bool) -> Pivot {
    if is_owner { pivot } else { Pivot { own: pivot.item, item: pivot.own, ..pivot } }
}

/// Owners and items, as rows of a pivot table.
#[derive(Default)]
struct Pairs<'a>(Vec<(&'a AnyRef, &'a AnyRef)>);

impl<'a> Pairs<'a> {
    fn push(&mut self, is_owner: bool, side: &'a AnyRef, item: &'a AnyRef) {
        self.0.push(if is_owner { (side, item) } else { (item, side) });
    }
    fn rows(&self, plan: &Plan, pivot: Pivot) -> (PairRows, Vec<u16>) {
        let entity = plan.metadata.entity(pivot.entity);
        let own = entity.columns_of(pivot.own);
        let columns = [own, entity.columns_of(pivot.item)].concat();
        // (the items of an owner follow each other)
        let mut owner: Option<(&AnyRef, Option<Key>)> = None;
        let keys = self.0.iter().map(|(side, item)| {
            let known = owner.take().filter(|(known, _)| known == side);
            let (_, key) = owner.insert(known.unwrap_or_else(|| (side, plan.keys.key_of(side))));
            (key.clone(), plan.keys.key_of(item))
        });
        (PairRows { keys: keys.collect(), own: own.len() }, columns)
    }
    async fn delete(&self, plan: &Plan, pivot: Pivot, connection: &mut dyn Connection) -> Result<()> {
        if !self.0.is_empty() {
            let (rows, by) = self.rows(plan, pivot);
            connection.delete(DeleteBatch { entity: pivot.entity, by: &by, rows: &rows }).await?;
        }
        Ok(())
    }
    async fn insert(&self, plan: &Plan, pivot: Pivot, skip_existing: bool, connection: &mut dyn Connection) -> Result<()> {
        if !self.0.is_empty() {
            let (rows, columns) = self.rows(plan, pivot);
            let batch = InsertBatch {
                entity: pivot.entity,
                columns: &columns,
                rows: &rows,
                returning: &[],
                computed: &[],
                skip_existing,
            };
            connection.insert(batch, &mut |_: &dyn Row| Ok(())).await?;
        }
        Ok(())
    }
}

struct PairRows {
    /// The keys of owners and items.
    keys: Vec<(Option<Key>, Option<Key>)>,
    /// How many columns refer to the owner.
    own: usize,
}
impl RowValues for PairRows {
    fn len(&self) -> usize {
        self.keys.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        let (owner, item) = &self.keys[row];
        let (key, part) = match column.checked_sub(self.own) {
            None => (owner, column),
            Some(part) => (item, part),
        };
        key.as_ref().map_or(Value::Null, |key| key.part(part))
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.value(row, part)
    }
}

/// Rows by the key of whom they refer to.
struct Owners<'a>(Vec<&'a AnyRef>);
impl RowValues for Owners<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn value(&self, _: usize, _: usize) -> Value<'_> {
        Value::Null
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        part_of(self.0[row], part)
    }
}

/// Lets go of the rows of a one-to-many relation that was replaced without loading it: all but those that are in it now.
async fn let_go(plan: &Plan, relation: &RelationMetadata, change: &Relinked, connection: &mut dyn Connection) -> Result<()> {
    let Some(back) = relation.other_side else { return Ok(()) };
    if plan.inserts_now(&change.owner) {
        return Ok(());
    }
    let target = plan.metadata.entity(relation.target);
    let referring = (0..).zip(target.columns_of(back)).map(|(part, column)| (*column, part_of(&change.owner, part)));
    let mut all: Vec<Expr> =
        referring.map(|(field, value)| Expr::Compare { field, op: crate::query::CompareOp::Eq, value }).collect();
    // (before inserts, what is new has no row, and its key may be that of one that goes)
    let early = is_early(plan, change);
    let kept = change.added.iter().filter(|item| !early || !plan.inserts_now(item));
    let kept = kept.map(|item| plan.keys.whole(item)).collect::<Vec<_>>();
    if !kept.is_empty() {
        all.push(Expr::In { field: target.key, values: kept, negated: true });
    }
    let filter = Expr::And(all);
    let deleted = change.owner.removes_orphans(change.field);
    let nulls: Vec<(u16, Value<'_>)> = target.columns_of(back).iter().map(|column| (*column, Value::Null)).collect();
    let values = if deleted { None } else { Some(&nulls[..]) };
    connection.change_where(ChangeWhere { entity: target.id, filter: &filter, values }).await?;
    Ok(())
}

/// Deletes the links of rows that are deleted next, where no constraint does.
pub(super) async fn leave(plan: &Plan, connection: &mut dyn Connection) -> Result<()> {
    for (deleted, rows) in grouped(&plan.deletes, |(entity, _)| *entity) {
        for (pivot, property) in unconstrained(&plan.metadata, deleted) {
            let by = plan.metadata.entity(pivot).columns_of(property);
            let owners = Owners(rows.iter().map(|(_, cell)| cell).collect());
            connection.delete(DeleteBatch { entity: pivot, by, rows: &owners }).await?;
        }
    }
    Ok(())
}

/// The properties of pivots that refer to an entity, and whose rows don't go with what they refer to by themselves.
fn unconstrained(metadata: &Metadata, deleted: EntityId) -> Vec<(EntityId, u16)> {
    let mut found = Vec::new();
    for entity in metadata.entities() {
        let owning = |property: &&PropertyMetadata| property.kind == PropertyKind::ManyToMany;
        for relation in entity.properties.iter().filter(owning).filter_map(|property| property.relation.as_ref()) {
            let Some(pivot) = relation.pivot.filter(|_| relation.owner) else { continue };
            let sides = [(entity.id, pivot.own), (relation.target, pivot.item)];
            for (_, property) in sides.into_iter().filter(|(side, _)| *side == deleted) {
                let foreign_key = metadata.entity(pivot.entity).property(property);
                let constrained = foreign_key.relation.as_ref().is_some_and(|relation| relation.foreign_key.is_some());
                let goes = constrained && foreign_key.on_delete() == Some(ReferentialAction::Cascade);
                if !goes && !found.contains(&(pivot.entity, property)) {
                    found.push((pivot.entity, property));
                }
            }
        }
    }
    found
}
