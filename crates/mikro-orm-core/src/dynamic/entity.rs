//! An entity by name.

use super::collection::DynamicCollection;
use super::property;
use super::value::{Data, DynamicValue};
use crate::entity::{Entity, Target};
use crate::error::{Error, Result};
use crate::events::AnyEntity;
use crate::field::Scalar;
use crate::heap::{AnyRef, Loaded, Ref, converted, debug_reference};
use crate::key::Key;
use crate::loader;
use crate::metadata::{EntityMetadata, PropertyKind, PropertyMetadata};
use crate::value::Value;
use std::fmt;

/// A handle to an entity whose type is not known: its properties are read and set by name. See [`EntitySchema`](crate::EntitySchema),
/// and [`EntityManager::dynamic`](crate::EntityManager::dynamic).
///
/// As with [`Loaded`] and [`Ref`], clones are handles to the same entity; unlike with `Loaded`, the row may not be loaded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DynamicEntity(AnyRef);

impl DynamicEntity {
    pub(crate) fn new(any: AnyRef) -> Self {
        DynamicEntity(any)
    }
    pub(crate) fn as_any(&self) -> &AnyRef {
        &self.0
    }
    fn metadata(&self) -> Result<&EntityMetadata> {
        self.0
            .metadata()
            .ok_or_else(|| Error::invalid(self.name(), "is not known to this ORM: find it with an entity manager first"))
    }

    /// The name of the entity.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }
    /// Its key in database form; `None` while it was not flushed and the database generates it.
    pub fn key(&self) -> Option<Key> {
        self.0.key()
    }
    /// Its key; `None` while it was not flushed and the database generates it.
    ///
    /// # Errors
    /// When it is of another type.
    pub fn id<K: Scalar>(&self) -> Result<Option<K>> {
        let key = self.0.key().map(|key| K::from_value(key.to_value()));
        key.transpose().map_err(|error| Error::invalid(self.name(), format!("has another key: {error}")))
    }
    /// Whether the row is loaded (or the entity is new).
    pub fn is_initialized(&self) -> bool {
        self.0.is_initialized()
    }
    /// Whether the database has no row for it yet.
    pub fn is_new(&self) -> bool {
        self.0.is_new()
    }

    /// The handle, when it is a `T`, and loaded.
    pub fn downcast<T: Entity>(&self) -> Option<&Loaded<T>> {
        Loaded::of_any(&self.0)
    }

    /// The value of a property: `book.get::<String>("title")?`. A type in an `Option` takes null, too.
    ///
    /// # Errors
    /// When there is no such property, it is a relation, it or the row is not loaded, or it is of another type.
    pub fn get<V: Scalar>(&self, name: &str) -> Result<V> {
        V::from_value(self.value(name)?).map_err(|error| Error::validation(self.name(), name, error.to_string()))
    }

    /// The value of a property in database form.
    ///
    /// # Errors
    /// As [`DynamicEntity::get`].
    pub fn value(&self, name: &str) -> Result<Value<'_>> {
        let entity = self.metadata()?;
        let property = property(entity, name)?;
        if property.kind.is_relation() {
            let how = if property.kind.is_to_many() { "collection" } else { "relation" };
            return Err(Error::validation(
                self.name(),
                name,
                format!("is a relation, which has no value: use `.{how}({name:?})`"),
            ));
        }
        let view = self.0.view().ok_or_else(|| Error::NotInitialized { what: self.0.describe() })?;
        if let Some(whole) = property.part_of {
            check_part(entity, property)?;
            let place = entity.columns_of(whole).iter().position(|column| *column == property.index);
            return Ok(match (view.value(whole), place) {
                (Value::Row(mut parts), Some(place)) if place < parts.len() => parts.swap_remove(place),
                _ => Value::Null,
            });
        }
        if property.kind == PropertyKind::Lazy && !view.is_lazy_loaded(property.index) {
            return Err(Error::NotInitialized { what: format!("{}.{name} of {}", self.name(), self.0.describe()) });
        }
        Ok(view.value(property.index))
    }

    /// What a to-one relation refers to, whose row may not be loaded; `None` when that is nothing.
    ///
    /// # Errors
    /// When there is no such relation, or the row is not loaded.
    pub fn relation(&self, name: &str) -> Result<Option<DynamicEntity>> {
        let property = property(self.metadata()?, name)?;
        if !property.kind.is_to_one() {
            return Err(Error::validation(self.name(), name, "is no relation to one entity"));
        }
        let view = self.0.view().ok_or_else(|| Error::NotInitialized { what: self.0.describe() })?;
        Ok(view.to_one(property.index).filter(|target| !target.is_absent()).cloned().map(DynamicEntity))
    }

    /// A to-many relation.
    ///
    /// # Errors
    /// When there is no such relation.
    pub fn collection(&self, name: &str) -> Result<DynamicCollection> {
        let property = property(self.metadata()?, name)?;
        if !property.kind.is_to_many() {
            return Err(Error::validation(self.name(), name, "is no collection"));
        }
        Ok(DynamicCollection::new(self.0.clone(), property.index))
    }

    /// Sets a property, whether the row is loaded or not: a value, and for a to-one relation an entity or its key. The next
    /// flush stores it.
    ///
    /// # Errors
    /// When there is no such property, it is a collection or the key, or the value does not fit it; when nothing would store
    /// it, since the entity manager is gone or was cleared.
    pub fn set(&self, name: &str, value: impl Into<DynamicValue>) -> Result<()> {
        self.assign(vec![(name.to_owned(), value.into())])
    }

    /// Sets several properties at once, all or none: `book.assign(data! { "title": "Vows", "pages": 300 })`.
    ///
    /// # Errors
    /// As [`DynamicEntity::set`].
    pub fn assign(&self, data: Data) -> Result<()> {
        self.0.check_attended()?;
        let entity = self.metadata()?;
        let (mut fields, mut references) = (Vec::new(), Vec::new());
        for (name, value) in data {
            let property = property(entity, &name)?;
            let fail = |message: String| Error::validation(entity.name, &name, message);
            if property.primary && !self.0.is_new() {
                return Err(fail("is the primary key, which can't be changed".to_owned()));
            }
            check_part(entity, property)?;
            match value {
                DynamicValue::Entities(_) => return Err(fail(NO_ASSIGN.to_owned())),
                _ if property.kind.is_to_many() => return Err(fail(NO_ASSIGN.to_owned())),
                DynamicValue::Entity(target) => {
                    check_target(entity, property, &target.0)?;
                    fields.retain(|(field, _)| *field != property.index);
                    references.push((property.index, target.0.resolve(&self.0.heap_arc())?));
                }
                DynamicValue::Value(value) => {
                    let value = checked(entity, property, value)?;
                    references.retain(|(field, _)| *field != property.index);
                    fields.push((property.index, value));
                }
            }
        }
        if !fields.is_empty() {
            self.0.assign_fields(fields)?;
        }
        references.into_iter().try_for_each(|(field, target)| self.0.refer_to(field, &target))
    }

    /// Loads the row, when it is not loaded, and relations and lazy properties by their paths: `book.load(["author.books"]).await?`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such row; when a path is none; [`Error::Detached`] when the entity manager is gone.
    pub async fn load<S: Into<String>>(&self, paths: impl IntoIterator<Item = S>) -> Result<()> {
        let paths: Vec<String> = paths.into_iter().map(Into::into).collect();
        if self.is_initialized() && paths.is_empty() {
            return Ok(());
        }
        let nodes = {
            let metadata = self.0.all_metadata().ok_or_else(|| Error::Detached { what: self.0.describe() })?;
            let mut nodes = Vec::new();
            loader::resolve_paths(&metadata, self.metadata()?, &paths, &mut nodes)?;
            nodes
        };
        self.0.load_entity(nodes)?.await
    }
}

