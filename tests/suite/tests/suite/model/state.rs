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
    }

    pub fn remove_player(&mut self, gone: Id) {
        self.players.remove(&gone);
        self.players.values_mut().filter(|player| player.mentor == Some(gone)).for_each(|player| player.mentor = None);
        self.skilled.retain(|(player, _)| *player != gone);
        self.friends.retain(|(player, friend)| *player != gone && *friend != gone);
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
}
