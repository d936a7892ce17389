//! Computing change sets from what the heap has registered.

use super::change::{Change, Keys, Patch, is_known};
use super::order::{self, Order};
use super::readonly::{check_written, keeps_edits};
use super::schedule::cascade;
use crate::entity::{FieldDef, Identity};
use crate::error::{Error, LockFailure, LockReason, Result};
use crate::field::ColumnType;
use crate::heap::{AnyRef, Awaited, EntityView, FieldSet, HeapArc, Pinned, Relinked, canonical_column, check_value};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, KEY, Metadata, PropertyKind, PropertyMetadata};
use crate::value::Value;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Everything that a flush writes.
pub(super) struct Plan {
    pub metadata: Arc<Metadata>,
    pub inserts: Vec<Change>,
    pub updates: Vec<Change>,
    pub patches: Vec<Patch>,
    /// Rows that are not loaded, and are to refer to entities that are inserted.
    pub awaited: Vec<Awaited>,
    pub deletes: Vec<(EntityId, AnyRef)>,
    /// Collections to be stored.
    pub links: Vec<Relinked>,
    /// Foreign keys that close cycles among the inserted, set by an update once both ends are there.
    pub extra: Vec<(AnyRef, u16)>,
    pub keys: Keys,
    /// What does not run when its kind usually does.
    pub order: Order,
}

impl Plan {
    /// Whether the row is one that this flush inserts, or has inserted.
    pub fn inserts_now(&self, cell: &AnyRef) -> bool {
        cell.is_new() || self.keys.contains(cell)
    }
    pub fn is_empty(&self) -> bool {
        self.inserts.is_empty()
            && self.updates.is_empty()
            && self.patches.is_empty()
            && self.awaited.is_empty()
            && self.deletes.is_empty()
            && self.links.is_empty()
    }
}

/// What is to be written, as of now.
pub(super) fn compute(heap: &HeapArc, metadata: &Arc<Metadata>) -> Result<Plan> {
    let (scheduled, relinked) = cascade(heap)?;
    check_displaced(heap)?;
    let mut plan = Plan {
        metadata: metadata.clone(),
        inserts: Vec::with_capacity(scheduled.inserts.len()),
        updates: Vec::new(),
        patches: Vec::new(),
        awaited: super::awaited::plan(heap),
        deletes: Vec::new(),
        links: super::links::plan(metadata, relinked)?,
        extra: Vec::new(),
        keys: Keys::default(),
        order: Order::default(),
    };
    for (cell, unset) in scheduled.inserts {
        let entity = entity_of(metadata, &cell)?;
        plan.inserts.push(insert(entity, &cell, unset, !entity.descriptor.hooks.is_empty())?);
    }
    for cell in scheduled.updates.into_iter().filter(|cell| !cell.is_removed()) {
        let entity = entity_of(metadata, &cell)?;
        plan.updates.extend(update(entity, &cell)?);
    }
    for (cell, fields, computed) in scheduled.patches {
        if cell.is_gone() {
            // there is no row any more
            cell.drop_patch();
            cell.drop_computed();
        } else if !cell.is_removed() {
            let fields = still_patched(&cell, fields);
            let is_empty = fields.is_empty() && computed.is_empty();
            if !is_empty && !keeps_edits(&cell) {
                let mut patch = Patch { entity: entity_of(metadata, &cell)?.id, set: fields.len(), cell, fields, computed };
                let set: FieldSet = patch.set_fields().collect();
                super::levels::check_patch(entity_of(metadata, &patch.cell)?, &set)?;
                patch.fields.extend(on_update(&patch.cell, &set));
                plan.patches.push(patch);
            }
        }
    }
    for cell in scheduled.deletes {
        check_written(&cell, "deleted")?;
        plan.deletes.push((entity_of(metadata, &cell)?.id, cell));
    }
    plan.order = order::arrange(&plan)?;
    Ok(plan)
}

