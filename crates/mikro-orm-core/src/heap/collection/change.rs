//! Adding items to collections and taking them out.

use super::Collection;
use crate::create::{Connect, Creation, connect_item};
use crate::entity::{Entity, Target};
use crate::error::{Error, Result};
use crate::heap::any_ref::AnyRef;
use crate::heap::{CellSet, Loaded, Ref};
use crate::input::{Input, IntoItem, IntoRef};
use crate::populate::Relation;
use crate::value::Value;
use std::collections::HashMap;

impl<T: Entity> Collection<T> {
    /// Adds an entity: a handle, a reference, a key or a builder. Says whether it was not in.
    ///
    /// The other side follows: a one-to-many item's relation back is set, a many-to-many item's own collection has the
    /// owner. A new entity is persisted with the owner. Works on a collection that is not loaded, without loading it.
    ///
    /// # Errors
    /// When the owner was not given to an entity manager yet, or was removed, or the entity is a new one of another
    /// entity manager, or the collection was loaded with a limit, or the owner's entity manager is gone or was cleared.
    pub fn add(&self, item: impl IntoRef<T>) -> Result<bool> {
        self.extend([item]).map(|added| added > 0)
    }

    /// Adds entities, as [`Collection::add`] does. Gives how many were not in.
    ///
    /// # Errors
    /// As [`Collection::add`]; then none was added.
    pub fn extend<I: IntoIterator<Item: IntoRef<T>>>(&self, items: I) -> Result<usize> {
        let items = items.into_iter().map(IntoRef::into_ref);
        Ok(self.put_in(items)?.iter().filter(|(_, added)| *added).count())
    }

    /// Adds entities. Gives them, and whether each was not in.
    fn put_in(&self, items: impl Iterator<Item = Input<T>>) -> Result<Vec<(AnyRef, bool)>> {
        let owner = self.writable()?;
        let mut items = items.peekable();
        if items.peek().is_some() {
            super::removed::check_owner(owner, self.raw.field)?;
        }
        let mut added = Vec::new();
        let resolved = self.resolve(owner, items, |item| check_connects(owner, self.raw.field, item))?;
        leave_others(owner, self.raw.field, resolved.iter().map(|(item, _)| item));
        for (item, just_made) in resolved {
            let is_added = connect_item(owner, self.raw.field, &item, Connect { just_made, persists: false })?;
            persist_with(owner, self.raw.field, &item);
            added.push((item, is_added));
        }
        Ok(added)
    }

    /// Takes an entity out: a one-to-many item's relation back is set to null, a many-to-many item is no longer linked.
    /// The entity itself stays, unless the relation says `orphan_removal`. Says whether it was in.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when the collection is not loaded; [`Error::Validation`] when the relation back
    /// can't be null.
    pub fn remove(&self, item: impl IntoRef<T>) -> Result<bool> {
        let owner = self.changeable()?;
        let item = std::iter::once(item.into_ref());
        let Some((item, _)) = self.resolve(owner, item, |_| Ok(()))?.pop() else { return Ok(false) };
        if !owner.collection_items(self.raw.field).contains(&item) {
            return Ok(false);
        }
        take_out(owner, self.raw.field, std::slice::from_ref(&item))?;
        Ok(true)
    }

    /// Takes out all items for which the predicate holds, as [`Collection::remove`] does. Gives how many.
    ///
    /// # Errors
    /// As [`Collection::remove`]; then nothing was taken out.
    pub fn remove_where(&self, mut predicate: impl FnMut(&Loaded<T>) -> bool) -> Result<usize> {
        let owner = self.changeable()?;
        let items = self.get()?.iter().filter(|item| predicate(item));
        let matching: Vec<AnyRef> = items.map(|item| item.as_ref_any().clone()).collect();
        take_out(owner, self.raw.field, &matching)?;
        Ok(matching.len())
    }

    /// Takes all items out. A collection that is not loaded is emptied without loading it: the next flush lets go of
    /// whatever the database has.
    ///
    /// # Errors
    /// [`Error::Validation`] when the items' relation back can't be null.
    pub fn remove_all(&self) -> Result<()> {
        self.set(std::iter::empty::<Ref<T>>())
    }

    /// Replaces the items by these, in this order. A collection that is not loaded is replaced without loading it: the
    /// next flush lets go of whatever else the database has.
    ///
    /// # Errors
    /// As [`Collection::add`] and [`Collection::remove`]; then nothing was changed.
    pub fn set<I: IntoIterator<Item: IntoRef<T>>>(&self, items: I) -> Result<()> {
        let owner = self.writable()?;
        let mut items = items.into_iter().map(IntoRef::into_ref).peekable();
        if items.peek().is_some() {
            super::removed::check_owner(owner, self.raw.field)?;
        }
        if !self.is_initialized() {
            check_knows_all(owner, self.raw.field)?;
            check_can_let_go(owner, self.raw.field)?;
        }
        let resolved = self.resolve(owner, items, |item| check_connects(owner, self.raw.field, item))?;
        replace(owner, self.raw.field, resolved)
    }

