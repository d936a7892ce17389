//! Whether the ORM says what the model says.

use super::entities::{Badge, Coach, Course, Fixture, Locker, Passport, Player, Skill, Team, Ticket, Whistle};
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
    let State { teams, badges, players, lockers, skills, courses, passports, coaches, whistles, fixtures, tickets, .. } =
        &run.current;
    names(&run.handles, teams, |team: &Team| &team.name, |name| name)?;
    names(&run.handles, badges, |badge: &Badge| &badge.name, |badge| &badge.name)?;
    names(&run.handles, players, |player: &Player| &player.name, |player| &player.name)?;
    names(&run.handles, lockers, |locker: &Locker| &locker.name, |name| name)?;
    names(&run.handles, skills, |skill: &Skill| &skill.name, |name| name)?;
    names(&run.handles, courses, |course: &Course| &course.name, |name| name)?;
    names(&run.handles, passports, |passport: &Passport| &passport.name, |passport| &passport.name)?;
    names(&run.handles, coaches, |coach: &Coach| &coach.name, |coach| &coach.name)?;
    names(&run.handles, whistles, |whistle: &Whistle| &whistle.name, |name| name)?;
    names(&run.handles, fixtures, |fixture: &Fixture| &fixture.name, |fixture| &fixture.name)?;
    names(&run.handles, tickets, |ticket: &Ticket| &ticket.name, |ticket| &ticket.name)?;
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
        ids.iter().map(|id| self.key(*id)).collect()
    }

    fn team(&self, id: Id, team: &Team) -> Outcome {
        self.collection(|| format!("the players of team {id}"), &team.players, &self.state.players_of(id))?;
        self.collection(|| format!("the badges of team {id}"), &team.badges, &self.state.badges_of(id))?;
        self.collection(|| format!("the coaches of team {id}"), &team.coaches, &self.state.coaches_of(id))?;
        self.collection(|| format!("the fixtures of team {id}"), &team.fixtures, &self.state.fixtures_of(id))?;
        self.ordered(|| format!("the drills of team {id}"), &team.drills, &self.state.drills_of(id))
    }
    fn badge(&self, id: Id, badge: &Badge) -> Outcome {
        let expected = self.state.badges.get(&id).map(|badge| self.key(badge.team));
        same(|| format!("the team of badge {id}"), badge.team.id(), expected)
    }
    fn coach(&self, id: Id, coach: &Coach) -> Outcome {
        let expected = &self.state.coaches[&id];
        self.to_one(|| format!("the team of coach {id}"), &coach.team, expected.team)?;
        self.to_one(|| format!("the whistle of coach {id}"), &coach.whistle, expected.whistle)
    }
    fn passport(&self, id: Id, passport: &Passport) -> Outcome {
        let expected = self.state.passports.get(&id).map(|passport| self.key(passport.player));
        same(|| format!("the player of passport {id}"), passport.player.id(), expected)
    }
    fn fixture(&self, id: Id, fixture: &Fixture) -> Outcome {
        let expected = &self.state.fixtures[&id];
        same(|| format!("the team of fixture {id}"), fixture.team.id(), Some(self.key(expected.team)))?;
        same(|| format!("the round of fixture {id}"), fixture.round, expected.round)?;
        self.to_one(|| format!("the referee of fixture {id}"), &fixture.referee, expected.referee)?;
        self.collection(|| format!("the tickets of fixture {id}"), &fixture.tickets, &self.state.tickets_of(id))
    }
    fn ticket(&self, id: Id, ticket: &Ticket) -> Outcome {
        self.to_one(|| format!("the fixture of ticket {id}"), &ticket.fixture, self.state.tickets[&id].fixture)
    }
    fn course(&self, id: Id, course: &Course) -> Outcome {
        self.collection(|| format!("the players of course {id}"), &course.players, &self.state.enrolled_in(id))
    }
    fn player(&self, id: Id, player: &Player) -> Outcome {
        let expected = &self.state.players[&id];
        same(|| format!("the number of player {id}"), player.number, expected.number)?;
        self.to_one(|| format!("the team of player {id}"), &player.team, expected.team)?;
        self.to_one(|| format!("the mentor of player {id}"), &player.mentor, expected.mentor)?;
        self.to_one(|| format!("the locker of player {id}"), &player.locker, expected.locker)?;
        self.collection(|| format!("the pupils of player {id}"), &player.pupils, &self.state.pupils_of(id))?;
        self.collection(|| format!("the skills of player {id}"), &player.skills, &self.state.skills_of(id))?;
        self.collection(|| format!("the friends of player {id}"), &player.friends, &self.state.friends_of(id))?;
        self.collection(|| format!("the courses of player {id}"), &player.courses, &self.state.courses_of(id))?;
        self.to_one(|| format!("the passport of player {id}"), &player.passport, self.state.passport_of(id))
    }
    fn locker(&self, id: Id, locker: &Locker) -> Outcome {
        self.to_one(|| format!("the player of locker {id}"), &locker.player, self.state.owner_of(id))
    }
    fn skill(&self, id: Id, skill: &Skill) -> Outcome {
        self.collection(|| format!("the players of skill {id}"), &skill.players, &self.state.skilled_in(id))?;
        self.collection(|| format!("the teams of skill {id}"), &skill.teams, &self.state.drilling(id))
    }

    fn to_one<T: Modelled>(&self, what: impl Fn() -> String, found: &Option<Ref<T>>, expected: Option<Id>) -> Outcome {
        same(what, found.as_ref().and_then(T::number_of), expected.map(|id| self.key(id)))
    }
    /// A collection that is initialized has these, each once.
    fn collection<T: Modelled>(&self, what: impl Fn() -> String, found: &Collection<T>, expected: &[Id]) -> Outcome {
        let mut expected = self.keys(expected);
        expected.sort_unstable();
        numbers(found).map_or(Ok(()), |mut found| {
            found.sort_unstable();
            same(what, found, expected)
        })
    }
    /// A collection that is initialized has these, in this order.
    fn ordered<T: Modelled>(&self, what: impl Fn() -> String, found: &Collection<T>, expected: &[Id]) -> Outcome {
        numbers(found).map_or(Ok(()), |found| same(what, found, self.keys(expected)))
    }
}

