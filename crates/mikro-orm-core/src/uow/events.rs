//! Hooks around the groups of a flush: all that come before, one statement, all that come after.
//!
//! A flush that somebody listens to tells the heap group by group what it has done: hooks that come after see keys and
//! what is stored. What it does that way, and what hooks edit, is taken back when it fails.

use super::apply;
use super::change::{Change, Patch};
use super::insert::may_come_later;
use super::plan::{self, Plan};
use super::schedule::check_references;
use super::work::Work;
use crate::context::Context;
use crate::em::EntityManager;
use crate::error::{Error, Result};
use crate::events::{
    AnyEntity, ChangeKind, ChangeSet, EntityEvent, FlushEvent, FlushMoment, Listeners, Moment, PendingWork, quietly,
};
use crate::heap::{AnyRef, CellSet, FieldSet, HeapArc, Pinned};
use crate::loader;
use crate::metadata::{EntityId, EntityMetadata, Metadata};
use std::sync::Arc;

/// Who listens to a flush, and what they are told.
pub(super) struct Observed {
    listeners: Listeners,
    em: EntityManager,
    /// Whose hooks that come before the insert were called.
    called: CellSet,
    /// What was written, for `after_flush`.
    done: Vec<ChangeSet>,
    /// Whether anybody listens to entities that are written.
    groups: bool,
}

impl Observed {
    pub fn new(context: &Arc<Context>, listeners: Listeners) -> Self {
        let em = EntityManager::new(context.clone());
        Observed { listeners, em, called: CellSet::default(), done: Vec::new(), groups: false }
    }
    /// Who gets events of flushes and transactions, when there is somebody.
    pub fn subscribers(&self) -> Option<(Listeners, EntityManager)> {
        self.listeners.has_subscribers().then(|| (self.listeners.clone(), self.em.clone()))
    }
}

/// What a flush would do now.
pub(crate) fn change_sets(heap: &HeapArc, metadata: &Arc<Metadata>) -> Result<Vec<ChangeSet>> {
    // (what it schedules on the way is not the doing of who asks)
    quietly(|| Ok(plan::compute(heap, metadata)?.change_sets()))
}

impl Plan {
    /// The entities of which something is written, some of them more than once.
    fn entities(&self) -> impl Iterator<Item = EntityId> {
        let changes = self.inserts.iter().chain(&self.updates).map(|change| change.entity);
        let others = self.patches.iter().map(|patch| patch.entity).chain(self.deletes.iter().map(|(entity, _)| *entity));
        let mut last = None;
        changes.chain(others).filter(move |entity| last.replace(*entity) != Some(*entity))
    }
    fn change_sets(&self) -> Vec<ChangeSet> {
        let inserts = self.inserts.iter().map(|change| self.written(change, ChangeKind::Create));
        let updates = self.updates.iter().map(|change| self.written(change, ChangeKind::Update));
        let patches = self.patches.iter().map(|patch| self.patched(patch));
        let deletes = self.deletes.iter().map(|(entity, cell)| self.deleted(*entity, cell));
        inserts.chain(updates).chain(patches).chain(deletes).collect()
    }
    fn written(&self, change: &Change, kind: ChangeKind) -> ChangeSet {
        let entity = self.metadata.entity(change.entity);
        // the version of an update is counted by the flush
        let counted = change.before.as_ref().and(entity.version);
        let columns = change.columns.iter().filter(|column| Some(*column) != counted);
        let fields = columns.map(|column| entity.property(column).part_of.unwrap_or(column));
        let computed = || change.computed.iter().map(|(field, _)| entity.property(*field).part_of.unwrap_or(*field));
        let fields = fields.chain(computed()).collect();
        self.change_set(change.entity, kind, change.cell(), fields, change.before.clone(), Some(change.version.clone()))
            .computing(computed().collect())
    }
    fn patched(&self, patch: &Patch) -> ChangeSet {
        let fields = patch.fields.iter().map(|(field, _)| *field);
        let fields = fields.chain(patch.computed.iter().map(|(field, _)| *field)).collect();
        self.change_set(patch.entity, ChangeKind::Update, &patch.cell, fields, None, None).patched(patch.fields.clone())
    }
    fn deleted(&self, entity: EntityId, cell: &AnyRef) -> ChangeSet {
        self.change_set(entity, ChangeKind::Delete, cell, FieldSet::new(), cell.pin_snapshot(), None)
    }
    fn change_set(
        &self,
        id: EntityId,
        kind: ChangeKind,
        cell: &AnyRef,
        fields: FieldSet,
        before: Option<Pinned>,
        after: Option<Pinned>,
    ) -> ChangeSet {
        ChangeSet::new(self.metadata.clone(), id, kind, cell.clone(), fields, before, after)
    }
}

