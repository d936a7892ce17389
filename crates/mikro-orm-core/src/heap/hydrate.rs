//! Building entities from rows, in the heap's own memory.

use super::any_ref::AnyRef;
use super::arena::{Arena, LinkKind};
use super::cell::{Cell, CellPtr, flag};
use super::collection::RawCollection;
use super::lazy::Anchor;
use super::register::Retired;
use super::sync::{AcqRel, Acquire};
use super::values::{self, Draft, Partial, Room};
use super::{FieldSet, Heap, HeapArc, one_to_one};
use crate::driver::Row;
use crate::entity::{DefaultValue, EntityDescriptor};
use crate::error::{Error, Result};
use crate::events::Loads;
use crate::field::{FieldKind, FieldVTable};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, Metadata, PropertyKind};
use crate::value::{Value, ValueError};
use std::collections::HashSet;
use std::ptr::NonNull;

/// How rows of one entity become versions: made once per query.
pub(crate) struct HydratePlan {
    /// Keeps the arenas.
    heap: HeapArc,
    arena: NonNull<Arena>,
    fields: Vec<FieldPlan>,
    /// The columns' fields.
    read: FieldSet,
    /// The key's columns, in order: where they are in rows.
    key_columns: Vec<usize>,
    /// Whether values of loaded rows are overwritten, edits included.
    refresh: bool,
    /// Gets entities that are loaded for the first time.
    loads: Option<Loads>,
    /// The row before: what is joined mostly repeats at once, and says the same.
    last: Option<CellPtr>,
    /// Rows that were read before.
    repeats: Repeats,
    /// The last flush before the query.
    flush: u64,
    /// The last flush that was seen since, and the rows that were replaced meanwhile.
    replaced: Option<(u64, HashSet<CellPtr>)>,
}
// SAFETY: the arena belongs to the heap that the plan counts
unsafe impl Send for HydratePlan {}
// SAFETY: as above
unsafe impl Sync for HydratePlan {}

struct FieldPlan {
    field: u16,
    offset: usize,
    vtable: &'static FieldVTable,
    source: Source,
}
enum Source {
    /// The column with this index holds the value.
    Column(usize),
    /// The column with this index holds the value of a lazy scalar.
    LazyColumn(usize),
    /// The columns with these indexes hold the values of a key.
    Row(Vec<usize>),
    /// The columns with these indexes hold the values of an embedded struct.
    Embedded(Vec<usize>),
    /// The column with this index holds the key of an entity of this arena.
    Reference(usize, NonNull<Arena>),
    /// The columns with these indexes hold the key of an entity of this arena.
    ReferenceRow(Vec<usize>, NonNull<Arena>),
    /// A lazy scalar that is not read.
    Unread,
    /// No row says what it is. It holds its default, or nothing, until it is set.
    Unset(Unset),
    /// The side of a one-to-one relation without a column: the columns of the row from this index on, joined, hold the key
    /// of an entity of this arena. Without one it is as it was.
    Inverse(Option<usize>, NonNull<Arena>),
    /// A collection.
    Collection,
}

/// What a field holds that no row says.
struct Unset {
    default: Option<DefaultValue>,
    /// Whether it has no column at all.
    is_virtual: bool,
}

/// A row's columns from the plan's first on. A key of one column was read before: reading a column costs more than a copy.
struct Columns<'a> {
    row: &'a dyn Row,
    first: usize,
    key: Option<(usize, Value<'a>)>,
}

