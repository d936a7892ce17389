//! One entity's cells in one heap: chunks of them, found by key.

use super::Heap;
use super::cell::{Cell, CellPtr};
use super::collection::{CollectionState, ManyToMany};
use super::keys::{KeyShape, canonical_column, canonical_row};
use super::one_to_one::OneToOne;
use super::sync::{AtomicPtr, Mutex, MutexGuard, lock};
use super::values::is_finer;
use crate::entity::EntityDescriptor;
use crate::field::FieldKind;
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, Metadata, PropertyKind, PropertyMetadata};
use crate::value::{Value, ValueError};
use hashbrown::HashTable;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// Where a field is that must be told which heap and cell it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Link {
    pub offset: usize,
    pub field: u16,
    pub kind: LinkKind,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum LinkKind {
    ToOne,
    ToOneNullable,
    /// The side of a one-to-one relation without a column.
    Inverse,
    Collection,
    Lazy,
}

/// What arenas of an entity derive from its descriptor and metadata, once.
pub(crate) struct Shape {
    /// A cell with its collections' pointer and the room for a version.
    pub cell: Layout,
    pub value_offset: usize,
    pub links: Vec<Link>,
    pub key: KeyShape,
    /// The fields with dates and times.
    pub moments: Vec<u16>,
    /// Whether all fields are plain, so that a version can share what is in them with the one that follows it.
    pub is_plain: bool,
    /// To-many fields, in order: a collection's slot is its place here.
    pub collections: Vec<u16>,
    /// For each field: the slot of the collection on the other side of this to-one relation.
    pub inverse: Vec<Option<u16>>,
    /// For each to-many slot: the to-one field of the target that it mirrors.
    pub mapped_by: Vec<Option<u16>>,
    /// For each to-many slot: what is to be known of a many-to-many relation.
    pub many_to_many: Vec<Option<ManyToMany>>,
    /// For each relation that owns a foreign key or a table: this entity's collections that show a part of it, by a condition
    /// of their own.
    pub parts: Vec<Vec<u16>>,
    /// For each of these: the other entity's.
    pub other_parts: Vec<Vec<u16>>,
    /// For each to-many slot: whether it shows a part, by a condition of its own; and the field that shows all.
    pub partial: Vec<Option<Option<u16>>>,
    /// The many-to-many fields, of whatever entities, whose items are of this one.
    pub linked: Vec<(EntityId, u16)>,
    /// The one-to-many fields, of whatever entities, whose items are of this one.
    pub held: Vec<(EntityId, u16)>,
    /// The sides of one-to-one relations.
    pub one_to_ones: Vec<OneToOne>,
    /// For each property behind the fields, when it is a column of an embedded struct: the field, and which of its columns.
    pub embedded: Vec<Option<(u16, usize)>>,
}

pub(super) struct Arena {
    /// The heap, as its `Arc` points to it.
    pub heap: *const Heap,
    pub descriptor: &'static EntityDescriptor,
    /// `None` for an entity that the heap's metadata does not know.
    pub entity: Option<EntityId>,
    /// Shared by the arenas of the entity in all heaps.
    pub shape: std::sync::Arc<Shape>,
    cells: Mutex<Cells>,
}

/// The lockable part.
pub(super) struct Cells {
    chunks: Vec<Chunk>,
    by_key: HashTable<CellPtr>,
}
struct Chunk {
    memory: NonNull<u8>,
    capacity: usize,
    used: usize,
}
// SAFETY: owned memory; what is in it is `Send + Sync`
unsafe impl Send for Chunk {}

/// Small: most heaps live for a request, which touches a few rows of many entities.
const FIRST_CHUNK: usize = 4;
const LARGEST_CHUNK: usize = 4096;

impl Shape {
    fn new(descriptor: &EntityDescriptor) -> Self {
        assert!(descriptor.layout.size() > 0, "{} has no size, so it has no key", descriptor.name);
        let mut links = Vec::new();
        let mut collections = Vec::new();
        for (field, def) in (0_u16..).zip(descriptor.fields) {
            assert!(
                def.vtable.align <= descriptor.layout.align() && def.offset.is_multiple_of(def.vtable.align),
                "{} is packed: an entity's fields must be aligned",
                descriptor.name
            );
            let kind = match def.vtable.kind {
                FieldKind::ToOne if def.attributes.mapped_by.is_some() => LinkKind::Inverse,
                FieldKind::ToOne if def.vtable.nullable => LinkKind::ToOneNullable,
                FieldKind::ToOne => LinkKind::ToOne,
                FieldKind::ToMany => {
                    collections.push(field);
                    LinkKind::Collection
                }
                FieldKind::Lazy(_) => LinkKind::Lazy,
                FieldKind::Scalar(_) => continue,
            };
            links.push(Link { offset: def.offset, field, kind });
        }
        let mut cell = Layout::new::<Cell>();
        if !collections.is_empty() {
            cell = cell.extend(Layout::new::<AtomicPtr<CollectionState>>()).expect("a header is small").0;
        }
        let (cell, value_offset) = cell.extend(descriptor.layout).expect("an entity is far smaller than the address space");
        let mapped_by = vec![None; collections.len()];
        let many_to_many = vec![None; collections.len()];
        let partial = vec![None; collections.len()];
        Shape {
            cell: cell.pad_to_align(),
            value_offset,
            links,
            key: KeyShape::of(descriptor),
            moments: (0_u16..).zip(descriptor.fields).filter(|(_, def)| is_finer(def)).map(|(field, _)| field).collect(),
            is_plain: descriptor.fields.iter().all(|def| (def.vtable.plain)()),
            collections,
            inverse: vec![None; descriptor.fields.len()],
            mapped_by,
            many_to_many,
            parts: vec![Vec::new(); descriptor.fields.len()],
            other_parts: vec![Vec::new(); descriptor.fields.len()],
            partial,
            linked: Vec::new(),
            held: Vec::new(),
            one_to_ones: Vec::new(),
            embedded: Vec::new(),
        }
    }
}