impl Work<'_> {
    /// Whether there are subscribers: these hear of flushes that have nothing to do, too.
    pub async fn before_flush(&mut self) -> Result<()> {
        self.call_subscribers(FlushMoment::Before, None).await
    }

    /// What is to be written, once subscribers have had their say.
    pub async fn plan(&mut self) -> Result<Plan> {
        let (heap, metadata) = (self.heap, self.context.shared.metadata.clone());
        let compute = || match heap.take_error() {
            Some(error) => Err(error),
            None => plan::compute(heap, &metadata),
        };
        let mut plan = compute()?;
        if self.events.is_some() {
            if self.load_for_hooks(&plan).await? {
                plan = compute()?;
            }
            if self.events.as_ref().is_some_and(|events| events.listeners.has_subscribers()) {
                self.call_subscribers(FlushMoment::On, None).await?;
                plan = compute()?;
            }
        }
        if let Some(events) = &mut self.events {
            events.groups = plan.entities().any(|entity| events.listeners.watch(plan.metadata.entity(entity).descriptor));
        }
        Ok(plan)
    }

    pub async fn after_flush(&mut self) -> Result<()> {
        let Some(events) = &mut self.events else { return Ok(()) };
        let done = std::mem::take(&mut events.done);
        self.call_subscribers(FlushMoment::After, Some(done)).await
    }

    async fn call_subscribers(&mut self, moment: FlushMoment, done: Option<Vec<ChangeSet>>) -> Result<()> {
        let Some((listeners, em)) = self.events.as_ref().and_then(Observed::subscribers) else { return Ok(()) };
        let metadata = self.context.shared.metadata.clone();
        let work = PendingWork { heap: self.heap, metadata: &metadata, done };
        self.call(listeners.flush(moment, FlushEvent { em: &em, work: &work })).await
    }

    /// Hooks get entities that are loaded: loads what was edited or removed by its key alone, where there are hooks.
    async fn load_for_hooks(&mut self, plan: &Plan) -> Result<bool> {
        let patched = plan.patches.iter().map(|patch| (patch.entity, &patch.cell));
        let unloaded = patched.chain(plan.deletes.iter().map(|(entity, cell)| (*entity, cell)));
        let unloaded: Vec<(EntityId, AnyRef)> = unloaded
            .filter(|(_, cell)| !cell.descriptor().hooks.is_empty() && !cell.is_initialized())
            .map(|(entity, cell)| (entity, cell.clone()))
            .collect();
        if unloaded.is_empty() {
            return Ok(false);
        }
        let context = self.context;
        self.call(async {
            for (entity, cells) in super::change::grouped(unloaded, |(entity, _)| *entity) {
                let cells: Vec<AnyRef> = cells.into_iter().map(|(_, cell)| cell).collect();
                loader::load_references(context, entity, &cells).await?;
            }
            Ok(())
        })
        .await?;
        Ok(true)
    }

    /// Whether somebody listens to what is written.
    pub fn is_observed(&self) -> bool {
        self.events.as_ref().is_some_and(|events| events.groups)
    }
    fn watches(&self, entity: &EntityMetadata) -> bool {
        self.events.as_ref().is_some_and(|events| events.groups && events.listeners.watch(entity.descriptor))
    }

    /// Before an insert: calls hooks, and makes the changes say what they are since. What is not to be inserted after
    /// all leaves the list.
    pub async fn before_insert(&mut self, plan: &Plan, entity: &EntityMetadata, changes: &mut Vec<Change>) -> Result<()> {
        if self.watches(entity) {
            let called = self.events.as_mut().map(|events| &mut events.called);
            let new: CellSet = match called {
                Some(called) => changes.iter().map(Change::cell).filter(|cell| called.insert((*cell).clone())).cloned().collect(),
                None => CellSet::default(),
            };
            let fresh = changes.iter_mut().filter(|change| new.contains(change.cell()));
            let mut fresh: Vec<&mut Change> = fresh.collect();
            self.call_before(plan, Moment::BeforeCreate, entity, &mut fresh).await?;
        }
        changes.retain(|change| change.cell().is_persisted());
        for change in changes {
            renew_insert(entity, change, false)?;
            if check_references(change.cell())? {
                renew_insert(entity, change, false)?;
            }
        }
        Ok(())
    }

    /// After an insert: tells the heap, and calls hooks. Keeps what nobody listens to, for the end of the flush.
    pub async fn after_insert(&mut self, plan: &mut Plan, entity: &EntityMetadata, changes: Vec<Change>) -> Result<()> {
        if !self.watches(entity) {
            plan.inserts.extend(changes);
            return Ok(());
        }
        let mut sets = Vec::with_capacity(changes.len());
        for change in changes {
            let set = plan.written(&change, ChangeKind::Create);
            apply::inserted(entity, change, |undo| self.undo.push(undo))?;
            sets.push(set.written());
        }
        self.call_after(Moment::AfterCreate, sets).await
    }

    /// Before the updates of an entity: as [`Work::before_insert`].
    pub async fn before_update(&mut self, plan: &mut Plan, entity: &EntityMetadata) -> Result<()> {
        let (mut changes, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut plan.updates).into_iter().partition(|change| change.entity == entity.id);
        plan.updates = others;
        if self.watches(entity) {
            let mut called: Vec<&mut Change> = changes.iter_mut().collect();
            self.call_before(plan, Moment::BeforeUpdate, entity, &mut called).await?;
            let patched: Vec<ChangeSet> =
                plan.patches.iter().filter(|patch| patch.entity == entity.id).map(|patch| plan.patched(patch)).collect();
            self.call_all(Moment::BeforeUpdate, &patched).await?;
        }
        let mut updated = Vec::with_capacity(changes.len());
        for change in changes {
            updated.extend(renewed_update(entity, change)?);
        }
        // what was loaded meanwhile is a change like any other
        let (loaded, patches): (Vec<_>, Vec<_>) = std::mem::take(&mut plan.patches)
            .into_iter()
            .partition(|patch| patch.entity == entity.id && patch.cell.is_initialized() && patch.cell.snapshot_view().is_some());
        plan.patches = patches;
        for patch in loaded.iter().filter(|patch| !patch.cell.is_removed()) {
            updated.extend(plan::update(entity, &patch.cell)?);
        }
        for change in updated {
            let renewed = if check_references(change.cell())? { renewed_update(entity, change)? } else { Some(change) };
            if let Some(change) = renewed {
                check_keys(plan, &change)?;
                plan.updates.push(change);
            }
        }
        Ok(())
    }

    /// After the updates of an entity: as [`Work::after_insert`].
    pub async fn after_update(&mut self, plan: &mut Plan, entity: &EntityMetadata) -> Result<()> {
        if !self.watches(entity) {
            return Ok(());
        }
        let (changes, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut plan.updates).into_iter().partition(|change| change.entity == entity.id);
        plan.updates = others;
        let mut sets = Vec::with_capacity(changes.len());
        self.heap.note_flush();
        for change in changes {
            let set = plan.written(&change, ChangeKind::Update);
            apply::updated(entity, change, |undo| self.undo.push(undo))?;
            sets.push(set.written());
        }
        sets.extend(plan.patches.iter().filter(|patch| patch.entity == entity.id).map(|patch| plan.patched(patch)));
        self.call_after(Moment::AfterUpdate, sets).await
    }

    /// Before the deletes of an entity: calls hooks.
    pub async fn before_delete(&mut self, plan: &Plan, entity: &EntityMetadata, cells: &[AnyRef]) -> Result<()> {
        if !self.watches(entity) {
            return Ok(());
        }
        let sets: Vec<ChangeSet> = cells.iter().map(|cell| plan.deleted(entity.id, cell)).collect();
        self.call_all(Moment::BeforeDelete, &sets).await?;
        // what refers to them has let go of them by now
        match cells.iter().find(|cell| !cell.is_removed()) {
            None => Ok(()),
            Some(kept) => Err(Error::invalid(
                kept.name(),
                format!(
                    "{} is to be kept after all, as a hook says too late: do it in a subscriber's `on_flush`",
                    kept.describe()
                ),
            )),
        }
    }

    /// After the deletes of an entity: as [`Work::after_insert`].
    pub async fn after_delete(&mut self, plan: &mut Plan, entity: &EntityMetadata, cells: Vec<AnyRef>) -> Result<()> {
        if !self.watches(entity) {
            plan.deletes.extend(cells.into_iter().map(|cell| (entity.id, cell)));
            return Ok(());
        }
        let sets = cells.iter().map(|cell| plan.deleted(entity.id, cell)).collect();
        apply::deleted(&plan.metadata, cells, |undo| self.undo.push(undo));
        self.call_after(Moment::AfterDelete, sets).await
    }

    /// Notes what was written and not told to anybody, for `after_flush`.
    pub fn note_done(&mut self, plan: &Plan) {
        if let Some(events) = &mut self.events
            && events.listeners.has_subscribers()
        {
            events.done.extend(plan.change_sets());
        }
    }

    /// Calls hooks that may change what is written: each sees what those before it did.
    async fn call_before(
        &mut self,
        plan: &Plan,
        moment: Moment,
        entity: &EntityMetadata,
        changes: &mut [&mut Change],
    ) -> Result<()> {
        let Some(events) = &self.events else { return Ok(()) };
        let (listeners, em, heap) = (events.listeners.clone(), events.em.clone(), self.heap);
        let kind = if moment == Moment::BeforeCreate { ChangeKind::Create } else { ChangeKind::Update };
        self.call(async {
            for change in changes.iter_mut() {
                let cell = AnyEntity::new(change.cell().clone());
                for handler in listeners.handlers(entity.descriptor) {
                    let set = plan.written(change, kind);
                    handler.run(moment, EntityEvent { entity: &cell, em: &em, change_set: &set }).await?;
                    match kind {
                        ChangeKind::Create if cell.as_any().is_persisted() => renew_insert(entity, change, true)?,
                        ChangeKind::Create => break,
                        _ => match plan::update(entity, cell.as_any())? {
                            Some(renewed) => **change = renewed,
                            None => break,
                        },
                    }
                }
            }
            heap.take_error().map_or(Ok(()), Err)?;
            // (a key that a hook has set may be another's)
            heap.settle_claims(|_| false)
        })
        .await
    }

    /// Calls hooks, and notes what was written.
    async fn call_after(&mut self, moment: Moment, sets: Vec<ChangeSet>) -> Result<()> {
        let called = self.call_all(moment, &sets).await;
        if let Some(events) = &mut self.events
            && events.listeners.has_subscribers()
        {
            events.done.extend(sets);
        }
        called
    }

    async fn call_all(&mut self, moment: Moment, sets: &[ChangeSet]) -> Result<()> {
        let Some(events) = self.events.as_ref().filter(|_| !sets.is_empty()) else { return Ok(()) };
        let (listeners, em, heap) = (events.listeners.clone(), events.em.clone(), self.heap);
        self.call(async {
            for change_set in sets {
                let entity = change_set.entity();
                for handler in listeners.handlers(entity.as_any().descriptor()) {
                    handler.run(moment, EntityEvent { entity, em: &em, change_set }).await?;
                }
            }
            heap.take_error().map_or(Ok(()), Err)
        })
        .await
    }
}

