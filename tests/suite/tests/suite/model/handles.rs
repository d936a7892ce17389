//! The handles that a sequence holds, by the model's ids.

use super::entities::{Badge, Locker, Player, Skill, Team};
use super::state::Id;
use mikro_orm::prelude::*;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Handles {
    teams: BTreeMap<Id, Loaded<Team>>,
    badges: BTreeMap<Id, Loaded<Badge>>,
    players: BTreeMap<Id, Loaded<Player>>,
    lockers: BTreeMap<Id, Loaded<Locker>>,
    skills: BTreeMap<Id, Loaded<Skill>>,
}

/// An entity of the model.
pub trait Modelled: Entity<Key = i64> {
    fn all(handles: &Handles) -> &BTreeMap<Id, Loaded<Self>>;
    fn all_mut(handles: &mut Handles) -> &mut BTreeMap<Id, Loaded<Self>>;
}

macro_rules! modelled {
    ($($entity:ident in $field:ident),*) => {$(
        impl Modelled for $entity {
            fn all(handles: &Handles) -> &BTreeMap<Id, Loaded<Self>> {
                &handles.$field
            }
            fn all_mut(handles: &mut Handles) -> &mut BTreeMap<Id, Loaded<Self>> {
                &mut handles.$field
            }
        }
    )*};
}
modelled!(Team in teams, Badge in badges, Player in players, Locker in lockers, Skill in skills);

impl Handles {
    pub fn get<T: Modelled>(&self, id: Id) -> Option<&Loaded<T>> {
        T::all(self).get(&id)
    }
    pub fn insert<T: Modelled>(&mut self, id: Id, handle: Loaded<T>) {
        T::all_mut(self).insert(id, handle);
    }
    /// Forgets the handles of what is not there.
    pub fn keep<T: Modelled, V>(&mut self, there: &BTreeMap<Id, V>) {
        T::all_mut(self).retain(|id, _| there.contains_key(id));
    }
    /// The keys of all that have one.
    pub fn keys(&self) -> Vec<(Id, i64)> {
        fn of<T: Modelled>(handles: &Handles) -> impl Iterator<Item = (Id, i64)> + '_ {
            T::all(handles).iter().filter_map(|(id, handle)| Some((*id, handle.id()?)))
        }
        of::<Team>(self)
            .chain(of::<Badge>(self))
            .chain(of::<Player>(self))
            .chain(of::<Locker>(self))
            .chain(of::<Skill>(self))
            .collect()
    }
}