/// The keys of what a collection has, if it is initialized.
fn numbers<T: Modelled>(found: &Collection<T>) -> Option<Vec<i64>> {
    found.is_initialized().then(|| found.known().iter().map(|item| T::number_of(item).unwrap_or(-1)).collect())
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
    Skill::all(handles).iter().try_for_each(|(id, skill)| expected.skill(*id, skill))?;
    Course::all(handles).iter().try_for_each(|(id, course)| expected.course(*id, course))?;
    Passport::all(handles).iter().try_for_each(|(id, passport)| expected.passport(*id, passport))?;
    Coach::all(handles).iter().try_for_each(|(id, coach)| expected.coach(*id, coach))?;
    Fixture::all(handles).iter().try_for_each(|(id, fixture)| expected.fixture(*id, fixture))?;
    Ticket::all(handles).iter().try_for_each(|(id, ticket)| expected.ticket(*id, ticket))
}

/// What a fresh entity manager reads, with everything populated.
pub async fn read(run: &Run<'_>) -> Outcome {
    let em = run.test.em();
    let expected = Expected { state: &run.stored, keys: &run.keys };
    let State { teams, players, lockers, skills, .. } = &run.stored;
    let failed = |error: mikro_orm::Error| format!("reading failed: {error}");

    let hints = (Team::players, Team::badges, Team::coaches, Team::drills, Team::fixtures.with(Fixture::tickets));
    let found = em.find::<Team>().populate(hints).await.map_err(failed)?;
    for (id, team) in stored(&found, teams, &expected)? {
        same(|| format!("the stored name of team {id}"), &team.name, &teams[&id])?;
        expected.team(id, team)?;
    }
    let hints = (Player::pupils, Player::locker, Player::passport, Player::skills, Player::friends, Player::courses);
    let found = em.find::<Player>().populate(hints).await.map_err(failed)?;
    for (id, player) in stored(&found, players, &expected)? {
        same(|| format!("the stored name of player {id}"), &player.name, &players[&id].name)?;
        expected.player(id, player)?;
    }
    let found = em.find::<Locker>().await.map_err(failed)?;
    for (id, locker) in stored(&found, lockers, &expected)? {
        expected.locker(id, locker)?;
    }
    let found = em.find::<Skill>().populate((Skill::players, Skill::teams)).await.map_err(failed)?;
    for (id, skill) in stored(&found, skills, &expected)? {
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
    let by_key: BTreeMap<i64, Id> = model.keys().map(|id| (expected.key(*id), *id)).collect();
    let known: BTreeMap<i64, &Loaded<T, P>> = found.iter().map(|entity| (entity.id().map_or(-1, T::number), entity)).collect();
    same(|| format!("the stored keys of {}", T::NAME), known.keys().collect::<Vec<_>>(), by_key.keys().collect())?;
    Ok(known.into_iter().filter_map(|(key, entity)| Some((*by_key.get(&key)?, entity))).collect())
}
