//! The handles that a sequence holds, by the model's ids.

use super::entities::{Badge, Coach, Course, Fixture, Locker, Passport, Player, Skill, Team, Ticket, Whistle};
use super::state::{Id, State};
use mikro_orm::prelude::*;
use std::collections::BTreeMap;

/// An entity of the model.
pub trait Modelled: Entity {
    fn all(handles: &Handles) -> &BTreeMap<Id, Loaded<Self>>;
    fn all_mut(handles: &mut Handles) -> &mut BTreeMap<Id, Loaded<Self>>;
    /// The key as the model has it, which is a number.
    fn number(key: Self::Key) -> i64;
    fn key(number: i64) -> Self::Key;

    /// The number of an entity's key, when it has one.
    fn number_of(entity: &Ref<Self>) -> Option<i64> {
        entity.id().map(Self::number)
    }
}

macro_rules! modelled {
    (@one $entity:ident in $field:ident, $number:expr, $key:expr) => {
        impl Modelled for $entity {
            fn all(handles: &Handles) -> &BTreeMap<Id, Loaded<Self>> {
                &handles.$field
            }
            fn all_mut(handles: &mut Handles) -> &mut BTreeMap<Id, Loaded<Self>> {
                &mut handles.$field
            }
            fn number(key: Self::Key) -> i64 {
                $number(key)
            }
            fn key(number: i64) -> Self::Key {
                $key(number)
            }
        }
    };
    ($($entity:ident in $field:ident),*) => {
        #[derive(Default)]
        pub struct Handles {
            $($field: BTreeMap<Id, Loaded<$entity>>,)*
            fixtures: BTreeMap<Id, Loaded<Fixture>>,
        }
        $(modelled!(@one $entity in $field, i64::from, i64::from);)*
        modelled!(@one Fixture in fixtures, |(team, round): (i64, i64)| team * ROUNDS + round,
            |number| (number / ROUNDS, number % ROUNDS));

        impl Handles {
            /// Forgets the handles of what is not there.
            pub fn keep(&mut self, state: &State) {
                $(self.$field.retain(|id, _| state.$field.contains_key(id));)*
                self.fixtures.retain(|id, _| state.fixtures.contains_key(id));
            }
            /// The keys of all that have one.
            pub fn keys(&self) -> BTreeMap<Id, i64> {
                fn of<T: Modelled>(handles: &BTreeMap<Id, Loaded<T>>) -> impl Iterator<Item = (Id, i64)> {
                    handles.iter().filter_map(|(id, handle)| Some((*id, handle.id().map(T::number)?)))
                }
                let mut keys: BTreeMap<Id, i64> = of(&self.fixtures).collect();
                $(keys.extend(of(&self.$field));)*
                keys
            }
        }
    };
}
modelled!(
    Team in teams, Badge in badges, Player in players, Locker in lockers, Skill in skills, Course in courses, Passport in passports,
    Coach in coaches, Whistle in whistles, Ticket in tickets
);

/// More rounds than there are.
const ROUNDS: i64 = 100;

impl Handles {
    pub fn get<T: Modelled>(&self, id: Id) -> Option<&Loaded<T>> {
        T::all(self).get(&id)
    }
    pub fn insert<T: Modelled>(&mut self, id: Id, handle: Loaded<T>) {
        T::all_mut(self).insert(id, handle);
    }
}