/// A patch as it is to be written. A row that was loaded within a transaction that flushed its patch, and rolled
/// back, says of these fields what the database does not have: they are written all the same, but for those that were
/// edited since, which are an update.
fn still_patched(cell: &AnyRef, fields: Vec<(u16, Value<'static>)>) -> Vec<(u16, Value<'static>)> {
    let edited = match (cell.view(), cell.snapshot_view()) {
        (Some(current), Some(stored)) => current.diff(&stored),
        _ => FieldSet::new(),
    };
    // (the version is counted by flushes alone)
    let version = cell.metadata().and_then(|entity| entity.version);
    let is_unwritten = |field: u16| cell.metadata().is_some_and(|entity| entity.unwritten.contains(&field));
    let whole = |field: u16| cell.metadata().and_then(|entity| entity.property(field).part_of).unwrap_or(field);
    let fields = fields.into_iter().filter(|(field, _)| !edited.contains(whole(*field)) && Some(*field) != version);
    fields.filter(|(field, _)| !is_unwritten(*field)).collect()
}

/// What `on_update` callbacks that need no entity give a row that is not loaded, but for the fields that are set. (One
/// that was loaded in a transaction that rolled back has values: the database is to have them, too.)
pub(super) fn on_update(cell: &AnyRef, set: &FieldSet) -> Vec<(u16, Value<'static>)> {
    let fields = cell.descriptor().fields.iter().zip(0_u16..).filter(|(_, field)| !set.contains(*field));
    let value = |(def, field): (&FieldDef, u16)| {
        let value = def.attributes.on_update?.value()?;
        let known = cell.view().filter(|view| is_known(*view, field)).map(|view| view.value(field).into_owned());
        Some((field, known.unwrap_or(value)))
    };
    fields.filter_map(value).collect()
}

fn entity_of<'a>(metadata: &'a Metadata, cell: &AnyRef) -> Result<&'a EntityMetadata> {
    cell.entity().map(|entity| metadata.entity(entity)).ok_or_else(|| {
        Error::invalid(cell.name(), "is not known to this ORM: add it to `entities![..]`, or take it out of the unit of work")
    })
}

/// An insert. Hooks that follow may set the key.
pub(super) fn insert(entity: &EntityMetadata, cell: &AnyRef, unset: FieldSet, hooks_follow: bool) -> Result<Change> {
    let Some(version) = cell.pin() else {
        return Err(Error::NotInitialized { what: cell.describe() });
    };
    check_written(cell, "inserted")?;
    let view = version.view();
    // a field that was left to the database may have been set since
    let mut unset: FieldSet = unset.iter().filter(|field| view.is_unset(*field)).collect();
    // (columns of a key of several may be anything: only the database can say what is missing there)
    let simple_key = entity.key != KEY && entity.key().relation.is_none();
    if simple_key && view.is_unset(entity.key) && !unset.contains(entity.key) {
        let generated = entity.has_generated_key();
        if !generated && !hooks_follow {
            return Err(Error::validation(
                entity.name,
                entity.key().name,
                "the primary key is not set: set it before flushing, or give it an `on_create` or `default_raw`",
            ));
        }
        if generated {
            unset.insert(entity.key);
        }
    }
    if simple_key && entity.key().details.identity == Some(Identity::Always) && !view.is_unset(entity.key) {
        let message = "is numbered by the database alone: leave it out, or say `identity = by_default`";
        return Err(Error::validation(entity.name, entity.key().name, message));
    }
    let mut overrides = Vec::new();
    if let Some(version) = entity.version
        && view.is_unset(version)
    {
        // counted here, not by the database
        unset.remove(version);
        overrides.push((version, next_version(entity, version, None)?));
    }
    let computed = cell.computed();
    computed.iter().for_each(|(field, _)| unset.remove(*field));
    let is_computed = |field: u16| computed.iter().any(|(computed, _)| *computed == field);
    let columns = entity
        .columns()
        .filter(|property| property.persist && !unset.contains(property.index) && !is_computed(property.index))
        .filter(|property| property.kind != PropertyKind::Lazy || view.is_lazy_loaded(property.index))
        .map(|property| property.index)
        .collect();
    Ok(Change { entity: entity.id, before: None, columns, overrides, unset, computed, key: None, returned: Vec::new(), version })
}