impl Shape {
    /// The shape of an entity with both sides of its relations wired.
    fn wired(entity: &EntityMetadata, metadata: &Metadata) -> Self {
        let mut shape = Shape::new(entity.descriptor);
        shape.one_to_ones = OneToOne::all(entity, metadata);
        let behind = entity.properties.iter().skip(entity.descriptor.fields.len());
        let place = |property: &PropertyMetadata| {
            let whole = property.part_of.filter(|_| property.leaf)?;
            let part = entity.columns_of(whole).iter().position(|column| *column == property.index)?;
            Some((whole, part))
        };
        shape.embedded = behind.map(place).collect();
        for property in &entity.properties {
            let Some(relation) = &property.relation else { continue };
            if let (Some(_), Some(slot)) = (&relation.condition, relation.slot) {
                shape.partial[usize::from(slot)] = Some(relation.full);
            }
            if let PropertyKind::ManyToMany | PropertyKind::ManyToOne = property.kind
                && relation.owner
                && let Some(index) = shape.parts.get_mut(usize::from(property.index))
            {
                let part = |p: &&PropertyMetadata| p.relation.as_ref().is_some_and(|r| r.condition.is_some());
                let own = entity.properties.iter().filter(part);
                let own = own.filter(|p| p.relation.as_ref().is_some_and(|r| r.owner && r.full == Some(property.index)));
                *index = own.map(|p| p.index).collect();
                let others = metadata.entity(relation.target).properties.iter().filter(part);
                let others = others.filter(|p| p.mapped_by() == Some(property.index));
                let others = others.filter(|p| p.relation.as_ref().is_some_and(|r| r.target == entity.id));
                shape.other_parts[usize::from(property.index)] = others.map(|p| p.index).collect();
            }
            if let (PropertyKind::ManyToMany, Some(slot)) = (property.kind, relation.slot) {
                shape.many_to_many[usize::from(slot)] = Some(ManyToMany::of(entity, property, relation));
                continue;
            }
            let Some(other) = relation.other_side else { continue };
            let other_entity = metadata.entity(relation.target);
            match relation.slot {
                Some(slot) => shape.mapped_by[usize::from(slot)] = Some(other),
                None => {
                    shape.inverse[usize::from(property.index)] =
                        other_entity.property(other).relation.as_ref().and_then(|r| r.slot);
                }
            }
        }
        for other in metadata.entities() {
            for property in &other.properties {
                if property.relation.as_ref().is_none_or(|relation| relation.target != entity.id) {
                    continue;
                }
                match property.kind {
                    PropertyKind::ManyToMany => shape.linked.push((other.id, property.index)),
                    PropertyKind::OneToMany => shape.held.push((other.id, property.index)),
                    _ => {}
                }
            }
        }
        shape
    }
}

impl Arena {
    pub fn new(heap: *const Heap, descriptor: &'static EntityDescriptor, entity: Option<EntityId>) -> Self {
        // SAFETY: the heap makes its arenas while it is alive
        let metadata = unsafe { &(*heap).metadata };
        let shape = match (entity, metadata) {
            (Some(id), Some(metadata)) => {
                let entity = metadata.entity(id);
                entity.shape.get_or_init(|| std::sync::Arc::new(Shape::wired(entity, metadata))).clone()
            }
            _ => std::sync::Arc::new(Shape::new(descriptor)),
        };
        Arena { heap, descriptor, entity, shape, cells: Mutex::new(Cells { chunks: Vec::new(), by_key: HashTable::new() }) }
    }