    /// Whether the entity is in.
    ///
    /// # Errors
    /// [`Error::NotInitialized`] when the collection is not loaded.
    pub fn contains(&self, item: impl IntoRef<T>) -> Result<bool> {
        let owner = self.initialized()?;
        let item = std::iter::once(item.into_ref());
        let Some((item, _)) = self.resolve(owner, item, |_| Ok(()))?.pop() else { return Ok(false) };
        Ok(owner.collection_items(self.raw.field).contains(&item))
    }

    /// The owner of a collection whose items are known.
    pub(super) fn initialized(&self) -> Result<&AnyRef> {
        let owner = self.owner()?;
        if self.is_initialized() { Ok(owner) } else { Err(Error::NotInitialized { what: self.raw.describe() }) }
    }
    /// The owner, for whoever takes items out.
    fn changeable(&self) -> Result<&AnyRef> {
        self.initialized()?;
        self.writable()
    }

    /// The entities that inputs stand for, and whether each was made of a builder just now. What is known is checked
    /// before anything is made: a builder's entity is in its owner's collection at once.
    fn resolve(
        &self,
        owner: &AnyRef,
        items: impl Iterator<Item = Input<T>>,
        check: impl Fn(&AnyRef) -> Result<()>,
    ) -> Result<Vec<(AnyRef, bool)>> {
        let heap = owner.heap_arc();
        let mut creation = Creation::for_items(&heap, owner, self.raw.field);
        let mut resolved = Vec::new();
        let mut builders = Vec::new();
        for item in items {
            match item {
                Input::New(builder) => {
                    builders.push((resolved.len(), builder));
                    resolved.push(None);
                }
                known => {
                    let known = creation.resolve_input(known)?;
                    check(&known)?;
                    resolved.push(Some((known, false)));
                }
            }
        }
        for (place, builder) in builders {
            resolved[place] = Some((creation.resolve_input(Input::New(builder))?, true));
        }
        creation.persist_created();
        Ok(resolved.into_iter().flatten().collect())
    }
}

/// Checks that an item can be connected with the owner of a collection.
pub(super) fn check_connects(owner: &AnyRef, field: u16, item: &AnyRef) -> Result<()> {
    owner.check_collects(field, item)?;
    super::removed::check_item(owner, field, item)?;
    match owner.mapped_by(field) {
        Some(back) if !item.is_initialized() && owner.is_looked_after() => item.check_assignable(back),
        _ => Ok(()),
    }
}

/// Takes items that come to an owner out of the collections of others, all at once: each item would copy them. (Those
/// whose rows are not loaded do not say where they were.)
pub(super) fn leave_others<'a>(owner: &AnyRef, field: u16, items: impl Iterator<Item = &'a AnyRef>) {
    let Some(back) = owner.mapped_by(field) else { return };
    let full = owner.shows_part_of(field).flatten().unwrap_or(field);
    let mut leaving: HashMap<&AnyRef, Vec<AnyRef>> = HashMap::new();
    let mut unloaded = Vec::new();
    for item in items.filter(|item| owner.is_known_to(item)) {
        match item.view() {
            Some(view) => {
                if let Some(other) = view.to_one(back).filter(|other| *other != owner) {
                    leaving.entry(other).or_default().push(item.clone());
                }
            }
            None => unloaded.push(item.clone()),
        }
    }
    for (other, items) in leaving {
        if items.len() > 1 && other.is_collection_initialized(full) {
            other.take_out_of_collection(full, &items);
        }
    }
    for other in owner.others_with(full, &unloaded) {
        other.take_out_of_collection(full, &unloaded);
    }
}

impl<T: Entity, P> Loaded<T, P> {
    /// Adds an entity to one of this entity's collections, as [`Collection::add`] does. A builder need not say what its relation back
    /// refers to: it is this entity.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/example.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> mikro_orm::Result<()> {
    /// # let em = library().await?;
    /// let jon = em.find_one_or_fail::<Author>(1).await?;
    /// let vows = jon.add_to(Author::books, Book::builder().title("Vows").text(".."))?;
    /// assert!(vows.get()?.author.get()?.is_same(&jon));
    /// em.flush().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Collection::add`].
    pub fn add_to<U, R>(&self, collection: R, item: impl IntoItem<U, T>) -> Result<Ref<U>>
    where
        U: Entity,
        R: Relation<Owner = T, Field = Collection<U>>,
    {
        let _ = collection;
        let mut added = R::get(self).put_in(std::iter::once(item.into_item()))?;
        let (item, _) = added.pop().expect("one item goes in, and comes out");
        Ok(Ref::from_any(item))
    }
}