pub(super) fn update(entity: &EntityMetadata, cell: &AnyRef) -> Result<Option<Change>> {
    let (Some(before), Some(version)) = (cell.pin_snapshot(), cell.pin()) else { return Ok(None) };
    check_left_behind(entity, cell, &before, &version)?;
    check_persisted(entity, cell, &before, &version)?;
    let changed = |view: EntityView<'_>| {
        let mut fields = view.diff(&before.view());
        // the version is this module's to count
        entity.version.into_iter().for_each(|version| fields.remove(version));
        // nor is there anything to be written of these
        entity.unwritten.iter().for_each(|field| fields.remove(*field));
        fields
    };
    let fields = changed(version.view());
    let computed = cell.computed();
    if fields.is_empty() && computed.is_empty() {
        let mut left = version.view().diff(&before.view());
        let filled = entity.unwritten.iter().filter(|field| entity.property(**field).kind == PropertyKind::Virtual);
        filled.for_each(|field| left.remove(*field));
        if left.is_empty() {
            cell.mark_unchanged(&before, &version);
        }
        return Ok(None);
    }
    if keeps_edits(cell) {
        return Ok(None);
    }
    let is_set = |field: u16| fields.contains(field) || computed.iter().any(|(computed, _)| *computed == field);
    let on_update = entity.descriptor.fields.iter().zip(0_u16..).filter(|(_, field)| !is_set(*field));
    let callbacks: Vec<_> = on_update.filter_map(|(def, _)| Some((def, def.attributes.on_update?))).collect();
    // what is edited from here on is not in this change, and stays pending
    let (version, fields) = if callbacks.is_empty() {
        (version, fields)
    } else {
        cell.edit_with_callbacks(&callbacks)?;
        let Some(version) = cell.pin() else { return Ok(None) };
        let fields = changed(version.view());
        (version, fields)
    };
    let mut columns: FieldSet = written(entity, fields.iter()).collect();
    for field in fields.iter().filter(|field| entity.property(*field).kind == PropertyKind::Embedded) {
        unchanged_parts(entity, field, &before, &version).for_each(|column| columns.remove(column));
    }
    let mut written = columns.clone();
    for column in computed.iter().flat_map(|(field, _)| entity.columns_of(*field)) {
        written.insert(*column);
        columns.remove(*column);
    }
    if written.is_empty() {
        return Ok(None);
    }
    check_noticed(entity, cell, &written)?;
    let mut overrides = Vec::new();
    if let Some(property) = entity.version {
        overrides.push((property, next_version(entity, property, Some(before.view().value(property)))?));
        columns.insert(property);
    }
    Ok(Some(Change {
        entity: entity.id,
        version,
        before: Some(before),
        columns,
        overrides,
        unset: FieldSet::new(),
        computed,
        key: None,
        returned: Vec::new(),
    }))
}

/// The columns of an embedded struct that are as they were.
fn unchanged_parts(entity: &EntityMetadata, field: u16, before: &Pinned, now: &Pinned) -> impl Iterator<Item = u16> {
    let parts = |pinned: &Pinned| match pinned.view().value(field).into_owned() {
        Value::Row(parts) => parts,
        _ => vec![Value::Null; entity.columns_of(field).len()],
    };
    let values = parts(before).into_iter().zip(parts(now));
    let columns = entity.columns_of(field).to_vec().into_iter().zip(values);
    columns.filter(|(_, (before, now))| before.same(now)).map(|(column, _)| column)
}

/// The side of a one-to-one relation without a column was set to something else, but what it referred to still refers here:
/// that can't be null.
fn check_left_behind(entity: &EntityMetadata, cell: &AnyRef, before: &Pinned, now: &Pinned) -> Result<()> {
    let Some((field, lost)) = cell.left_behind(&before.view(), &now.view()) else { return Ok(()) };
    let property = entity.property(field);
    let back = property.mapped_by().map_or("", |back| lost.descriptor().fields[usize::from(back)].name);
    Err(Error::validation(
        entity.name,
        property.name,
        format!(
            "no longer refers to {}, whose {back} can't be null and still refers to {}: add `orphan_removal` here to have it \
             deleted then, remove it with `em.remove`, or point it at another {}",
            lost.describe(),
            cell.describe(),
            entity.name
        ),
    ))
}

/// A row refers to what another one took from it, and can't refer to nothing: both would refer to the same.
fn check_displaced(heap: &HeapArc) -> Result<()> {
    let Some((row, field, target)) = heap.displaced() else { return Ok(()) };
    let back = row.referred_back_by(field).map_or("", |back| target.descriptor().fields[usize::from(back)].name);
    let (name, owner) = (row.name(), target.name());
    Err(Error::validation(
        name,
        row.descriptor().fields[usize::from(field)].name,
        format!(
            "{} refers to {}, which belongs to another {name} now, and can't be null: add `orphan_removal` to {owner}.{back} to \
             have it deleted then, remove it with `em.remove`, or point it at another {owner}",
            row.describe(),
            target.describe(),
        ),
    ))
}

