//! One pair of entities that are linked, or not, and all collections that show it.

use super::links::Listing;
use super::lookup::Among;
use super::state::{self, CollectionState, of, of_or_new};
use super::whole::{doubt_parts, mark_changed};
use crate::heap::any_ref::AnyRef;
use crate::metadata::{EntityMetadata, PropertyMetadata, RelationMetadata};

/// A many-to-many relation, seen from one of its sides.
#[derive(Clone, Copy)]
pub(crate) struct ManyToMany {
    /// Whether this is the side that says what the pivot table has.
    pub owner: bool,
    /// This side's collection that shows all; none when this one shows a part, and there is no other.
    pub full: Option<u16>,
    /// The collection on the other side, when there is one.
    pub other_side: Option<u16>,
    /// Whether the database keeps the order.
    pub ordered: bool,
    /// Whether it shows a part, by a condition of its own.
    pub partial: bool,
}

impl ManyToMany {
    pub fn of(entity: &EntityMetadata, property: &PropertyMetadata, relation: &RelationMetadata) -> Self {
        let partial = relation.condition.is_some();
        let full = if partial { relation.full } else { Some(property.index) };
        let all = full.and_then(|full| entity.property(full).relation.as_ref());
        ManyToMany {
            owner: relation.owner,
            full,
            other_side: if relation.owner { all.and_then(|all| all.other_side) } else { relation.other_side },
            ordered: all.unwrap_or(relation).fixed_order,
            partial,
        }
    }

    /// The field of the owning side that notes what is to be stored, for the relation `field`.
    pub fn owning(&self, field: u16) -> Option<u16> {
        if self.owner { Some(self.full.unwrap_or(field)) } else { self.other_side }
    }
    /// Whether what is to be stored of the relation `field` is noted with that of another field.
    pub fn is_noted_elsewhere(&self, field: u16) -> bool {
        self.owning(field) != Some(field) || !self.owner
    }
}

/// Two entities.
pub(super) struct Pair<'a> {
    /// Whether the owner's side is the one that is changed.
    from_owner: bool,
    pub owner: &'a AnyRef,
    pub field: u16,
    pub own: &'a CollectionState,
    pub target: &'a AnyRef,
    pub other: Option<(u16, &'a CollectionState)>,
    /// The collection with a condition that is changed, and what it is to show.
    part: Option<(&'a AnyRef, u16, &'a AnyRef)>,
    ordered: bool,
    /// Whether `own` is such a collection: that it is loaded does not say who is linked.
    own_is_partial: bool,
}

impl<'a> Pair<'a> {
    pub fn of(side: &'a AnyRef, field: u16, item: &'a AnyRef) -> Option<Self> {
        let many = side.many_to_many(field)?;
        let own = many.owning(field)?;
        let (owner, target, other) = if many.owner { (side, item, many.other_side) } else { (item, side, many.full) };
        Some(Pair {
            from_owner: many.owner,
            owner,
            field: own,
            own: of_or_new(owner, own),
            target,
            other: other.map(|other| (other, of_or_new(target, other))),
            part: (many.partial && many.is_noted_elsewhere(field)).then_some((side, field, item)),
            ordered: many.ordered,
            own_is_partial: many.partial && many.owner && many.full.is_none(),
        })
    }

    /// Whether a side says that they are linked.
    fn is_linked(&self) -> bool {
        // (what is new is known by the owning side; the other may be long, or not persisted when it took the owner in)
        let other_knows = || !self.owner.is_new() && !self.target.is_new() && self.other_has();
        has(self.own, self.target) || other_knows()
    }
    fn other_has(&self) -> bool {
        self.other.is_some_and(|(_, other)| other.is_initialized() && has(other, self.owner))
    }

    /// Links them. Says whether the collection that is changed did not have the item. When it is not `heard`, the
    /// other side knows nothing of it until the changed one is persisted.
    pub fn link(&self, heard: bool, listed: &mut Listing<'_>) -> bool {
        if let Some((side, field, item)) = self.part {
            let state = of_or_new(side, field);
            if !state.add(side, item.ptr()) {
                return false;
            }
            state.count_added(false);
            mark_changed(side, field, state);
        }
        let added = match heard {
            _ if heard && self.is_linked() => self.owner.is_new() && self.show_on_other(false),
            true => {
                // (a new owner that does not have the target is known by one that was not persisted then, if any)
                self.show_on_other(self.owner.is_new() && !self.target.is_apart());
                self.note(listed);
                true
            }
            false if self.from_owner => !has(self.own, self.target) && self.note(listed),
            false => self.show_on_other(false),
        };
        added || self.part.is_some()
    }

    /// Links what was not heard of, now that it is persisted.
    pub fn join(&self, listed: &mut Listing<'_>) {
        self.show_on_other(false);
        if !has(self.own, self.target) {
            self.note(listed);
        }
    }

