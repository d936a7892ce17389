//! What the model checker's tests do beside what handles offer: rows come in, and flushes take changes out.

use super::{AnyRef, FieldSet, Heap, HeapArc, HydratePlan, Loaded, Ref};
use crate::driver::Row;
use crate::entity::Entity;
use crate::key::Key;
use crate::metadata::{EntityList, Metadata, discover};
use crate::value::{Value, ValueError};

/// An identity map without a database.
pub struct Map {
    heap: HeapArc,
    metadata: std::sync::Arc<Metadata>,
}

struct Columns(Vec<Value<'static>>);
impl Row for Columns {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> Result<Value<'_>, ValueError> {
        Ok(self.0[index].clone())
    }
}

impl Clone for Map {
    fn clone(&self) -> Self {
        Map { heap: self.heap.clone(), metadata: self.metadata.clone() }
    }
}

impl Map {
    /// An empty one.
    pub fn new(entities: &EntityList) -> Self {
        let metadata = std::sync::Arc::new(discover(entities).expect("the entities of tests fit"));
        Map { heap: Heap::shared(Some(metadata.clone())), metadata }
    }
    /// What a query does with a row: the key, then the other columns.
    pub fn row<T: Entity>(&self, values: Vec<Value<'static>>) -> Loaded<T> {
        let entity = self.metadata.described_by(T::descriptor()).expect("a known entity");
        let mut plan = HydratePlan::new(&self.heap, &self.metadata, entity.id, &entity.selected, false);
        let hydrated = plan.row(&Columns(values), 0).expect("the row fits").expect("the row has a key");
        Loaded::from_any(hydrated.entity)
    }
    /// What a query does with a to-many relation.
    pub fn items<T: Entity, U: Entity>(&self, owner: &Loaded<T>, field: u16, items: &[&Loaded<U>]) {
        let items: Vec<AnyRef> = items.iter().map(|item| item.as_ref_any().clone()).collect();
        owner.as_ref_any().set_collection(field, &items, super::Part::All);
    }
    /// A reference by key.
    pub fn reference<T: Entity>(&self, key: i64) -> Ref<T> {
        Ref::from_any(self.heap.reference(T::descriptor(), Key::Int(key)))
    }
    /// What `em.create` does with a struct.
    pub fn create<T: Entity>(&self, value: T) -> Loaded<T> {
        let cell = self.heap.cell_for_new(&value);
        cell.initialize(value, true);
        cell.take_key_of_version();
        cell.persist(FieldSet::new());
        Loaded::from_any(cell)
    }
    /// What a flush does, but for the database: `key` is what an insert is given.
    pub fn flush(&self, key: i64) {
        let scheduled = self.heap.scheduled();
        let inserts = scheduled.inserts.iter().filter_map(|(cell, _)| cell.pin());
        let inserts: Vec<_> = inserts.collect();
        let updates = scheduled.updates.iter().filter_map(|cell| {
            let (before, version) = (cell.pin_snapshot()?, cell.pin()?);
            if version.view().diff(&before.view()).is_empty() {
                cell.mark_unchanged(&before, &version);
                return None;
            }
            Some(version)
        });
        let updates: Vec<_> = updates.collect();
        for version in inserts {
            let cell = version.cell().clone();
            let stored = cell.write_back(&version, &[(0, Value::Int(key))]).expect("a key fits");
            cell.set_key(Key::Int(key));
            cell.mark_stored(&stored);
        }
        for version in updates {
            let stored = version.cell().write_back(&version, &[]).expect("nothing to fit");
            version.cell().mark_stored(&stored);
        }
        for (cell, ..) in scheduled.patches {
            cell.drop_patch();
        }
        self.heap.settle_schedule();
    }
    /// Whether the database has what readers see.
    pub fn is_stored<T: Entity>(&self, entity: &Loaded<T>) -> bool {
        let entity = entity.as_ref_any();
        match (entity.view(), entity.snapshot_view()) {
            (Some(current), Some(stored)) => current.diff(&stored).is_empty(),
            _ => false,
        }
    }
    /// Frees what nobody can look at; whether that could be known.
    pub fn reclaim(&mut self) -> bool {
        Heap::reclaim(&mut self.heap).is_some()
    }
}
