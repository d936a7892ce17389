//! The model: what a database has, or is to have, as plain data.

use std::collections::{BTreeMap, BTreeSet};

/// An entity in the model, whatever key the database gives it.
pub type Id = u32;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Names.
    pub teams: BTreeMap<Id, String>,
    pub badges: BTreeMap<Id, Badge>,
    pub players: BTreeMap<Id, Player>,
    /// Names.
    pub lockers: BTreeMap<Id, String>,
    /// Names.
    pub skills: BTreeMap<Id, String>,
    /// Players with skills.
    pub skilled: BTreeSet<(Id, Id)>,
    /// Players with friends.
    pub friends: BTreeSet<(Id, Id)>,
    /// Teams with what they drill, in this order.
    pub drills: BTreeMap<Id, Vec<Id>>,
    /// Names.
    pub courses: BTreeMap<Id, String>,
    /// Players in courses, with their grades.
    pub enrolled: BTreeMap<(Id, Id), i64>,
    /// Those of them whose rows are written anew by the next flush.
    pub rewritten: BTreeSet<(Id, Id)>,
    pub passports: BTreeMap<Id, Passport>,
    pub coaches: BTreeMap<Id, Coach>,
    /// Names.
    pub whistles: BTreeMap<Id, String>,
    pub fixtures: BTreeMap<Id, Fixture>,
    pub tickets: BTreeMap<Id, Ticket>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Badge {
    pub name: String,
    pub team: Id,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Player {
    pub name: String,
    pub number: Option<i64>,
    pub team: Option<Id>,
    pub mentor: Option<Id>,
    pub locker: Option<Id>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Passport {
    pub name: String,
    pub player: Id,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Coach {
    pub name: String,
    pub team: Option<Id>,
    pub whistle: Option<Id>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fixture {
    pub name: String,
    pub team: Id,
    pub round: i64,
    pub referee: Option<Id>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub name: String,
    pub fixture: Option<Id>,
}

impl State {
    /// Whether a flush has to be refused: what must be unique is there twice.
    pub fn is_refused(&self) -> bool {
        let mut numbers: Vec<_> = self.players.values().filter_map(|player| player.number).collect();
        numbers.sort_unstable();
        numbers.windows(2).any(|pair| pair[0] == pair[1])
    }

    pub fn remove_team(&mut self, gone: Id) {
        self.teams.remove(&gone);
        self.players.values_mut().filter(|player| player.team == Some(gone)).for_each(|player| player.team = None);
        self.badges.retain(|_, badge| badge.team != gone);
        self.drills.remove(&gone);
        self.coaches_of(gone).into_iter().for_each(|coach| self.remove_coach(coach));
        self.fixtures_of(gone).into_iter().for_each(|fixture| self.remove_fixture(fixture));
    }

    pub fn remove_player(&mut self, gone: Id) {
        self.players.remove(&gone);
        self.players.values_mut().filter(|player| player.mentor == Some(gone)).for_each(|player| player.mentor = None);
        self.skilled.retain(|(player, _)| *player != gone);
        self.friends.retain(|(player, friend)| *player != gone && *friend != gone);
        self.enrolled.retain(|(player, _), _| *player != gone);
        self.passports.retain(|_, passport| passport.player != gone);
        self.fixtures.values_mut().filter(|fixture| fixture.referee == Some(gone)).for_each(|fixture| fixture.referee = None);
    }

    pub fn remove_coach(&mut self, gone: Id) {
        let whistle = self.coaches.remove(&gone).and_then(|coach| coach.whistle);
        whistle.into_iter().for_each(|whistle| self.remove_whistle(whistle));
    }

    pub fn remove_whistle(&mut self, gone: Id) {
        self.whistles.remove(&gone);
        self.coaches.values_mut().filter(|coach| coach.whistle == Some(gone)).for_each(|coach| coach.whistle = None);
    }

    pub fn remove_fixture(&mut self, gone: Id) {
        self.fixtures.remove(&gone);
        self.tickets.values_mut().filter(|ticket| ticket.fixture == Some(gone)).for_each(|ticket| ticket.fixture = None);
    }

    pub fn remove_course(&mut self, gone: Id) {
        self.courses.remove(&gone);
        self.enrolled.retain(|(_, course), _| *course != gone);
    }

    /// Gives a passport to a player, whose other one is lost.
    pub fn give_passport(&mut self, passport: Id, player: Id) {
        self.passports.retain(|id, known| *id == passport || known.player != player);
        if let Some(passport) = self.passports.get_mut(&passport) {
            passport.player = player;
        }
    }

    pub fn remove_locker(&mut self, gone: Id) {
        self.lockers.remove(&gone);
        self.give_locker(gone, None);
    }

    /// Gives a locker to a player, and to nobody else.
    pub fn give_locker(&mut self, locker: Id, to: Option<Id>) {
        self.players.values_mut().filter(|player| player.locker == Some(locker)).for_each(|player| player.locker = None);
        if let Some(player) = to.and_then(|to| self.players.get_mut(&to)) {
            player.locker = Some(locker);
        }
    }

    pub fn remove_skill(&mut self, gone: Id) {
        self.skills.remove(&gone);
        self.skilled.retain(|(_, skill)| *skill != gone);
        self.drills.values_mut().for_each(|drills| drills.retain(|skill| *skill != gone));
    }

    pub fn players_of(&self, team: Id) -> Vec<Id> {
        self.players.iter().filter(|(_, player)| player.team == Some(team)).map(|(id, _)| *id).collect()
    }
    pub fn badges_of(&self, team: Id) -> Vec<Id> {
        self.badges.iter().filter(|(_, badge)| badge.team == team).map(|(id, _)| *id).collect()
    }
    pub fn pupils_of(&self, mentor: Id) -> Vec<Id> {
        self.players.iter().filter(|(_, player)| player.mentor == Some(mentor)).map(|(id, _)| *id).collect()
    }
    pub fn owner_of(&self, locker: Id) -> Option<Id> {
        self.players.iter().find(|(_, player)| player.locker == Some(locker)).map(|(id, _)| *id)
    }
    pub fn skills_of(&self, player: Id) -> Vec<Id> {
        self.skilled.iter().filter(|(known, _)| *known == player).map(|(_, skill)| *skill).collect()
    }
    pub fn skilled_in(&self, skill: Id) -> Vec<Id> {
        self.skilled.iter().filter(|(_, known)| *known == skill).map(|(player, _)| *player).collect()
    }
    pub fn friends_of(&self, player: Id) -> Vec<Id> {
        self.friends.iter().filter(|(known, _)| *known == player).map(|(_, friend)| *friend).collect()
    }
    pub fn drills_of(&self, team: Id) -> Vec<Id> {
        self.drills.get(&team).cloned().unwrap_or_default()
    }
    pub fn drilling(&self, skill: Id) -> Vec<Id> {
        self.drills.iter().filter(|(_, drills)| drills.contains(&skill)).map(|(team, _)| *team).collect()
    }
    pub fn courses_of(&self, player: Id) -> Vec<Id> {
        self.enrolled.keys().filter(|(known, _)| *known == player).map(|(_, course)| *course).collect()
    }
    pub fn enrolled_in(&self, course: Id) -> Vec<Id> {
        self.enrolled.keys().filter(|(_, known)| *known == course).map(|(player, _)| *player).collect()
    }
    pub fn passport_of(&self, player: Id) -> Option<Id> {
        self.passports.iter().find(|(_, passport)| passport.player == player).map(|(id, _)| *id)
    }
    pub fn coaches_of(&self, team: Id) -> Vec<Id> {
        self.coaches.iter().filter(|(_, coach)| coach.team == Some(team)).map(|(id, _)| *id).collect()
    }
    pub fn fixtures_of(&self, team: Id) -> Vec<Id> {
        self.fixtures.iter().filter(|(_, fixture)| fixture.team == team).map(|(id, _)| *id).collect()
    }
    pub fn tickets_of(&self, fixture: Id) -> Vec<Id> {
        self.tickets.iter().filter(|(_, ticket)| ticket.fixture == Some(fixture)).map(|(id, _)| *id).collect()
    }
}
