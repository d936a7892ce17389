//! Turning builders into entities of a heap.

use crate::entity::{Entity, EntityDescriptor};
use crate::error::{Error, Result};
use crate::field::{FieldKind, Scalar};
use crate::heap::{AnyRef, Collection, FieldSet, First, HeapArc, Ref};
use crate::input::{Build, Input};
use crate::key::Key;
use crate::value::ValueError;

/// One entity that is being built: resolves a builder's relations, and notes what it left to the database and
/// to later. Code that the derive writes calls it.
pub struct Creation<'a> {
    heap: &'a HeapArc,
    /// The name of the entity, for messages.
    name: &'static str,
    /// "The field with this place refers to that entity": what the owner of a collection implies for its items.
    implied: Option<(u16, AnyRef)>,
    unset: FieldSet,
    /// What is made is persisted once all of it is there.
    persists: bool,
    /// The entity was given as a struct: what it leaves to the database is known by its fields' values.
    as_struct: bool,
    collections: Vec<(u16, Vec<Item<'a>>)>,
    /// What was made so far, in order, with what is left to the database.
    created: Vec<(AnyRef, FieldSet)>,
}

/// What belongs to an entity that waits for one that it nests.
struct Outer<'a> {
    name: &'static str,
    unset: FieldSet,
    collections: Vec<(u16, Vec<Item<'a>>)>,
}

/// An item of a collection.
enum Item<'a> {
    /// An entity of this heap.
    Known(AnyRef),
    /// What is resolved when its owner exists.
    Later(Box<Resolve<'a>>),
}
type Resolve<'a> = dyn FnOnce(&mut Creation<'a>) -> Result<AnyRef> + 'a;

impl<'a> Creation<'a> {
    pub(crate) fn new(heap: &'a HeapArc) -> Self {
        Creation {
            heap,
            name: "",
            implied: None,
            unset: FieldSet::new(),
            persists: false,
            as_struct: false,
            collections: Vec::new(),
            created: Vec::new(),
        }
    }
    /// For entities that are persisted: [`Creation::persist_created`] follows.
    pub(crate) fn persisting(heap: &'a HeapArc) -> Self {
        Creation { persists: true, ..Creation::new(heap) }
    }
    /// For items of a collection of this owner, which are persisted when it is.
    pub(crate) fn for_items(heap: &'a HeapArc, owner: &AnyRef, field: u16) -> Self {
        let mut creation = Creation { persists: owner.is_persisted() || !owner.is_new(), ..Creation::new(heap) };
        creation.implied = owner.mapped_by(field).map(|back| (back, owner.clone()));
        creation
    }