impl Columns<'_> {
    fn get(&self, column: usize) -> Result<Value<'_>, ValueError> {
        match &self.key {
            Some((known, key)) if *known == column => Ok(match key {
                Value::Int(key) => Value::Int(*key),
                Value::Text(key) => Value::Text((&**key).into()),
                Value::Bytes(key) => Value::Bytes((&**key).into()),
                other => other.clone(),
            }),
            _ => self.row.get(self.first + column),
        }
    }

    /// The values of several columns as one; null when one of them is.
    fn row_of(&self, columns: &[usize]) -> Result<Value<'_>, (usize, ValueError)> {
        let values = (0..).zip(columns).map(|(part, column)| self.get(*column).map_err(|error| (part, error)));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        Ok(if values.iter().any(Value::is_null) { Value::Null } else { Value::Row(values) })
    }

    /// The values of an embedded struct's columns as one; null when all of them are.
    fn embedded(&self, columns: &[usize]) -> Result<Value<'_>, (usize, ValueError)> {
        let values = (0..).zip(columns).map(|(part, column)| self.get(*column).map_err(|error| (part, error)));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        Ok(if values.iter().all(Value::is_null) { Value::Null } else { Value::Row(values) })
    }

    /// The key in several columns.
    fn key_of(&self, arena: &Arena, columns: &[usize]) -> Result<Option<Key>, (usize, ValueError)> {
        arena.canonical_key(columns.iter().map(|column| self.get(*column)))
    }
}

/// What became of a row.
pub(crate) struct Hydrated {
    pub entity: AnyRef,
    /// To-one relations that were handed out as populated, and that the row has moved elsewhere.
    pub moved: Vec<u16>,
}

impl HydratePlan {
    /// A plan for rows with these fields' columns, in order; the key must be among them.
    pub(crate) fn new(heap: &HeapArc, metadata: &Metadata, entity: EntityId, columns: &[u16], refresh: bool) -> Self {
        let entity = metadata.entity(entity);
        let raw: *const Heap = heap.as_ptr();
        // SAFETY: `heap` is alive, and the plan keeps it
        let arena = unsafe { Heap::arena(raw, entity.id, entity.descriptor) };
        let place_of = |column: &u16| columns.iter().position(|known| known == column);
        let target_of = |field: u16| {
            let target = entity.property(field).relation.as_ref().expect("a to-one property is a relation").target;
            let target = metadata.entity(target);
            // SAFETY: as above
            NonNull::from(unsafe { Heap::arena(raw, target.id, target.descriptor) })
        };
        let fields = (0_u16..)
            .zip(entity.descriptor.fields)
            .map(|(field, def)| {
                let places: Vec<usize> = entity.columns_of(field).iter().filter_map(place_of).collect();
                let source = match (def.vtable.kind, &places[..]) {
                    (FieldKind::ToMany, _) => Source::Collection,
                    (FieldKind::Lazy(_), [column]) => Source::LazyColumn(*column),
                    (FieldKind::Lazy(_), _) => Source::Unread,
                    (FieldKind::ToOne, [column]) => Source::Reference(*column, target_of(field)),
                    (FieldKind::Scalar(_), _) if def.vtable.embedded.is_some() => Source::Embedded(places),
                    (FieldKind::Scalar(_), [column]) => Source::Column(*column),
                    (FieldKind::ToOne, []) if entity.property(field).mapped_by().is_some() => {
                        Source::Inverse(None, target_of(field))
                    }
                    (FieldKind::ToOne | FieldKind::Scalar(_), []) => Source::Unset(Unset {
                        default: def.attributes.default,
                        is_virtual: entity.property(field).kind == PropertyKind::Virtual,
                    }),
                    (FieldKind::ToOne, _) => Source::ReferenceRow(places, target_of(field)),
                    (FieldKind::Scalar(_), _) => Source::Row(places),
                };
                FieldPlan { field, offset: def.offset, vtable: def.vtable, source }
            })
            .collect();
        HydratePlan {
            heap: heap.clone(),
            arena: NonNull::from(arena),
            fields,
            read: columns.iter().copied().collect(),
            key_columns: entity.key_columns.iter().map(|column| place_of(column).expect("a query reads the key")).collect(),
            refresh,
            loads: None,
            last: None,
            repeats: Repeats::default(),
            flush: heap.flushes.load(Acquire),
            replaced: None,
        }
    }