/// What is within a JSON column is no column by itself.
fn check_part(entity: &EntityMetadata, property: &PropertyMetadata) -> Result<()> {
    match property.part_of.filter(|_| property.json.is_some()) {
        None => Ok(()),
        Some(whole) => {
            let message = format!("is within the JSON of `{}`: read and set that", entity.property(whole).name);
            Err(Error::validation(entity.name, property.name, message))
        }
    }
}

const NO_ASSIGN: &str = "is a collection, which can't be assigned: use `.collection(..)?.set(..)`, or add and remove items";

/// Checks that a relation may refer to an entity.
pub(super) fn check_target(entity: &EntityMetadata, property: &PropertyMetadata, target: &AnyRef) -> Result<()> {
    let def = entity.descriptor.fields.get(usize::from(property.index));
    let fail = |message: String| Err(Error::validation(entity.name, property.name, message));
    match def.and_then(|def| def.target).map(Target::descriptor).filter(|_| property.kind.is_relation()) {
        Some(expected) if target.is_a(expected) => Ok(()),
        Some(expected) => fail(format!("refers to {}, and {} is none", expected.name, target.describe())),
        None => fail(format!("is no relation, so it can't be {}", target.describe())),
    }
}

/// A value as the property's field has it.
fn checked(entity: &EntityMetadata, property: &PropertyMetadata, value: Value<'static>) -> Result<Value<'static>> {
    let fail = |message: String| Error::validation(entity.name, property.name, message);
    if value.is_null() {
        return if property.nullable { Ok(value) } else { Err(fail(REQUIRED.to_owned())) };
    }
    check_item(property, &value).map_err(fail)?;
    match entity.descriptor.fields.get(usize::from(property.index)) {
        Some(def) => converted(def, value).map_err(|error| fail(error.to_string())),
        // (a field within an embedded struct, which checks it)
        None => Ok(value),
    }
}

pub(super) const REQUIRED: &str = "is required, and can't be null";

/// Checks that a value of an enum is one of its items. (Types that are enums know them by themselves.)
pub(super) fn check_item(property: &PropertyMetadata, value: &Value<'_>) -> Result<(), String> {
    let (Some(items), Value::Text(text)) = (property.items, value) else { return Ok(()) };
    if crate::entity_schema::is_item(items, text) {
        return Ok(());
    }
    let known: Vec<&str> = items.iter().map(|item| item.name).collect();
    Err(format!("is an enum, and this is none of its items, which are {}", known.join(", ")))
}

impl fmt::Debug for DynamicEntity {
    /// The entity as the log shows it: hidden values masked, references as `(Author) { id: 1 }`, cycles cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_reference(&self.0, f)
    }
}
impl<T: Entity, P> From<&Loaded<T, P>> for DynamicEntity {
    fn from(entity: &Loaded<T, P>) -> Self {
        DynamicEntity(entity.as_ref_any().clone())
    }
}
impl From<&AnyEntity> for DynamicEntity {
    /// What a subscriber is called with, by name.
    fn from(entity: &AnyEntity) -> Self {
        DynamicEntity(entity.as_any().clone())
    }
}
impl<T: Entity> From<&Ref<T>> for DynamicEntity {
    fn from(entity: &Ref<T>) -> Self {
        DynamicEntity(entity.as_any().clone())
    }
}
