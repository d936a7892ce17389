//! Updates: changed columns only, grouped by which these are.

use super::change::{Change, Keys, Patch, PatchRows, Rows, grouped};
use super::levels;
use super::order::Turn;
use super::plan::{self, Plan};
use super::work::Work;
use crate::driver::{Row, RowValues, UpdateBatch};
use crate::error::{Error, LockFailure, LockReason, Result};
use crate::field::ColumnType;
use crate::heap::{AnyRef, CellMap, expressions};
use crate::metadata::{EntityId, EntityMetadata, PropertyKind};
use crate::value::Value;

/// Runs the planned updates of one turn; with the last one patches of rows that are not loaded, and the foreign keys
/// that inserts left open.
pub(super) async fn run(plan: &mut Plan, turn: Turn, work: &mut Work<'_>) -> Result<()> {
    if turn != Turn::Usual && !plan.order.has(turn) {
        return Ok(());
    }
    park(plan, turn, work).await?;
    let others: Vec<Change> = plan.updates.extract_if(.., |change| plan.order.turn(change.cell()) != turn).collect();
    let patches = if turn == Turn::Usual { Vec::new() } else { std::mem::take(&mut plan.patches) };
    let metadata = plan.metadata.clone();
    for id in metadata.commit_order() {
        let entity = metadata.entity(*id);
        if work.is_observed() {
            work.before_update(plan, entity).await?;
        }
        changes(plan, entity, work).await?;
        patched(plan, entity, work).await?;
        if work.is_observed() {
            work.after_update(plan, entity).await?;
        }
    }
    plan.updates.extend(others);
    plan.patches.extend(patches);
    if turn == Turn::Usual { close_cycles(plan, work).await } else { Ok(()) }
}

/// Sets fields to null whose values others take before the row's own update.
async fn park(plan: &Plan, turn: Turn, work: &mut Work<'_>) -> Result<()> {
    let parked = plan.order.parked.iter().filter(|parked| parked.turn == turn);
    for ((entity, field), parked) in grouped(parked, |parked| (parked.entity, parked.field)) {
        let rows: Vec<_> = parked.into_iter().map(|parked| (&parked.cell, None)).collect();
        point(plan, entity, field, rows, &[], work).await?;
    }
    Ok(())
}

