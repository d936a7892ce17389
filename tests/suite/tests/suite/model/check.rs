//! Whether the ORM says what the model says.

use super::entities::{Badge, Locker, Player, Skill, Team};
use super::handles::{Handles, Modelled};
use super::run::{Outcome, Run};
use super::state::{Id, State};
use mikro_orm::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Debug;

fn same<T: PartialEq + Debug>(what: impl FnOnce() -> String, found: T, expected: T) -> Outcome {
    if found == expected { Ok(()) } else { Err(format!("{} is {found:?}, not {expected:?}", what())) }
}

/// The handles' own fields, at any time.
pub fn scalars(run: &Run<'_>) -> Outcome {
    let State { teams, badges, players, lockers, skills, .. } = &run.current;
    names(&run.handles, teams, |team: &Team| &team.name, |name| name)?;
    names(&run.handles, badges, |badge: &Badge| &badge.name, |badge| &badge.name)?;
    names(&run.handles, players, |player: &Player| &player.name, |player| &player.name)?;
    names(&run.handles, lockers, |locker: &Locker| &locker.name, |name| name)?;
    names(&run.handles, skills, |skill: &Skill| &skill.name, |name| name)?;
    for (id, player) in Player::all(&run.handles) {
        if let Some(expected) = players.get(id) {
            same(|| format!("player {id}'s number"), player.number, expected.number)?;
        }
    }
    Ok(())
}

fn names<T: Modelled, V>(
    handles: &Handles,
    model: &BTreeMap<Id, V>,
    name: impl Fn(&T) -> &String,
    expected: impl Fn(&V) -> &String,
) -> Outcome {
    for (id, handle) in T::all(handles) {
        if let Some(known) = model.get(id) {
            same(|| format!("the name of {} {id}", T::NAME), name(handle), expected(known))?;
        }
    }
    Ok(())
}

/// What a state says, in keys.
struct Expected<'a> {
    state: &'a State,
    keys: &'a BTreeMap<Id, i64>,
}

impl Expected<'_> {
    fn key(&self, id: Id) -> i64 {
        self.keys.get(&id).copied().unwrap_or(-1)
    }
    fn keys(&self, ids: &[Id]) -> Vec<i64> {
        let mut keys: Vec<i64> = ids.iter().map(|id| self.key(*id)).collect();
        keys.sort_unstable();
        keys
    }

    fn team(&self, id: Id, team: &Team) -> Outcome {
        self.collection(|| format!("the players of team {id}"), &team.players, &self.state.players_of(id))?;
        self.collection(|| format!("the badges of team {id}"), &team.badges, &self.state.badges_of(id))
    }
    fn badge(&self, id: Id, badge: &Badge) -> Outcome {
        let expected = self.state.badges.get(&id).map(|badge| self.key(badge.team));
        same(|| format!("the team of badge {id}"), badge.team.id(), expected)
    }
    fn player(&self, id: Id, player: &Player) -> Outcome {
        let expected = &self.state.players[&id];
        same(|| format!("the number of player {id}"), player.number, expected.number)?;
        self.to_one(|| format!("the team of player {id}"), &player.team, expected.team)?;
        self.to_one(|| format!("the mentor of player {id}"), &player.mentor, expected.mentor)?;
        self.to_one(|| format!("the locker of player {id}"), &player.locker, expected.locker)?;
        self.collection(|| format!("the pupils of player {id}"), &player.pupils, &self.state.pupils_of(id))?;
        self.collection(|| format!("the skills of player {id}"), &player.skills, &self.state.skills_of(id))?;
        self.collection(|| format!("the friends of player {id}"), &player.friends, &self.state.friends_of(id))
    }
    fn locker(&self, id: Id, locker: &Locker) -> Outcome {
        self.to_one(|| format!("the player of locker {id}"), &locker.player, self.state.owner_of(id))
    }
    fn skill(&self, id: Id, skill: &Skill) -> Outcome {
        self.collection(|| format!("the players of skill {id}"), &skill.players, &self.state.skilled_in(id))
    }

    fn to_one<T: Modelled>(&self, what: impl Fn() -> String, found: &Option<Ref<T>>, expected: Option<Id>) -> Outcome {
        same(what, found.as_ref().and_then(Ref::id), expected.map(|id| self.key(id)))
    }
    /// A collection that is initialized has these, each once.
    fn collection<T: Modelled>(&self, what: impl Fn() -> String, found: &Collection<T>, expected: &[Id]) -> Outcome {
        if !found.is_initialized() {
            return Ok(());
        }
        let mut found: Vec<i64> = found.known().iter().map(|item| item.id().unwrap_or(-1)).collect();
        found.sort_unstable();
        same(what, found, self.keys(expected))
    }
}