/// The side of a one-to-one relation without a column was set to a new entity that nobody persists: it would be lost.
fn check_persisted(entity: &EntityMetadata, cell: &AnyRef, before: &Pinned, now: &Pinned) -> Result<()> {
    let lost = cell.inverse_fields().find_map(|(field, _)| {
        let target = now.view().to_one(field).filter(|target| target.is_new() && !target.is_persisted() && !target.is_gone())?;
        (before.view().to_one(field) != Some(target)).then(|| (field, target.clone()))
    });
    let Some((field, target)) = lost else { return Ok(()) };
    Err(Error::validation(
        entity.name,
        entity.property(field).name,
        format!(
            "refers to a {} that is not persisted: persist it with `em.persist`, or say `cascade(persist)` here",
            target.name()
        ),
    ))
}

/// The columns of these fields, but for those that are somebody else's to write.
pub(super) fn written(entity: &EntityMetadata, fields: impl Iterator<Item = u16>) -> impl Iterator<Item = u16> {
    let fields = fields.filter(|field| entity.property(*field).persist);
    fields.flat_map(|field| entity.columns_of(field).iter().copied()).filter(|column| entity.property(*column).persist)
}

/// Others must be able to notice an update: where columns are checked and there is no version, one of them changes.
fn check_noticed(entity: &EntityMetadata, cell: &AnyRef, columns: &FieldSet) -> Result<()> {
    let checked = || entity.properties.iter().filter(|property| property.concurrency_check);
    let changes = |property: &PropertyMetadata| entity.columns_of(property.index).iter().any(|column| columns.contains(*column));
    if entity.version.is_some() || checked().next().is_none() || checked().any(changes) {
        return Ok(());
    }
    let properties: Vec<_> = checked().filter(|property| !property.primary).map(|property| property.name).collect();
    let reason = LockReason::Unnoticed { properties: properties.join(", ") };
    Err(Error::OptimisticLock(LockFailure::new(cell, reason)))
}

/// The value that a version property gets: one more, or the time.
pub(super) fn next_version(entity: &EntityMetadata, version: u16, before: Option<Value<'_>>) -> Result<Value<'static>> {
    let property = entity.property(version);
    if matches!(property.column_type, Some(ColumnType::DateTime | ColumnType::LocalDateTime)) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_micros()).unwrap_or(i64::MAX);
        // a clock that stands still or goes back must not give the same version twice
        let after = match before {
            Some(Value::DateTime(before)) => before.saturating_add(1),
            _ => i64::MIN,
        };
        return Ok(Value::DateTime(now.max(after)));
    }
    let before = match before {
        None => 0,
        Some(Value::Int(before)) => before,
        Some(other) => {
            return Err(Error::validation(
                entity.name,
                property.name,
                format!("the version is {} and can't be counted", other.kind()),
            ));
        }
    };
    let fits = |next: &Value<'_>| check_value(&entity.descriptor.fields[usize::from(version)], next).is_ok();
    before
        .checked_add(1)
        .map(Value::Int)
        .filter(fits)
        .ok_or_else(|| Error::validation(entity.name, property.name, "the version can't be counted any further"))
}

/// The key that an inserted entity has: what it says itself, what the database gave, and the keys of what it refers to.
pub(super) fn own_key(entity: &EntityMetadata, change: &Change, keys: &Keys) -> Option<Key> {
    let view = change.view();
    let part = |property: &PropertyMetadata| match view.to_one(property.index) {
        Some(target) => keys.key_of(target),
        None if change.unset.contains(property.index) => {
            let returned = change.returned.iter().find(|(field, _)| *field == property.index);
            canonical_key_part(entity, property, &returned?.1)
        }
        None => Key::from_value(&view.value(property.index)),
    };
    if entity.key != KEY {
        return part(entity.property(entity.key));
    }
    Key::from_parts(entity.properties.iter().filter(|property| property.primary && property.part_of.is_none()).map(part))
}

fn canonical_key_part(entity: &EntityMetadata, property: &PropertyMetadata, value: &Value<'_>) -> Option<Key> {
    canonical_column(&entity.descriptor.fields[usize::from(property.index)], value).ok().flatten()
}