    /// Shows the owner on the other side, where it surely is not yet, or may be. Says whether it was not there.
    fn show_on_other(&self, surely_not: bool) -> bool {
        let Some((field, other)) = self.other else { return false };
        let mut writer = other.lock();
        let added = surely_not || !other.has(self.owner.ptr(), &mut writer);
        if added {
            other.append(self.target, self.owner.ptr(), &mut writer);
            other.count_added(self.is_surely_new());
        }
        drop(writer);
        if added {
            doubt_parts(self.target, &self.owner.arena().shape.other_parts[usize::from(self.field)], self.owner.ptr());
            mark_changed(self.target, field, other);
        }
        added
    }

    /// Whether the database surely does not have the link, which was not known until now.
    fn is_surely_new(&self) -> bool {
        self.owner.is_new()
            || self.target.is_new()
            || (self.own.is_complete() && !self.own_is_partial)
            || self.other.is_some_and(|(_, other)| other.is_complete())
    }

    /// Shows the target on the owning side, and notes that the link is to be stored.
    fn note(&self, listed: &mut Listing<'_>) -> bool {
        let (new_owner, surely_new) = (self.owner.is_new(), self.is_surely_new());
        let mut writer = self.own.lock();
        self.own.append(self.owner, self.target.ptr(), &mut writer);
        self.own.count_added(surely_new);
        let pending = writer.get_or_insert_default();
        if new_owner {
            pending.replace();
        } else {
            pending.add(self.target.ptr(), surely_new, self.ordered);
        }
        drop(writer);
        doubt_parts(self.owner, &self.owner.arena().shape.parts[usize::from(self.field)], self.target.ptr());
        mark_changed(self.owner, self.field, self.own);
        listed.list(self.owner, self.field, self.own);
        true
    }
}

fn has(state: &CollectionState, item: &AnyRef) -> bool {
    state.has(item.ptr(), &mut state.lock())
}

/// Unlinks items from one entity: its own collections are copied once, whatever the number of items.
pub(super) fn unlink(side: &AnyRef, field: u16, items: &[AnyRef], listed: &mut Listing<'_>) {
    let Some(many) = side.many_to_many(field) else { return };
    let Some(own) = many.owning(field) else { return };
    let leaving = |from: &AnyRef, field: u16, items: &[AnyRef]| {
        let Some(state) = of(from, field) else { return };
        let leaving = Among::new(items, state.items().len());
        if state.remove(from, |known| leaving.has(known)) > 0 {
            mark_changed(from, field, state);
        } else {
            state.forget_count();
        }
    };
    let this = std::slice::from_ref(side);
    let let_go = |owner: &AnyRef, targets: &[AnyRef], listed: &mut Listing<'_>| {
        let state = of_or_new(owner, own);
        let leaving = Among::new(targets, state.items().len());
        let mut writer = state.lock();
        if state.take_out(owner, |known| leaving.has(known), &mut writer) == 0 {
            state.forget_count();
        }
        let pending = writer.get_or_insert_default();
        targets.iter().for_each(|target| pending.remove(target.ptr()));
        drop(writer);
        mark_changed(owner, own, state);
        listed.list(owner, own, state);
    };
    if many.owner {
        let shape = &side.arena().shape;
        let others = || many.other_side.iter().chain(&shape.other_parts[usize::from(own)]);
        items.iter().for_each(|item| others().for_each(|other| leaving(item, *other, this)));
        shape.parts[usize::from(own)].iter().for_each(|part| leaving(side, *part, items));
        let_go(side, items, listed);
    } else {
        let Some(first) = items.first() else { return };
        let shape = &first.arena().shape;
        let sides = many.full.iter().chain(&shape.other_parts[usize::from(own)]);
        sides.for_each(|field| leaving(side, *field, items));
        for item in items {
            shape.parts[usize::from(own)].iter().for_each(|part| leaving(item, *part, this));
            // (what is not persisted was never on the other side)
            let apart = !side.is_looked_after() && item.is_looked_after();
            if !apart || of(item, own).is_some_and(|state| state.contains(side.ptr())) {
                let_go(item, this, listed);
            }
        }
    }
}

impl AnyRef {
    /// The many-to-many relation of a to-many field; `None` for a one-to-many relation.
    pub(crate) fn many_to_many(&self, field: u16) -> Option<ManyToMany> {
        self.arena().shape.many_to_many[state::slot(self, field)]
    }
    /// For a to-many field that shows a part, by a condition of its own: the one that shows all, when there is one.
    pub(crate) fn shows_part_of(&self, field: u16) -> Option<Option<u16>> {
        self.arena().shape.partial[state::slot(self, field)]
    }
}