    /// Notes entities that are loaded for the first time, when somebody listens to events of theirs.
    pub(crate) fn noting(mut self, loads: Option<&Loads>) -> Self {
        self.loads = loads.and_then(|loads| loads.of(self.arena().descriptor)).cloned();
        self
    }

    /// The row's columns from this index on, which are another table's, say what a side without a column refers to.
    pub(crate) fn set_inverse(&mut self, field: u16, at: usize) {
        if let Some(Source::Inverse(column, _)) = self.fields.get_mut(usize::from(field)).map(|plan| &mut plan.source) {
            *column = Some(at);
        }
    }

    fn arena(&self) -> &Arena {
        // SAFETY: the plan counts the heap
        unsafe { self.arena.as_ref() }
    }

    fn mapping_error(&self, field: u16, message: impl ToString) -> Error {
        let descriptor = self.arena().descriptor;
        Error::Mapping {
            entity: descriptor.name.to_owned(),
            property: descriptor.fields[usize::from(field)].name.to_owned(),
            message: message.to_string(),
        }
    }

    /// The error for a value in the how manieth column of a field.
    fn part_error(&self, field: u16, part: usize, message: impl ToString) -> Error {
        match self.entity() {
            Some(entity) => entity.mapping_error(entity.columns_of(field)[part], message),
            None => self.mapping_error(field, message),
        }
    }
    fn entity(&self) -> Option<&EntityMetadata> {
        Some(self.heap.metadata.as_ref()?.entity(self.arena().entity?))
    }
    /// The error for a row without a key.
    pub(crate) fn null_key(&self) -> Error {
        match self.entity() {
            Some(entity) => entity.null_key(entity.key_columns[0]),
            None => self.mapping_error(self.arena().shape.key.fields[0], "is null"),
        }
    }

    /// The entity of a row whose columns begin at `first`; `None` when its key is null (nothing was joined).
    ///
    /// # Errors
    /// When a column holds what its field can't; the entity is then as it was.
    pub(crate) fn row(&mut self, row: &dyn Row, first: usize) -> Result<Option<Hydrated>> {
        let arena = self.arena();
        let row = &mut Columns { row, first, key: None };
        let cell = if self.key_columns.is_empty() {
            // (what has no key is another one in each row)
            arena.new_cell()
        } else {
            let Some(key) = self.key(arena, row)? else { return Ok(None) };
            arena.cell_for(key)
        };
        let row = &*row;
        // SAFETY: the plan counts the heap
        let entity = unsafe { AnyRef::counted(cell) };
        let header = entity.cell();
        let mut moved = Vec::new();
        if self.last == Some(cell) {
            return Ok(Some(Hydrated { entity, moved }));
        }
        if header.current.load(Acquire).is_null() {
            self.fill(&entity, cell, row)?;
            self.repeats.note_first(cell);
        } else if self.repeats.has(cell) && !self.refresh {
            // (the statement says the same of it)
        } else if !header.is(flag::NEW) && (self.refresh || !self.is_unchanged(&entity, row)) {
            if !self.may_be_older(&entity, cell) {
                moved = self.merge(&entity, cell, row)?;
            }
            if self.refresh {
                entity.drop_patch();
                entity.drop_computed();
            }
            entity.apply_patch()?;
        } else {
            self.repeats.note_again(cell);
        }
        self.last = Some(cell);
        Ok(Some(Hydrated { entity, moved }))
    }

    /// Whether a flush that ended after the query began may have stored something newer than the row says. (What is lazy
    /// and not loaded yet is taken from it all the same.)
    fn may_be_older(&mut self, entity: &AnyRef, cell: CellPtr) -> bool {
        let last = self.heap.flushes.load(Acquire);
        if last == self.flush || self.refresh {
            return false;
        }
        if self.replaced.as_ref().is_none_or(|(seen, _)| *seen != last) {
            self.replaced = Some((last, self.heap.replaced_since(self.flush)));
        }
        let is_new = |plan: &FieldPlan| {
            let is_loaded = |view: super::EntityView<'_>| view.is_lazy_loaded(plan.field);
            matches!(plan.source, Source::LazyColumn(_)) && !entity.view().is_some_and(is_loaded)
        };
        self.replaced.as_ref().is_some_and(|(_, cells)| cells.contains(&cell)) && !self.fields.iter().any(is_new)
    }