/// All that handles say, after a flush.
pub fn handles(run: &Run<'_>) -> Outcome {
    scalars(run)?;
    let expected = Expected { state: &run.stored, keys: &run.keys };
    let handles = &run.handles;
    Team::all(handles).iter().try_for_each(|(id, team)| expected.team(*id, team))?;
    Badge::all(handles).iter().try_for_each(|(id, badge)| expected.badge(*id, badge))?;
    Player::all(handles).iter().try_for_each(|(id, player)| expected.player(*id, player))?;
    Locker::all(handles).iter().try_for_each(|(id, locker)| expected.locker(*id, locker))?;
    Skill::all(handles).iter().try_for_each(|(id, skill)| expected.skill(*id, skill))
}

/// What a fresh entity manager reads, with everything populated.
pub async fn database(run: &Run<'_>) -> Outcome {
    let em = run.test.em();
    let expected = Expected { state: &run.stored, keys: &run.keys };
    let State { teams, badges, players, lockers, skills, .. } = &run.stored;
    let failed = |error: mikro_orm::Error| format!("reading failed: {error}");

    let found = em.find::<Team>().populate((Team::players, Team::badges)).await.map_err(failed)?;
    for (id, team) in stored(&found, teams, &expected)? {
        same(|| format!("the stored name of team {id}"), &team.name, &teams[&id])?;
        expected.team(id, team)?;
    }
    let found = em.find::<Badge>().await.map_err(failed)?;
    for (id, badge) in stored(&found, badges, &expected)? {
        same(|| format!("the stored name of badge {id}"), &badge.name, &badges[&id].name)?;
        expected.badge(id, badge)?;
    }
    let hints = (Player::pupils, Player::locker, Player::skills, Player::friends);
    let found = em.find::<Player>().populate(hints).await.map_err(failed)?;
    for (id, player) in stored(&found, players, &expected)? {
        same(|| format!("the stored name of player {id}"), &player.name, &players[&id].name)?;
        expected.player(id, player)?;
    }
    let found = em.find::<Locker>().await.map_err(failed)?;
    for (id, locker) in stored(&found, lockers, &expected)? {
        same(|| format!("the stored name of locker {id}"), &locker.name, &lockers[&id])?;
        expected.locker(id, locker)?;
    }
    let found = em.find::<Skill>().populate(Skill::players).await.map_err(failed)?;
    for (id, skill) in stored(&found, skills, &expected)? {
        same(|| format!("the stored name of skill {id}"), &skill.name, &skills[&id])?;
        expected.skill(id, skill)?;
    }
    Ok(())
}

/// What was found, with the model's ids: all that there should be, and nothing else.
fn stored<'a, T: Modelled, P, V>(
    found: &'a [Loaded<T, P>],
    model: &BTreeMap<Id, V>,
    expected: &Expected<'_>,
) -> Outcome<Vec<(Id, &'a Loaded<T, P>)>> {
    let mut keys: Vec<i64> = found.iter().map(|entity| entity.id().unwrap_or(-1)).collect();
    keys.sort_unstable();
    let ids: Vec<Id> = model.keys().copied().collect();
    same(|| format!("the stored keys of {}", T::NAME), &keys, &expected.keys(&ids))?;
    let by_key: BTreeMap<i64, Id> = ids.iter().map(|id| (expected.key(*id), *id)).collect();
    Ok(found.iter().filter_map(|entity| Some((*by_key.get(&entity.id()?)?, entity))).collect())
}