/// An item is persisted with its owner. (What is only linked does not depend on the owner: it may be removed all the same.)
pub(super) fn persist_with(owner: &AnyRef, field: u16, item: &AnyRef) {
    let depends = owner.mapped_by(field).is_some();
    if (item.is_new() || depends) && (owner.is_persisted() || !owner.is_new()) {
        crate::uow::persist(item);
    }
}

/// Replaces what a collection has.
pub(super) fn replace(owner: &AnyRef, field: u16, items: Vec<(AnyRef, bool)>) -> Result<()> {
    let mut seen = CellSet::default();
    let items: Vec<(AnyRef, bool)> = items.into_iter().filter(|(item, _)| seen.insert(item.clone())).collect();
    let wanted: Vec<AnyRef> = items.iter().map(|(item, _)| item.clone()).collect();
    if owner.many_to_many(field).is_some() {
        owner.relink(field, &wanted);
        wanted.iter().for_each(|item| persist_with(owner, field, item));
        return Ok(());
    }
    let initialized = owner.is_collection_initialized(field);
    if initialized && owner.collection_items(field) == wanted {
        return Ok(());
    }
    let known = owner.collection_items(field).iter();
    let leaving: Vec<AnyRef> = known.filter(|item| !seen.contains(*item)).cloned().collect();
    take_out(owner, field, &leaving)?;
    leave_others(owner, field, wanted.iter());
    for (item, just_made) in items {
        connect_item(owner, field, &item, Connect { just_made, persists: false })?;
        persist_with(owner, field, &item);
    }
    if !initialized {
        owner.replace_collection(field);
    }
    owner.reorder_collection(field, &wanted);
    Ok(())
}

/// Takes items out of a collection, all or none.
pub(super) fn take_out(owner: &AnyRef, field: u16, items: &[AnyRef]) -> Result<()> {
    if owner.many_to_many(field).is_some() {
        owner.unlink(field, items);
        return Ok(());
    }
    let Some(back) = owner.mapped_by(field) else { return Ok(()) };
    // (what is managed was not asked to refer to an owner that is not persisted)
    let is_apart = |item: &AnyRef| {
        !owner.is_looked_after() && item.is_looked_after() && item.view().is_none_or(|view| view.to_one(back) != Some(owner))
    };
    if items.iter().any(|item| !item.is_new() && !is_apart(item)) {
        check_can_let_go(owner, field)?;
    }
    let deleted = owner.removes_orphans(field);
    // (all at once: each would copy the collection)
    let apart: Vec<bool> = items.iter().map(is_apart).collect();
    owner.take_out_of_collection(field, items);
    for (item, _) in items.iter().zip(apart).filter(|(_, apart)| !apart) {
        let nullable = item.descriptor().fields[usize::from(back)].vtable.nullable;
        if nullable && item.is_initialized() {
            item.edit_to_one(back, None)?;
        } else if deleted {
            // its row goes as it is
        } else if nullable {
            item.assign_fields(vec![(back, Value::Null)])?;
        } else {
            item.unpersist();
            item.set_apart();
        }
        if deleted {
            crate::heap::orphan(item);
        }
    }
    Ok(())
}

/// Who is let go by a collection that is replaced without loading it must be known to be all that refer to its owner.
pub(super) fn check_knows_all(owner: &AnyRef, field: u16) -> Result<()> {
    if owner.shows_part_of(field).is_none() {
        return Ok(());
    }
    Err(Error::validation(
        owner.name(),
        owner.descriptor().fields[usize::from(field)].name,
        "has a condition (`where = ..`), so it can't be replaced or emptied before it is loaded: `.load().await?` it first",
    ))
}

/// Items whose relation back can't be null can't be taken out, unless they are deleted then.
pub(super) fn check_can_let_go(owner: &AnyRef, field: u16) -> Result<()> {
    let Some(back) = owner.mapped_by(field) else { return Ok(()) };
    let def = &owner.descriptor().fields[usize::from(field)];
    let Some(target) = def.target.map(Target::descriptor) else { return Ok(()) };
    let back = &target.fields[usize::from(back)];
    if back.vtable.nullable || owner.removes_orphans(field) {
        return Ok(());
    }
    Err(Error::validation(
        owner.name(),
        def.name,
        format!(
            "an item can't be taken out, since {}.{} can't be null: add `orphan_removal` here to have it deleted then \
             (or `delete_rule = cascade` there), remove the item itself with `em.remove`, move it to another \
             owner, or make the relation `Option<Ref<{}>>`",
            target.name,
            back.name,
            owner.name()
        ),
    ))
}
