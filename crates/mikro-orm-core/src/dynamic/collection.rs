//! A to-many relation by name.

use super::DynamicEntity;
use super::condition::IntoDynamicFilter;
use super::create::created;
use super::entity::check_target;
use super::value::{Data, DynamicValue};
use crate::create::Creation;
use crate::error::{Error, Result};
use crate::heap::AnyRef;
use crate::metadata::{EntityMetadata, Metadata, PropertyMetadata};
use crate::populate::PopulateNode;
use std::sync::Arc;

/// A to-many relation of a [`DynamicEntity`]; as [`Collection`](crate::Collection), by name.
#[derive(Clone, Debug)]
pub struct DynamicCollection {
    owner: AnyRef,
    field: u16,
}

impl DynamicCollection {
    pub(super) fn new(owner: AnyRef, field: u16) -> Self {
        DynamicCollection { owner, field }
    }
    fn metadata(&self) -> Result<Arc<Metadata>> {
        self.owner.all_metadata().ok_or_else(|| Error::Detached { what: self.owner.describe() })
    }
    fn property(&self) -> Result<(&EntityMetadata, &PropertyMetadata)> {
        let entity = self.owner.metadata().ok_or_else(|| Error::Detached { what: self.owner.describe() })?;
        Ok((entity, entity.property(self.field)))
    }

    /// Whether all items are known: it was loaded, or its owner is new.
    pub fn is_initialized(&self) -> bool {
        self.owner.is_collection_initialized(self.field)
    }

    /// The items, whose rows may not be loaded when they were added by key.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when the collection is not loaded.
    pub fn items(&self) -> Result<Vec<DynamicEntity>> {
        Ok(self.owner.known_items(self.field)?.iter().cloned().map(DynamicEntity::new).collect())
    }

    /// The items, loaded when they are not yet.
    ///
    /// # Errors
    /// [`Error::Detached`] when the entity manager is gone; what the query may give.
    pub async fn load(&self) -> Result<Vec<DynamicEntity>> {
        self.run(PopulateNode::new(self.field)).await
    }

    /// The items that satisfy a condition, loaded in any case: the collection is partial then.
    ///
    /// # Errors
    /// As [`DynamicCollection::load`]; when the condition names what is no property.
    pub async fn load_where(&self, condition: impl IntoDynamicFilter) -> Result<Vec<DynamicEntity>> {
        let mut node = PopulateNode::new(self.field);
        {
            let metadata = self.metadata()?;
            let target = target(&metadata, self.property()?.1)?;
            node.options_mut().and(condition.into_dynamic_filter(&metadata, target)?);
        }
        self.run(node).await
    }

    async fn run(&self, node: PopulateNode) -> Result<Vec<DynamicEntity>> {
        if let Some(loading) = self.owner.load_collection(node)? {
            loading.await?;
        }
        self.items()
    }

    /// Adds an entity, or one by its key. Says whether it was not in. The other side follows, and a new entity is persisted with
    /// the owner.
    ///
    /// # Errors
    /// As [`Collection::add`](crate::Collection::add); when it is of another entity.
    pub fn add(&self, item: impl Into<DynamicValue>) -> Result<bool> {
        let item = self.resolve(item.into())?;
        self.owner.add_items(self.field, vec![(item, false)]).map(|added| added > 0)
    }

    /// Creates an entity and adds it; its relation back need not be among the values.
    ///
    /// # Errors
    /// As [`DynamicCollection::add`] and [`DynamicRepository::create`](super::DynamicRepository::create).
    pub fn create(&self, mut data: Data) -> Result<DynamicEntity> {
        let metadata = self.metadata()?;
        let target = target(&metadata, self.property()?.1)?;
        self.owner.check_attended()?;
        if let Some(back) = self.owner.mapped_by(self.field) {
            let name = target.property(back).name;
            if !data.iter().any(|(given, _)| given == name) {
                data.push((name.to_owned(), DynamicValue::Entity(DynamicEntity::new(self.owner.clone()))));
            }
        }
        let heap = self.owner.heap_arc();
        let mut creation = Creation::for_items(&heap, &self.owner, self.field);
        let item = created(&mut creation, &heap, target, data)?;
        creation.persist_created();
        self.owner.add_items(self.field, vec![(item.clone(), true)])?;
        Ok(DynamicEntity::new(item))
    }

    /// Takes an entity out. Says whether it was in.
    ///
    /// # Errors
    /// As [`Collection::remove`](crate::Collection::remove).
    pub fn remove(&self, item: impl Into<DynamicValue>) -> Result<bool> {
        let item = self.resolve(item.into())?;
        self.owner.take_items(self.field, &[item]).map(|taken| taken > 0)
    }

    /// Replaces the items by these, in this order.
    ///
    /// # Errors
    /// As [`Collection::set`](crate::Collection::set); then nothing was changed.
    pub fn set<V: Into<DynamicValue>>(&self, items: impl IntoIterator<Item = V>) -> Result<()> {
        let items = items.into_iter().map(|item| Ok((self.resolve(item.into())?, false)));
        let items = items.collect::<Result<Vec<_>>>()?;
        self.owner.set_items(self.field, items)
    }

    /// Takes all items out.
    ///
    /// # Errors
    /// As [`DynamicCollection::set`].
    pub fn remove_all(&self) -> Result<()> {
        self.owner.set_items(self.field, Vec::new())
    }

    /// The entity that is meant by an item.
    fn resolve(&self, item: DynamicValue) -> Result<AnyRef> {
        let (entity, property) = self.property()?;
        let heap = self.owner.heap_arc();
        match item {
            DynamicValue::Entity(item) => {
                check_target(entity, property, item.as_any())?;
                item.as_any().resolve(&heap)
            }
            DynamicValue::Value(key) => {
                let metadata = self.metadata()?;
                super::repository::by_key(&heap, target(&metadata, property)?, &key)
            }
            DynamicValue::Entities(_) => {
                Err(Error::validation(entity.name, property.name, "takes items one by one, or a list with `set`"))
            }
        }
    }
}

/// The entity of the items.
fn target<'m>(metadata: &'m Metadata, property: &PropertyMetadata) -> Result<&'m EntityMetadata> {
    let target = property.relation.as_ref().map(|relation| metadata.entity(relation.target));
    target.ok_or_else(|| Error::invalid(property.name, "is no relation"))
}