    /// The key that the columns of a row stand for. `None` when one of them is null. An error comes with the column's place.
    pub fn canonical_key<'a>(
        &self,
        mut values: impl Iterator<Item = Result<Value<'a>, ValueError>>,
    ) -> Result<Option<Key>, (usize, ValueError)> {
        match &self.shape.key.columns[..] {
            [column] => {
                let value = values.next().unwrap_or(Ok(Value::Null));
                value.and_then(|value| canonical_column(column, &value)).map_err(|error| (0, error))
            }
            columns => canonical_row(columns, values),
        }
    }

    /// The lazy scalars.
    pub fn lazy_fields(&self) -> impl Iterator<Item = u16> + '_ {
        self.shape.links.iter().filter(|link| link.kind == LinkKind::Lazy).map(|link| link.field)
    }

    pub fn lock(&self) -> MutexGuard<'_, Cells> {
        lock(&self.cells)
    }

    /// The cell for this key, made when there is none.
    pub fn cell_for(&self, key: Key) -> CellPtr {
        let mut cells = self.lock();
        let hash = key.fast_hash();
        // SAFETY: the arena is locked, and its cells are alive
        if let Some(cell) = cells.by_key.find(hash, |cell| unsafe { cell.get().key_is(&key) }) {
            return *cell;
        }
        let cell = cells.allocate(self, Some(key));
        cells.by_key.insert_unique(hash, cell, hash_of);
        cell
    }

    /// The cell for this key, when there is one.
    pub fn find(&self, key: &Key) -> Option<CellPtr> {
        let cells = self.lock();
        // SAFETY: the arena is locked, and its cells are alive
        cells.by_key.find(key.fast_hash(), |cell| unsafe { cell.get().key_is(key) }).copied()
    }

    /// A cell without a key.
    pub fn new_cell(&self) -> CellPtr {
        self.lock().allocate(self, None)
    }

    /// The cell's key.
    pub fn key_of(&self, cell: &Cell) -> Option<Key> {
        cell.key_without_lock().unwrap_or_else(|| {
            let _cells = self.lock();
            // SAFETY: the arena is locked
            unsafe { cell.key_under_lock() }
        })
    }

    /// Gives the cell a key, or takes it back. A cell that had the key before is no longer found by it.
    pub fn set_key(&self, cell: CellPtr, key: Option<Key>) {
        let mut cells = self.lock();
        // SAFETY: the arena is locked, and its cells are alive
        unsafe {
            if let Some(old) = cell.get().key_under_lock()
                && let Ok(entry) = cells.by_key.find_entry(old.fast_hash(), |known| *known == cell)
            {
                entry.remove();
            }
            let Some(key) = key else {
                cell.get().replace_key(None);
                return;
            };
            let hash = key.fast_hash();
            if let Ok(entry) = cells.by_key.find_entry(hash, |known| known.get().key_is(&key)) {
                entry.remove();
            }
            cell.get().replace_key(Some(key));
            cells.by_key.insert_unique(hash, cell, hash_of);
        }
    }

    /// Calls `f` for every cell. (By `&self`: cells know their arena, and `f` may ask them for it.)
    pub fn for_each_cell(&self, mut f: impl FnMut(CellPtr)) {
        let size = self.shape.cell.size();
        for chunk in &self.lock().chunks {
            for i in 0..chunk.used {
                // SAFETY: within the chunk, where cell number `i` is
                f(CellPtr(unsafe { chunk.memory.add(i * size) }.cast()));
            }
        }
    }
}

fn hash_of(cell: &CellPtr) -> u64 {
    // SAFETY: called by the table, which is behind the arena's lock
    unsafe { cell.get().hash_under_lock() }
}

impl Cells {
    fn allocate(&mut self, arena: &Arena, key: Option<Key>) -> CellPtr {
        let layout = arena.shape.cell;
        if self.chunks.last().is_none_or(|chunk| chunk.used == chunk.capacity) {
            let capacity = self.chunks.last().map_or(FIRST_CHUNK, |chunk| (chunk.capacity * 2).min(LARGEST_CHUNK));
            let layout = chunk_layout(layout, capacity);
            // SAFETY: a cell is at least its header, so the size is not zero
            let memory = NonNull::new(unsafe { alloc(layout) }).unwrap_or_else(|| handle_alloc_error(layout));
            self.chunks.push(Chunk { memory, capacity, used: 0 });
        }
        let chunk = self.chunks.last_mut().expect("pushed above when there was none");
        // SAFETY: `used < capacity`
        let cell: NonNull<Cell> = unsafe { chunk.memory.add(chunk.used * layout.size()) }.cast();
        chunk.used += 1;
        // SAFETY: room for a header, and where the shape says for a pointer, that nobody knows yet
        unsafe {
            cell.write(Cell::new(NonNull::from(arena), key));
            if !arena.shape.collections.is_empty() {
                cell.add(1).cast::<AtomicPtr<CollectionState>>().write(AtomicPtr::new(std::ptr::null_mut()));
            }
        }
        CellPtr(cell)
    }
}

fn chunk_layout(cell: Layout, capacity: usize) -> Layout {
    Layout::from_size_align(cell.size() * capacity, cell.align()).expect("a chunk is far smaller than the address space")
}

impl Drop for Arena {
    /// Frees the chunks. The heap has freed the versions before.
    fn drop(&mut self) {
        let layout = self.shape.cell;
        self.for_each_cell(|cell| {
            // SAFETY: the heap goes down: nobody else can reach the cell; its key may be boxed
            unsafe {
                cell.get().free_key();
                cell.0.drop_in_place();
            }
        });
        for chunk in self.lock().chunks.drain(..) {
            // SAFETY: allocated with this layout
            unsafe { dealloc(chunk.memory.as_ptr(), chunk_layout(layout, chunk.capacity)) };
        }
    }
}