/// Updates loaded rows of an entity: those of which the same columns changed with one statement, but for those that
/// come one after the other.
async fn changes(plan: &mut Plan, entity: &EntityMetadata, work: &mut Work<'_>) -> Result<()> {
    let mut read_back: Vec<(usize, Vec<(u16, Value<'static>)>)> = Vec::new();
    let changes = plan.updates.iter().enumerate().filter(|(_, change)| change.entity == entity.id);
    let mut groups = grouped(changes, |(_, change)| {
        (plan.order.level(change.cell()), change.columns.clone(), change.expressions(), change.read_back(entity))
    });
    groups.sort_by_key(|((level, ..), _)| *level);
    for ((_, fields, computed, read_back_fields), changes) in groups {
        let returning: Vec<u16> = read_back_fields.iter().collect();
        let (places, changes): (Vec<usize>, Vec<&Change>) = changes.into_iter().unzip();
        // the version comes last, wherever it is declared
        let own = levels::own(entity, &fields);
        let counted = entity.version.filter(|version| own.contains(*version));
        let columns: Vec<u16> = own.iter().filter(|field| Some(*field) != counted).chain(counted).collect();
        let checks = &entity.checks;
        let rows = Rows { entity, changes: &changes, columns: &columns, keys: &plan.keys, checks };
        if columns.is_empty() && computed.is_empty() {
            levels::update(entity, &changes, plan, work).await?;
            continue;
        }
        let batch = UpdateBatch {
            entity: entity.id,
            columns: &columns,
            rows: &rows,
            checks,
            counted: None,
            computed: &computed,
            returning: &returning,
        };
        let mut returned = |row: usize, values: &dyn Row| {
            if let Some(place) = places.get(row) {
                let fields = fields_of(entity, &returning, values)?;
                changes[row].cell().check_parts(changes[row].view(), &fields)?;
                read_back.push((*place, fields));
            }
            Ok(())
        };
        let found = work.connection()?.update(batch, &mut returned).await?;
        check_all(found, !checks.is_empty(), |row| changes[row].cell())?;
        levels::update(entity, &changes, plan, work).await?;
    }
    for (place, values) in read_back {
        plan.updates[place].returned = values;
    }
    Ok(())
}

/// What a row that the database gave back says of fields.
fn fields_of(entity: &EntityMetadata, fields: &[u16], row: &dyn Row) -> Result<Vec<(u16, Value<'static>)>> {
    let field = |(index, field): (usize, &u16)| {
        let value = row.get(index).and_then(|value| {
            // after the commit it would be too late to notice
            entity.check_column(*field, &value)?;
            Ok((*field, value.into_owned()))
        });
        value.map_err(|error| {
            let property = entity.property(*field);
            if row.get(index).is_ok_and(|value| property.column_type.is_some_and(|column| is_beyond(column, &value))) {
                return Error::validation(entity.name, property.name, BEYOND);
            }
            Error::Mapping { entity: entity.name.to_owned(), property: property.name.to_owned(), message: error.to_string() }
        })
    };
    fields.iter().enumerate().map(field).collect()
}

const BEYOND: &str =
    "what the database computes is beyond the numbers that the property takes: compute a smaller one, or use a wider type";

/// Whether a value that does not fit is a number beyond those of a column of integers. (A sum that is no 64 bit integer is a
/// float to some databases.)
fn is_beyond(column: ColumnType, value: &Value<'_>) -> bool {
    column.is_integer()
        && match value {
            Value::Int(_) | Value::UInt(_) => true,
            Value::Double(value) => value.abs() >= 9.2e18,
            _ => false,
        }
}

/// Updates rows of an entity that are not loaded. Their versions are not known, so they are not checked, but counted.
async fn patched(plan: &Plan, entity: &EntityMetadata, work: &mut Work<'_>) -> Result<()> {
    let counted = entity.version.filter(|version| !is_moment(entity, *version));
    let moment = entity.version.filter(|version| is_moment(entity, *version));
    let patches = plan.patches.iter().filter(|patch| patch.entity == entity.id);
    for ((mut columns, computed), patches) in
        grouped(patches, |patch: &&Patch| (patch.columns(entity), expressions(&patch.cell, &patch.computed)))
    {
        columns.extend(moment);
        // (what the database computes must be what the property can hold: nobody could read the row otherwise)
        let mut returning: Vec<u16> = Vec::with_capacity(computed.len());
        let mut structs: Vec<u16> = Vec::new();
        for (field, _) in &computed {
            match entity.property(*field).part_of {
                None => returning.push(*field),
                Some(whole) if structs.contains(&whole) => {}
                Some(whole) => {
                    structs.push(whole);
                    returning.extend(entity.columns_of(whole));
                }
            }
        }
        let version = moment.map(|field| Ok::<_, Error>((field, plan::next_version(entity, field, None)?))).transpose()?;
        let rows = PatchRows { entity, patches: &patches, columns: &columns, version };
        let batch = UpdateBatch {
            entity: entity.id,
            columns: &columns,
            rows: &rows,
            checks: &[],
            counted,
            computed: &computed,
            returning: &returning,
        };
        let mut check = |_: usize, values: &dyn Row| {
            let fields = fields_of(entity, &returning, values)?;
            structs.iter().try_for_each(|whole| entity.check_embedded(*whole, &fields))
        };
        let found = work.connection()?.update(batch, &mut check).await?;
        check_all(found, false, |row| &patches[row].cell)?;
    }
    Ok(())
}

/// Whether a version is the time of the last update, and no number.
pub(super) fn is_moment(entity: &EntityMetadata, version: u16) -> bool {
    matches!(entity.property(version).column_type, Some(ColumnType::DateTime | ColumnType::LocalDateTime))
}

/// Sets the foreign keys that were null when their rows were inserted, as planned then: what is edited since is another
/// flush's.
async fn close_cycles(plan: &mut Plan, work: &mut Work<'_>) -> Result<()> {
    if plan.extra.is_empty() {
        return Ok(());
    }
    let open = plan.inserts.iter().filter(|change| !change.overrides.is_empty());
    let planned: CellMap<_> = open.map(|change| (change.cell().clone(), &change.version)).collect();
    let mut read: Vec<(AnyRef, Fields)> = Vec::new();
    for ((entity, field), cells) in grouped(&plan.extra, |(cell, field)| (cell.entity(), *field)) {
        let Some(entity) = entity else { continue };
        let target = |cell: &'_ AnyRef| {
            let version = planned.get(cell).map(|version| version.view());
            // (what was told to the identity map already, has it as the database's version)
            version.or_else(|| cell.snapshot_view()).and_then(|view| view.to_one(field)).cloned()
        };
        let targets: Vec<_> = cells.iter().map(|(cell, _)| target(cell)).collect();
        let rows = cells.iter().zip(&targets).map(|((cell, _), target)| (cell, target.as_ref())).collect();
        // (what is computed of the foreign key is another value now)
        let computed = plan.metadata.entity(entity).properties.iter();
        let computed = computed.filter(|property| property.generated.is_some() && property.kind != PropertyKind::Lazy);
        let returning: Vec<u16> = computed.map(|property| property.index).collect();
        let returned = point(plan, entity, field, rows, &returning, work).await?;
        read.extend(returned.into_iter().map(|(row, fields)| (cells[row].0.clone(), fields)));
    }
    drop(planned);
    for (cell, fields) in read {
        match plan.inserts.iter_mut().find(|change| *change.cell() == cell) {
            Some(change) => {
                change.returned.retain(|(known, _)| fields.iter().all(|(field, _)| field != known));
                change.returned.extend(fields);
            }
            // (the identity map was told of the insert already)
            None => {
                let stored = cell.pin_snapshot().map(|stored| cell.write_back(&stored, &fields)).transpose()?;
                stored.into_iter().for_each(|stored| cell.mark_stored(&stored));
            }
        }
    }
    Ok(())
}

/// Values by field.
type Fields = Vec<(u16, Value<'static>)>;

/// Points a relation of rows elsewhere, or sets a field to null. Gives what is read back, by row.
async fn point(
    plan: &Plan,
    entity: EntityId,
    field: u16,
    rows: Vec<(&AnyRef, Option<&AnyRef>)>,
    returning: &[u16],
    work: &mut Work<'_>,
) -> Result<Vec<(usize, Fields)>> {
    let metadata = plan.metadata.entity(entity);
    let there = levels::place_of(metadata, field);
    let (entity, columns) = match &there {
        Some((table, column)) => (*table, std::slice::from_ref(column)),
        None => (entity, metadata.columns_of(field)),
    };
    let rows = Targets { rows, keys: &plan.keys };
    let batch = UpdateBatch { entity, columns, rows: &rows, checks: &[], counted: None, computed: &[], returning };
    let mut read = Vec::new();
    let mut returned = |row: usize, values: &dyn Row| {
        read.push((row, fields_of(metadata, returning, values)?));
        Ok(())
    };
    let found = work.connection()?.update(batch, &mut returned).await?;
    check_all(found, false, |row| rows.rows[row].0)?;
    Ok(read)
}

/// Where nothing is read back.
pub(super) fn nothing_returned(_: usize, _: &dyn Row) -> Result<()> {
    Ok(())
}

/// Rows, and what one relation of each is to refer to.
struct Targets<'a> {
    rows: Vec<(&'a AnyRef, Option<&'a AnyRef>)>,
    keys: &'a Keys,
}

impl RowValues for Targets<'_> {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn value(&self, row: usize, column: usize) -> Value<'_> {
        self.rows[row].1.map_or(Value::Null, |target| self.keys.value_of(target, column))
    }
    fn key(&self, row: usize, part: usize) -> Value<'_> {
        self.keys.value_of(self.rows[row].0, part)
    }
}

/// Every row must have been there, with what was expected in it.
pub(super) fn check_all<'a>(found: Vec<bool>, checked: bool, cell: impl Fn(usize) -> &'a AnyRef) -> Result<()> {
    match found.iter().position(|found| !found) {
        None => Ok(()),
        Some(row) => {
            let cell = cell(row);
            if checked {
                return Err(Error::OptimisticLock(LockFailure::new(cell, LockReason::Changed)));
            }
            let key = cell.key().map_or_else(String::new, |key| key.to_string());
            let criteria = format!("{key}, to be updated: somebody else deleted the row");
            Err(Error::NotFound { entity: cell.name().to_owned(), criteria })
        }
    }
}