    /// The key of a row; `None` when it is null. A key of one column is kept beside the row.
    fn key(&self, arena: &Arena, row: &mut Columns<'_>) -> Result<Option<Key>> {
        let fields = &arena.shape.key.fields;
        let [column] = self.key_columns[..] else {
            return self.row_key(arena, row);
        };
        let value = row.row.get(row.first + column).map_err(|error| self.mapping_error(fields[0], error))?;
        if value.is_null() {
            return Ok(None);
        }
        let key = super::keys::canonical_column(arena.shape.key.columns[0], &value)
            .map_err(|error| self.mapping_error(fields[0], error))?
            .ok_or_else(|| self.mapping_error(fields[0], format_args!("{} can't be a key", value.kind())))?;
        row.key = Some((column, value));
        Ok(Some(key))
    }

    /// The key of several columns.
    fn row_key(&self, arena: &Arena, row: &Columns<'_>) -> Result<Option<Key>> {
        let Some(entity) = self.entity() else { return Ok(None) };
        let known = row.key_of(arena, &self.key_columns);
        let key = known.map_err(|(part, error)| entity.mapping_error(entity.key_columns[part], error))?;
        if key.is_some() {
            return Ok(key);
        }
        // nothing was joined, or there is half a key
        let is_null = |column: &usize| row.get(*column).is_ok_and(|value| value.is_null());
        match self.key_columns.iter().position(is_null) {
            Some(part) if !self.key_columns.iter().all(is_null) => Err(entity.null_key(entity.key_columns[part])),
            _ => Ok(None),
        }
    }

    /// The first version of a row.
    fn fill(&self, entity: &AnyRef, cell: CellPtr, row: &Columns<'_>) -> Result<()> {
        let header = entity.cell();
        let claim = Claim::new(header, cell, self.arena().descriptor);
        // SAFETY: room for an entity that is ours
        unsafe { self.build(cell, claim.place, row) }?;
        let place = claim.keep();
        if header.current.compare_exchange(std::ptr::null_mut(), place, AcqRel, Acquire).is_err() {
            // another query was faster; what is in the room goes with the next reclaim
            entity.heap().retire(Retired::Version(cell, place));
            return Ok(());
        }
        // (a query that has merged its row meanwhile knows what the database has)
        let _ = header.snapshot.compare_exchange(std::ptr::null_mut(), place, AcqRel, Acquire);
        if self.refresh {
            entity.drop_patch();
            entity.drop_computed();
        }
        one_to_one::loaded(entity);
        if let Some(loads) = &self.loads {
            loads.push(entity.clone());
        }
        entity.apply_patch()
    }

    /// Builds a settled value from a row.
    ///
    /// # Safety
    /// `place` is room for an entity of the arena's type that nobody else uses.
    unsafe fn build(&self, cell: CellPtr, place: *mut u8, row: &Columns<'_>) -> Result<()> {
        // SAFETY: I6: each plan is for the field at its index, and its offset is where the field of this kind is
        unsafe {
            Partial::complete(self.arena().descriptor, place, |index| {
                let plan = &self.fields[index];
                self.build_field(plan, cell, place.add(plan.offset), row)
            })
        }
    }

