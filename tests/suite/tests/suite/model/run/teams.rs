//! Teams, and their players from the inverse side.

use super::{Outcome, Run, nth, nth_of, said, several};
use crate::suite::model::entities::{Player, Team};
use crate::suite::model::operation::{At, TeamOperation};
use mikro_orm::prelude::*;

impl Run<'_> {
    pub(super) async fn team(&mut self, at: At, what: &TeamOperation) -> Outcome {
        if let TeamOperation::New = what {
            let team = self.em.create(Team::builder().name("team"));
            let id = self.created(team);
            self.current.teams.insert(id, "team".to_owned());
            return Ok(());
        }
        let Some(id) = nth(&self.current.teams, at) else { return Ok(()) };
        if let TeamOperation::Rename(name) = what {
            let name = format!("team {name}");
            match self.unloaded::<Team>(id)? {
                Some(team) => team.assign(Team::name.set(&*name)).map_err(said)?,
                None => self.get::<Team>(id).await?.edit().name.clone_from(&name),
            }
            self.current.teams.insert(id, name);
            return Ok(());
        }
        let team = self.get::<Team>(id).await?;
        let is_stored = self.stored.teams.contains_key(&id);
        match what {
            TeamOperation::New | TeamOperation::Rename(_) => {}
            TeamOperation::Add(player) => {
                let Some(player) = nth(&self.current.players, *player) else { return Ok(()) };
                team.players.add(&self.item::<Player>(player, is_stored).await?).map_err(said)?;
                self.join(player, Some(id));
            }
            TeamOperation::TakeOut(which) => {
                if self.load(&team.players).await?
                    && let Some(player) = nth_of(&self.current.players_of(id), *which)
                {
                    team.players.remove(&self.get::<Player>(player).await?).map_err(said)?;
                    self.join(player, None);
                }
            }
            TeamOperation::TakeOutAll => {
                team.players.remove_all().map_err(said)?;
                self.current.players_of(id).into_iter().for_each(|player| self.join(player, None));
            }
            TeamOperation::Replace(players) => {
                let players = several(&self.current.players, players);
                team.players.set(&self.items::<Player>(&players, is_stored).await?).map_err(said)?;
                self.current.players_of(id).into_iter().for_each(|player| self.join(player, None));
                players.into_iter().for_each(|player| self.join(player, Some(id)));
            }
            TeamOperation::Load => {
                self.load(&team.players).await?;
            }
            TeamOperation::Remove => {
                // what is not loaded is the database's to delete
                self.load(&team.badges).await?;
                if self.load(&team.coaches).await? && self.load(&team.fixtures).await? {
                    self.em.remove(&team).map_err(said)?;
                    self.current.remove_team(id);
                }
            }
        }
        Ok(())
    }

    pub(super) fn join(&mut self, player: u32, team: Option<u32>) {
        if let Some(player) = self.current.players.get_mut(&player) {
            player.team = team;
        }
    }
}