/// Makes an insert say what its entity says now. What waits for another row still does.
fn renew_insert(entity: &EntityMetadata, change: &mut Change, hooks_follow: bool) -> Result<()> {
    let renewed = plan::insert(entity, change.cell(), change.unset.clone(), hooks_follow)?;
    let postponed = std::mem::take(&mut change.overrides).into_iter().filter(|(field, _)| Some(*field) != entity.version);
    let mut overrides: Vec<_> = postponed.collect();
    overrides.extend(renewed.overrides);
    *change = Change { overrides, ..renewed };
    Ok(())
}

/// An update as its entity says it now; `None` when there is nothing left to update.
fn renewed_update(entity: &EntityMetadata, change: Change) -> Result<Option<Change>> {
    let cell = change.cell();
    if cell.is_removed() || cell.is_gone() {
        return Ok(None);
    }
    plan::update(entity, cell)
}

/// A row must not refer to one that a hook has made too late for this flush.
pub(super) fn check_keys(plan: &Plan, change: &Change) -> Result<()> {
    let view = change.view();
    for field in change.cell().to_one_fields() {
        let postponed = change.overrides.iter().any(|(overridden, _)| *overridden == field);
        if let Some(target) = view.to_one(field)
            && !postponed
            && plan.metadata.entity(change.entity).property(field).formula().is_none()
            && target.is_new()
            && !plan.keys.contains(target)
            && !may_come_later(plan.metadata.entity(change.entity), field, target)
        {
            return Err(Error::validation(
                change.cell().name(),
                change.cell().descriptor().fields[usize::from(field)].name,
                format!(
                    "refers to a {} that a hook has made too late for this flush: make it in a subscriber's `before_flush` or \
                     `on_flush`",
                    target.name()
                ),
            ));
        }
    }
    Ok(())
}