    unsafe fn build_field(&self, plan: &FieldPlan, cell: CellPtr, place: *mut u8, row: &Columns<'_>) -> Result<()> {
        let fail = |error| self.mapping_error(plan.field, error);
        let fail_part = |(part, error)| self.part_error(plan.field, part, error);
        // SAFETY: the caller's: `place` is room for the field's type; I2: what is written is not counted
        unsafe {
            match &plan.source {
                Source::Column(column) => {
                    let value = row.get(*column).map_err(fail)?;
                    (plan.vtable.init)(place, value).map_err(fail)?;
                }
                Source::LazyColumn(column) => {
                    let value = row.get(*column).map_err(fail)?;
                    (plan.vtable.init)(place, value).map_err(fail)?;
                    (*place.cast::<Anchor>()).settle(cell, plan.field);
                }
                Source::Unread => {
                    if let Some(init_default) = plan.vtable.init_default {
                        init_default(place);
                    }
                    (*place.cast::<Anchor>()).settle(cell, plan.field);
                }
                Source::Unset(_) if plan.vtable.kind == FieldKind::ToOne => {
                    if !plan.vtable.nullable {
                        return Err(fail(ValueError::new("was not read")));
                    }
                    place.cast::<Option<AnyRef>>().write(None);
                }
                Source::Unset(Unset { default, .. }) => match (default, plan.vtable.init_default) {
                    (Some(default), _) => (plan.vtable.init)(place, default.get()).map_err(fail)?,
                    (None, Some(init_default)) => init_default(place),
                    (None, None) => (plan.vtable.init)(place, Value::Null).map_err(fail)?,
                },
                Source::Collection => place.cast::<RawCollection>().write(RawCollection::settled(cell, plan.field)),
                Source::Row(columns) => {
                    let value = row.row_of(columns).map_err(fail_part)?;
                    (plan.vtable.init)(place, value).map_err(fail)?;
                }
                Source::Embedded(columns) => {
                    let value = row.embedded(columns).map_err(fail_part)?;
                    (plan.vtable.init)(place, value).map_err(fail)?;
                }
                Source::ReferenceRow(columns, arena) => {
                    let reference = match row.key_of(arena.as_ref(), columns).map_err(fail_part)? {
                        Some(key) => Some(AnyRef::uncounted(arena.as_ref().cell_for(key))),
                        None if plan.vtable.nullable => None,
                        None => return Err(fail(ValueError::mismatch("a key", &Value::Null))),
                    };
                    place.cast::<Option<AnyRef>>().write(reference);
                }
                Source::Reference(column, arena) => {
                    let value = row.get(*column).map_err(fail)?;
                    let key = super::keys::canonical_column(arena.as_ref().shape.key.columns[0], &value).map_err(fail)?;
                    let reference = match key {
                        Some(key) => Some(AnyRef::uncounted(arena.as_ref().cell_for(key))),
                        None if value.is_null() && plan.vtable.nullable => None,
                        None => return Err(fail(ValueError::mismatch("a key", &value))),
                    };
                    place.cast::<Option<AnyRef>>().write(reference);
                }
                Source::Inverse(None, _) => place.cast::<Option<AnyRef>>().write(None),
                Source::Inverse(Some(column), arena) => {
                    let key = inverse_key(row, *column, arena.as_ref()).map_err(fail)?;
                    place.cast::<Option<AnyRef>>().write(key.map(|key| AnyRef::uncounted(arena.as_ref().cell_for(key))));
                }
            }
        }
        Ok(())
    }

