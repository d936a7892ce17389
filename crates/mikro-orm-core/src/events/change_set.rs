//! What a flush does to one entity.

use super::AnyEntity;
use crate::entity::Entity;
use crate::heap::{AnyRef, EntityView, FieldSet, Pinned};
use crate::key::Key;
use crate::metadata::{EntityId, EntityMetadata, Metadata};
use crate::populate::Relation;
use crate::query::Property;
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is inserted.
    Create,
    /// It is updated.
    Update,
    /// It is deleted.
    Delete,
}

/// What a flush does to one entity, and which of its properties it writes.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
/// # fn main() {}
/// use mikro_orm::events::ChangeSet;
///
/// fn describe(change_set: &ChangeSet) -> String {
///     if change_set.changes(Book::title) {
///         return "the title changes".to_owned();
///     }
///     format!("{:?} {}: {:?}", change_set.kind(), change_set.entity().name(), change_set.properties().collect::<Vec<_>>())
/// }
/// ```
#[derive(Clone)]
pub struct ChangeSet {
    metadata: Arc<Metadata>,
    id: EntityId,
    kind: ChangeKind,
    entity: AnyEntity,
    fields: FieldSet,
    /// The version that the database had.
    before: Option<Pinned>,
    /// The version that is written.
    after: Option<Pinned>,
    /// Of the fields, those that the database computes, and has not yet.
    computed: FieldSet,
    /// What is written of a row that is not loaded.
    patch: Vec<(u16, Value<'static>)>,
    /// The entity's key, when it had one.
    key: Option<Key>,
}

impl ChangeSet {
    pub(crate) fn new(
        metadata: Arc<Metadata>,
        id: EntityId,
        kind: ChangeKind,
        entity: AnyRef,
        fields: FieldSet,
        before: Option<Pinned>,
        after: Option<Pinned>,
    ) -> Self {
        let key = entity.key();
        let entity = AnyEntity::new(entity);
        ChangeSet { metadata, id, kind, entity, fields, before, after, computed: FieldSet::new(), patch: Vec::new(), key }
    }

    /// Notes that it was written: the entity is as the database has it.
    pub(crate) fn written(mut self) -> Self {
        self.after = self.entity.as_any().pin_snapshot();
        self.computed = FieldSet::new();
        self.key = self.entity.key();
        self
    }
    /// Of the fields, the database computes these.
    pub(crate) fn computing(mut self, computed: FieldSet) -> Self {
        self.computed = computed;
        self
    }
    /// With what is written of a row that is not loaded.
    pub(crate) fn patched(mut self, patch: Vec<(u16, Value<'static>)>) -> Self {
        self.patch = patch;
        self
    }

    /// What is done to the row.
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }
    /// The entity.
    pub fn entity(&self) -> &AnyEntity {
        &self.entity
    }
    /// The entity's key in database form, also once its row was deleted; `None` while it has none.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }
    /// The entity's metadata.
    pub fn metadata(&self) -> &EntityMetadata {
        self.metadata.entity(self.id)
    }

    /// Whether the property is written: for an insert, unless it is left to the database; for an update, when it
    /// changed; for a delete never.
    pub fn changes<P: AnyProperty>(&self, property: P) -> bool {
        self.entity.is::<P::Owner>() && self.fields.contains(property.place())
    }
    /// Whether the property with this name is written, see [`ChangeSet::changes`].
    pub fn changes_named(&self, property: &str) -> bool {
        self.metadata().by_name(property).is_some_and(|property| self.fields.contains(property.index))
    }
    /// The names of the properties that are written.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| self.metadata().property(field).name)
    }

    /// The value of a property as the database had it, in database form (of a to-one relation, the key). `None` for
    /// an insert, for a collection, and for what was not loaded.
    pub fn old_value(&self, property: &str) -> Option<Value<'_>> {
        self.value(self.before.as_ref()?.view(), property)
    }
    /// The value of a property as it is written, in database form (of a to-one relation, the key: null while the
    /// target has none). `None` for a delete, for a collection, for what was not loaded, and for what the database is yet
    /// to compute.
    pub fn new_value(&self, property: &str) -> Option<Value<'_>> {
        if self.metadata().by_name(property).is_some_and(|property| self.computed.contains(property.index)) {
            return None;
        }
        if let Some(after) = &self.after {
            return self.value(after.view(), property);
        }
        let place = self.metadata().by_name(property)?.index;
        self.patch.iter().find(|(field, _)| *field == place).map(|(_, value)| value.clone())
    }
    /// The entity as the database had it; `None` for an insert, and when the entity is no `T`.
    pub fn original<T: Entity>(&self) -> Option<&T> {
        self.before.as_ref()?.entity()
    }

    fn value<'a>(&self, view: EntityView<'a>, property: &str) -> Option<Value<'a>> {
        let property = self.metadata().by_name(property)?;
        if self.metadata().columns_of(property.index).is_empty() {
            return None;
        }
        if property.kind.is_to_one() {
            let key = view.to_one(property.index).and_then(AnyRef::key);
            return Some(key.map_or(Value::Null, |key| key.to_value().into_owned()));
        }
        let is_lazy = property.kind == crate::metadata::PropertyKind::Lazy;
        if property.json.is_some() {
            return None;
        }
        (!is_lazy || view.is_lazy_loaded(property.index)).then(|| view.value(property.index))
    }
}

impl fmt::Debug for ChangeSet {
    /// Without values: some are hidden, and all are the application's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.kind, self.entity, self.properties().collect::<Vec<_>>())
    }
}

/// Any property as a value: `User::password`, whether it is a column, a lazy one or a relation.
pub trait AnyProperty: Copy {
    /// The entity that has it.
    type Owner: Entity;
    /// Its place in the entity's descriptor.
    fn place(self) -> u16;
}
impl<T: Entity, V> AnyProperty for Property<T, V> {
    type Owner = T;
    fn place(self) -> u16 {
        Property::place(self)
    }
}
impl<R: Relation> AnyProperty for R {
    type Owner = R::Owner;
    fn place(self) -> u16 {
        R::INDEX
    }
}