    /// Makes an entity, and all that its builder nests.
    pub(crate) fn create<T: Entity>(&mut self, build: impl FnOnce(&mut Creation<'a>) -> T) -> AnyRef {
        // (what does not need the type is compiled once, and not for every entity)
        let outer = self.enter(T::descriptor());
        let value = build(self);
        // a reference by the same key, made before, is this entity from here on
        let cell = self.heap.cell_for_new(&value);
        cell.initialize(value, self.persists);
        self.leave(cell, outer)
    }

    /// Makes an entity of what its fields hold, with what its collections (and sides of relations without a column) are to have.
    ///
    /// # Errors
    /// With the field whose value does not fit.
    pub(crate) fn create_of(
        &mut self,
        descriptor: &'static EntityDescriptor,
        fields: Vec<First>,
        unset: FieldSet,
        collections: Vec<(u16, Vec<AnyRef>)>,
    ) -> Result<AnyRef, (usize, ValueError)> {
        let cell = self.heap.make(descriptor, fields, self.persists)?;
        let outer = self.enter(descriptor);
        self.unset = unset;
        let known = |items: Vec<AnyRef>| items.into_iter().map(Item::Known).collect();
        self.collections = collections.into_iter().map(|(field, items)| (field, known(items))).collect();
        Ok(self.leave(cell, outer))
    }

    /// Begins an entity. Gives what is to be remembered of the one around it.
    fn enter(&mut self, descriptor: &'static EntityDescriptor) -> Outer<'a> {
        let name = descriptor.name;
        if !self.heap.knows(descriptor) {
            self.heap.pending_error(Error::invalid(
                name,
                format!("is not known to this ORM: add it to `entities![..]`, e.g. `.entities(entities![{name}])`"),
            ));
        }
        Outer {
            name: std::mem::replace(&mut self.name, name),
            unset: std::mem::take(&mut self.unset),
            collections: std::mem::take(&mut self.collections),
        }
    }

    /// Ends an entity that has its first version: its key, what it left to the database, its collections.
    fn leave(&mut self, cell: AnyRef, outer: Outer<'a>) -> AnyRef {
        self.implied = None;
        let as_struct = std::mem::take(&mut self.as_struct);
        let mut unset = std::mem::replace(&mut self.unset, outer.unset);
        let collections = std::mem::replace(&mut self.collections, outer.collections);
        self.name = outer.name;

        cell.take_key_of_version();
        if as_struct && let Some(view) = cell.view() {
            let fields = (0_u16..).zip(cell.descriptor().fields);
            let left = fields.filter(|(field, def)| def.attributes.default_raw.is_some() && view.is_unset(*field));
            unset = left.map(|(field, _)| field).collect();
        }
        self.created.push((cell.clone(), unset));
        for (field, items) in collections {
            let links = !cell.is_inverse(field) && cell.many_to_many(field).is_some();
            let mut linked = Vec::with_capacity(if links { items.len() } else { 0 });
            for item in items {
                let made = self.created.len();
                let resolved = match item {
                    Item::Known(item) => Ok(item),
                    Item::Later(resolve) => {
                        self.implied = cell.referred_back_by(field).map(|back| (back, cell.clone()));
                        let resolved = resolve(self);
                        self.implied = None;
                        resolved
                    }
                };
                let added = resolved.and_then(|item| match links {
                    true => cell.check_collects(field, &item).map(|()| linked.push(item)),
                    false => {
                        let how = Connect { just_made: self.created.len() > made, persists: self.persists };
                        connect_item(&cell, field, &item, how).map(drop)
                    }
                });
                if let Err(error) = added {
                    self.heap.pending_error(error);
                }
            }
            if links {
                cell.link_all(field, &linked, self.persists);
            }
        }
        self.heap.initialized(std::slice::from_ref(&cell));
        cell
    }

    /// Schedules the insert of all that was made, if it is to be persisted.
    pub(crate) fn persist_created(&mut self) {
        for (entity, unset) in self.created.drain(..).filter(|_| self.persists) {
            entity.persist(unset);
        }
    }

    /// The entity that an input stands for; a builder's is made.
    pub(crate) fn resolve_input<T: Entity>(&mut self, input: Input<T>) -> Result<AnyRef> {
        match input {
            Input::Ref(reference) if reference.as_any().is_of(self.heap) => Ok(reference.into_any()),
            Input::Ref(reference) => reference.as_any().resolve(self.heap),
            Input::Key(key) => {
                let key =
                    Key::from_value(&key.to_value()).ok_or_else(|| Error::invalid(T::NAME, "null can't be a primary key"))?;
                // what a generated key holds until the flush: no row will ever have it
                if is_no_key_yet(T::descriptor(), &key) {
                    return Err(Error::invalid(T::NAME, format!("the key is {NO_KEY_YET}")));
                }
                Ok(self.heap.reference(T::descriptor(), key))
            }
            Input::New(builder) => Ok(self.create(|creation| builder.build(creation))),
        }
    }

    /// As [`Creation::resolve_input`], for whoever does something with the entity itself: one that another heap has loaded is
    /// not named by its key, since what it was changed to there would be left behind without a word.
    pub(crate) fn resolve_own<T: Entity>(&mut self, input: Input<T>) -> Result<AnyRef> {
        match input {
            Input::Ref(reference) => reference.as_any().own(self.heap),
            other => self.resolve_input(other),
        }
    }

    /// The entity is a struct that the user made.
    pub fn mark_struct(&mut self) {
        self.as_struct = true;
    }

    /// The value of a required field.
    ///
    /// # Panics
    /// When it was not set, which the builder's type rules out.
    pub fn required<V>(&self, value: Option<V>) -> V {
        value.expect("the builder's type says that required fields are set")
    }

    /// The value of a primary key that the database generates when it was not set.
    pub fn key<K: Scalar>(&mut self, field: u16, value: Option<K>) -> K {
        self.database(field, value)
    }

    /// The value of a field that the database fills when it was not set.
    pub fn database<V: Scalar>(&mut self, field: u16, value: Option<V>) -> V {
        value.unwrap_or_else(|| {
            self.unset.insert(field);
            V::unset().expect("types that a database can fill have a value for not set")
        })
    }

    /// The value of a field that is filled later, by the program or by the database, when it was not set.
    ///
    /// # Panics
    /// When its type has no value until then, which discovery rules out.
    pub fn unwritten<V: Scalar>(&self, value: Option<V>) -> V {
        value.or_else(V::unset).expect("types that are filled later have a value for not set")
    }

    /// The reference of a to-one relation.
    pub fn to_one<T: Entity>(&mut self, field: u16, value: Option<Input<T>>) -> Ref<T> {
        let resolved = match value {
            Some(input) => {
                let implied = self.implied.take();
                let resolved = self.resolve_input(input);
                self.implied = implied;
                resolved
            }
            None => match &self.implied {
                Some((implied, owner)) if *implied == field && owner.is_a(T::descriptor()) => Ok(owner.clone()),
                _ => Err(Error::invalid(
                    self.name,
                    format!("a required relation to {} was not set: set it in the builder", T::NAME),
                )),
            },
        };
        Ref::from_any(resolved.unwrap_or_else(|error| {
            self.heap.pending_error(error);
            let placeholder = self.heap.new_cell(T::descriptor());
            placeholder.mark_invalid();
            placeholder
        }))
    }

    /// The reference of a nullable to-one relation.
    pub fn to_one_optional<T: Entity>(&mut self, field: u16, value: Option<Input<T>>) -> Option<Ref<T>> {
        let implied = matches!(&self.implied, Some((implied, _)) if *implied == field);
        (value.is_some() || implied).then(|| self.to_one(field, value))
    }

    /// The side of a one-to-one relation without a column; its counterpart is resolved once the entity exists.
    pub fn to_one_inverse<T: Entity>(&mut self, field: u16, value: Option<Input<T>>) -> Option<Ref<T>> {
        if let Some(input) = value {
            let item = self.item(input);
            self.collections.push((field, vec![item]));
        }
        None
    }

    /// A to-many relation; its items are resolved once the owner exists.
    pub fn to_many<T: Entity>(&mut self, field: u16, items: Vec<Input<T>>) -> Collection<T> {
        if !items.is_empty() {
            let items = items.into_iter().map(|input| self.item(input)).collect();
            self.collections.push((field, items));
        }
        Collection::new()
    }

    fn item<T: Entity>(&self, input: Input<T>) -> Item<'a> {
        match input {
            Input::Ref(reference) if reference.as_any().is_of(self.heap) => Item::Known(reference.into_any()),
            input => Item::Later(Box::new(move |creation| creation.resolve_input(input))),
        }
    }

    /// Makes an entity of a builder (or takes the struct itself).
    pub(crate) fn build<T: Entity>(&mut self, build: impl Build<T>) -> AnyRef {
        self.create(|creation| build.build(creation))
    }
}

pub(crate) const NO_KEY_YET: &str = "0, which is no key yet: pass the entity itself in its place, or flush it first";

/// Whether a key is what a generated one holds until the flush.
pub(crate) fn is_no_key_yet(descriptor: &EntityDescriptor, key: &Key) -> bool {
    *key == Key::Int(0) && has_generated_key(descriptor)
}

/// Whether the database makes the key when it is not set.
fn has_generated_key(descriptor: &EntityDescriptor) -> bool {
    let mut keys = descriptor.fields.iter().filter(|field| field.attributes.primary);
    keys.next().filter(|_| keys.next().is_none()).is_some_and(|key| {
        let attributes = &key.attributes;
        matches!(key.vtable.kind, FieldKind::Scalar(column) if column.is_integer())
            && attributes.default.is_none()
            && attributes.default_raw.is_none()
            && !attributes.on_create
    })
}

/// What is known of an item that comes to an owner.
#[derive(Clone, Copy, Default)]
pub(crate) struct Connect {
    /// It was made of a builder just now.
    pub just_made: bool,
    /// The owner is persisted as soon as it is there.
    pub persists: bool,
}

/// Adds an item to its owner's collection, or makes it its counterpart: its relation back refers to the owner, or both are
/// linked. Says whether it was not in. An item that was just made and refers to the owner came in when it was made.
pub(crate) fn connect_item(owner: &AnyRef, field: u16, item: &AnyRef, how: Connect) -> Result<bool> {
    if owner.is_inverse(field) {
        let connected = owner.view().is_some_and(|view| view.to_one(field) == Some(item));
        return if connected { Ok(false) } else { owner.edit_to_one(field, Some(item)).map(|()| true) };
    }
    owner.check_collects(field, item)?;
    crate::heap::keep(item);
    if owner.many_to_many(field).is_some() {
        return Ok(owner.link(field, item));
    }
    let Some(back) = owner.mapped_by(field) else { return owner.add_to_collection(field, item) };
    // (what is managed stays whose it is, until this owner is persisted)
    let heard = how.persists || owner.is_known_to(item);
    if let Some(full) = owner.shows_part_of(field) {
        // the part comes first: whether what comes into the whole belongs there is not asked then
        let added = owner.add_to_collection(field, item)?;
        match full {
            Some(full) => drop(connect_item(owner, full, item, how)?),
            None if !heard || item.view().is_some_and(|view| view.to_one(back) == Some(owner)) => {}
            None => item.refer_to(back, owner)?,
        }
        return Ok(added);
    }
    if !heard {
        return owner.add_to_collection(field, item);
    }
    if let Some(view) = item.view() {
        return match (view.to_one(back) == Some(owner), how.just_made) {
            (true, true) => owner.show_in_collection(field, item).map(|()| true),
            (true, false) => owner.add_to_collection(field, item),
            // which puts it into the collection, too
            (false, _) => {
                item.edit_to_one(back, Some(owner))?;
                owner.show_in_collection(field, item).map(|()| true)
            }
        };
    }
    let added = owner.add_to_collection(field, item)?;
    item.refer_to(back, owner)?;
    Ok(added)
}