    /// Whether the row says what the snapshot says, so that nothing needs to be built. (A column that can't be
    /// compared counts as changed; the merge then finds out.)
    fn is_unchanged(&self, entity: &AnyRef, row: &Columns<'_>) -> bool {
        let Some(snapshot) = entity.snapshot_view() else { return false };
        self.fields.iter().all(|plan| match &plan.source {
            Source::Column(column) => row.get(*column).is_ok_and(|value| snapshot.value(plan.field).same(&value)),
            Source::LazyColumn(column) => {
                snapshot.is_lazy_loaded(plan.field) && row.get(*column).is_ok_and(|value| snapshot.value(plan.field).same(&value))
            }
            Source::Reference(column, target) => {
                let known = snapshot.to_one(plan.field).and_then(AnyRef::key);
                // SAFETY: an arena of the heap that the plan counts
                let key = unsafe { target.as_ref() }.shape.key.columns[0];
                row.get(*column).is_ok_and(|value| super::keys::canonical_column(key, &value).is_ok_and(|key| key == known))
            }
            Source::Row(columns) => row.row_of(columns).is_ok_and(|value| snapshot.value(plan.field).same(&value)),
            Source::Embedded(columns) => row.embedded(columns).is_ok_and(|value| snapshot.value(plan.field).same(&value)),
            Source::ReferenceRow(columns, target) => {
                let known = snapshot.to_one(plan.field).and_then(AnyRef::key);
                // SAFETY: as above
                row.key_of(unsafe { target.as_ref() }, columns).is_ok_and(|key| key == known)
            }
            Source::Unread | Source::Unset(_) | Source::Collection | Source::Inverse(None, _) => true,
            // (what is edited is edited on the other side: this one is in step with it)
            Source::Inverse(Some(column), target) => {
                let known = entity.view().and_then(|view| view.to_one(plan.field)).and_then(AnyRef::key);
                // SAFETY: as above
                inverse_key(row, *column, unsafe { target.as_ref() }).is_ok_and(|key| key == known)
            }
        })
    }

    /// Merges a row into a loaded entity, three ways: what the user edited stays, the rest takes the row's values,
    /// and the snapshot is the row. With `refresh` the row replaces everything.
    fn merge(&self, entity: &AnyRef, cell: CellPtr, row: &Columns<'_>) -> Result<Vec<u16>> {
        let (arena, header) = (self.arena(), entity.cell());
        let descriptor = arena.descriptor;
        let room = Room::new(descriptor);
        // SAFETY: room for an entity that is ours
        let read = unsafe {
            self.build(cell, room.as_ptr(), row)?;
            room.filled()
        };
        let snapshot = header.snapshot.load(Acquire);
        let base = if snapshot.is_null() { header.current.load(Acquire) } else { snapshot };
        // what the row does not say (lazy scalars), the snapshot knows
        for field in arena.lazy_fields().filter(|field| !self.read.contains(*field)) {
            // SAFETY: both are entities of this type, and `read` is ours
            unsafe { values::copy_field(descriptor, base, read.as_ptr(), field) };
        }
        for plan in &self.fields {
            let Source::Unset(unset) = &plan.source else { continue };
            // (what the program fills is nobody's to overwrite)
            let known = if self.refresh && unset.is_virtual { header.current.load(Acquire) } else { base };
            // SAFETY: as above
            unsafe { values::copy_field(descriptor, known, read.as_ptr(), plan.field) };
        }
        // SAFETY: ours, and into the heap that the plan counts
        unsafe { values::settle(arena, read.as_ptr(), cell) };
        let mut current = header.current.load(Acquire);
        // SAFETY: `read` is ours and settled; a published version
        let in_step = unsafe { self.keep_in_step(entity, &read, current) };
        // SAFETY: both are entities of this type
        let unchanged = self.is_empty(unsafe { values::diff(descriptor, read.as_ptr(), base) });
        if unchanged && in_step && (!self.refresh || current == base) {
            return Ok(Vec::new());
        }
        loop {
            if !self.refresh && header.snapshot.load(Acquire) != snapshot {
                // a flush or another query has told meanwhile what the database has: this row may be older
                return Ok(Vec::new());
            }
            // SAFETY: published versions
            let edits = if self.refresh { FieldSet::new() } else { unsafe { values::diff(descriptor, current, base) } };
            let edits = self.stored(edits);
            let merged = if edits.is_empty() {
                None
            } else {
                // SAFETY: `read` is an entity of this type; the copy is ours until it is published
                unsafe {
                    let merged = Draft::fork(descriptor, read.as_ptr());
                    edits.iter().for_each(|field| values::copy_field(descriptor, current, merged.as_ptr(), field));
                    values::settle(arena, merged.as_ptr(), cell);
                    Some(merged)
                }
            };
            let next = merged.as_ref().unwrap_or(&read).as_ptr();
            if let Err(newer) = header.current.compare_exchange(current, next, AcqRel, Acquire) {
                current = newer;
                // SAFETY: as above
                unsafe { self.keep_in_step(entity, &read, current) };
                continue;
            }
            merged.map(Draft::publish);
            // (it stays among the changed ones until a flush has looked at it: an edit may come at any time)
            let before = header.snapshot.swap(read.publish().as_ptr(), AcqRel);
            entity.heap().retire(Retired::Version(cell, current));
            if !before.is_null() {
                entity.heap().retire(Retired::Version(cell, before));
            }
            // SAFETY: both are published, and the plan counts the heap
            let (before, after) = unsafe {
                (
                    super::EntityView::new(arena, NonNull::new_unchecked(current)),
                    super::EntityView::new(arena, NonNull::new_unchecked(next)),
                )
            };
            let mut moved = Vec::new();
            let is_to_one = |kind| matches!(kind, LinkKind::ToOne | LinkKind::ToOneNullable | LinkKind::Inverse);
            for link in arena.shape.links.iter().filter(|link| is_to_one(link.kind)) {
                let (old, new) = (before.to_one(link.field), after.to_one(link.field));
                if old != new {
                    super::collection::propagate(entity, link.field, old, new, super::collection::Origin::Database);
                    if new.is_some_and(|new| !new.is_initialized()) && entity.was_populated(link.field) {
                        moved.push(link.field);
                    }
                }
            }
            return Ok(moved);
        }
    }

    /// These fields, but for sides of relations that have no column.
    fn stored(&self, mut fields: FieldSet) -> FieldSet {
        self.arena().shape.one_to_ones.iter().filter(|side| side.inverse).for_each(|side| fields.remove(side.field));
        fields
    }
    fn is_empty(&self, fields: FieldSet) -> bool {
        fields.is_empty() || self.stored(fields).is_empty()
    }

    /// Sides of one-to-one relations without a column: what was read, unless an edit of the other side says otherwise.
    /// Says whether that is what is known already.
    ///
    /// # Safety
    /// `read` is settled, of the entity's type, and not published; `current` is a version of the entity.
    unsafe fn keep_in_step(&self, entity: &AnyRef, read: &Draft, current: *mut u8) -> bool {
        let mut in_step = true;
        for (field, back) in entity.inverse_fields() {
            let plan = &self.fields[usize::from(field)];
            // SAFETY: I6: a to-one field is an `Option<AnyRef>` behind its type, in both; the reference that is written is
            // not counted
            unsafe {
                let known = (*current.add(plan.offset).cast::<Option<AnyRef>>()).as_ref();
                let place = read.as_ptr().add(plan.offset).cast::<Option<AnyRef>>();
                let next = match plan.source {
                    Source::Inverse(Some(_), _) => one_to_one::resolve(entity, back, (*place).as_ref(), known),
                    _ => known,
                };
                in_step &= next == known;
                let next = next.map(|next| AnyRef::uncounted(next.ptr()));
                *place = next;
            }
        }
        in_step
    }
}

/// The key that joined columns hold.
fn inverse_key(row: &Columns<'_>, first: usize, target: &Arena) -> Result<Option<Key>, ValueError> {
    let columns = (first..).take(target.shape.key.columns.len());
    target.canonical_key(columns.map(|column| row.row.get(column))).map_err(|(_, error)| error)
}

/// The room for a first version, claimed: that behind the cell's header, or some of its own when that is taken.
/// Given back unless it is kept.
struct Claim<'a> {
    header: &'a Cell,
    descriptor: &'static EntityDescriptor,
    place: *mut u8,
    in_cell: bool,
}
impl<'a> Claim<'a> {
    fn new(header: &'a Cell, cell: CellPtr, descriptor: &'static EntityDescriptor) -> Self {
        let in_cell = !header.set(flag::ROOM_TAKEN);
        // SAFETY: the caller has the cell's header, so its heap is alive
        let place = if in_cell { unsafe { cell.room() } } else { values::allocate(descriptor) };
        Claim { header, descriptor, place, in_cell }
    }
    fn keep(self) -> *mut u8 {
        std::mem::ManuallyDrop::new(self).place
    }
}
impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if self.in_cell {
            self.header.clear(flag::ROOM_TAKEN);
        } else {
            // SAFETY: from `allocate`, with nothing in it
            unsafe { values::deallocate(self.descriptor, self.place) };
        }
    }
}

/// The last cells of which rows were read: what many refer to comes again and again in an answer, and need not be compared
/// each time.
#[derive(Default)]
struct Repeats {
    /// By the low bits of their addresses; empty until something has come again.
    cells: Vec<Option<CellPtr>>,
    few: u8,
}

impl Repeats {
    /// How many of them are worth a table.
    const FEW: u8 = 16;
    const SIZE: usize = 1 << 12;

    fn place(cell: CellPtr) -> usize {
        // (cells are far larger than eight bytes)
        let address = cell.0.addr().get() >> 3;
        (address ^ (address >> 12)) % Self::SIZE
    }
    fn has(&self, cell: CellPtr) -> bool {
        !self.cells.is_empty() && self.cells[Self::place(cell)] == Some(cell)
    }
    fn note_first(&mut self, cell: CellPtr) {
        if !self.cells.is_empty() {
            self.cells[Self::place(cell)] = Some(cell);
        }
    }
    fn note_again(&mut self, cell: CellPtr) {
        if self.cells.is_empty() {
            self.few += 1;
            if self.few == Self::FEW {
                self.cells = vec![None; Self::SIZE];
            }
        }
        self.note_first(cell);
    }
}

/// The last bit of [`Cell::populated`].
const LAST_BIT: usize = 31;

impl AnyRef {
    fn link_order(&self, field: u16) -> usize {
        self.arena().shape.links.iter().position(|link| link.field == field).unwrap_or(0)
    }
    /// Relations from the thirty-second on share the last bit.
    fn populated_bit(order: usize) -> u32 {
        1 << order.min(LAST_BIT)
    }
    /// Notes that the relation was handed out as populated.
    pub(crate) fn mark_populated(&self, field: u16) {
        let order = self.link_order(field);
        let bit = Self::populated_bit(order);
        if self.cell().populated.load(Acquire) & bit == 0 {
            self.cell().populated.fetch_or(bit, AcqRel);
        }
        if order >= LAST_BIT {
            self.heap().register().populated.insert((self.ptr(), field));
        }
    }
    /// Whether serialized output has what the relation leads to, and not its key.
    #[cfg(feature = "serde")]
    pub(crate) fn is_populated(&self, field: u16) -> bool {
        self.cell().is(flag::NEW | flag::INSERTED) || self.was_populated(field)
    }
    /// Notes that the row has a key for the relation, and that no row with that key was joined: there is none, or the
    /// query's condition has left it out.
    pub(crate) fn mark_absent(&self, field: u16) {
        if let Some(target) = self.snapshot_view().and_then(|row| row.to_one(field)) {
            target.set_absent();
        }
    }
    /// Notes that the row was asked for and not found.
    pub(crate) fn set_absent(&self) {
        if !self.is_initialized() {
            self.cell().set(flag::ABSENT);
        }
    }
    /// Whether the row was asked for and not found.
    pub(crate) fn is_absent(&self) -> bool {
        !self.is_initialized() && self.cell().is(flag::ABSENT)
    }
    fn was_populated(&self, field: u16) -> bool {
        let order = self.link_order(field);
        self.cell().populated.load(Acquire) & Self::populated_bit(order) != 0
            && (order < LAST_BIT || self.heap().register().populated.contains(&(self.ptr(), field)))
    }
}
