//! Players: scalars, and relations from the owning side.

use super::{Outcome, Run, nth, said, several};
use crate::suite::model::entities::{Player, Skill, Team};
use crate::suite::model::operation::{At, PlayerOperation};
use crate::suite::model::state;
use mikro_orm::prelude::*;

impl Run<'_> {
    pub(super) async fn player(&mut self, at: At, what: &PlayerOperation) -> Outcome {
        if let PlayerOperation::New { number, team, mentor, skills } = what {
            let team = team.and_then(|at| nth(&self.current.teams, at));
            let mentor = mentor.and_then(|at| nth(&self.current.players, at));
            return self.new_player(number.map(i64::from), team, mentor, several(&self.current.skills, skills)).await;
        }
        let Some(id) = nth(&self.current.players, at) else { return Ok(()) };
        let player = self.get::<Player>(id).await?;
        match what {
            PlayerOperation::New { .. } => {}
            PlayerOperation::Rename(name) => {
                let name = format!("player {name}");
                player.edit().name.clone_from(&name);
                self.current.players.get_mut(&id).unwrap().name = name;
            }
            PlayerOperation::Number(number) => {
                let number = number.map(i64::from);
                player.edit().number = number;
                self.current.players.get_mut(&id).unwrap().number = number;
            }
            PlayerOperation::Team(team) => {
                let team = team.and_then(|at| nth(&self.current.teams, at));
                if self.is_let_go(player.team.as_ref().and_then(Ref::id), self.current.players[&id].team, team) {
                    return Ok(());
                }
                let team_ref = self.maybe::<Team>(team).await?;
                player.edit().team = team_ref;
                self.join(id, team);
            }
            PlayerOperation::Mentor(mentor) => {
                let mentor = mentor.and_then(|at| nth(&self.current.players, at));
                let mentor_ref = self.maybe::<Player>(mentor).await?;
                player.edit().mentor = mentor_ref;
                self.current.players.get_mut(&id).unwrap().mentor = mentor;
            }
            PlayerOperation::AddPupil(pupil) => {
                let Some(pupil) = nth(&self.current.players, *pupil) else { return Ok(()) };
                player.pupils.add(&self.item::<Player>(pupil, self.stored.players.contains_key(&id)).await?).map_err(said)?;
                self.current.players.get_mut(&pupil).unwrap().mentor = Some(id);
            }
            PlayerOperation::LoadPupils => {
                self.load(&player.pupils).await?;
            }
            PlayerOperation::Swap(other) => {
                let Some(other) = nth(&self.current.players, *other).filter(|other| *other != id) else { return Ok(()) };
                self.swap(id, other).await?;
            }
            PlayerOperation::Remove => {
                self.em.remove(&player).map_err(said)?;
                self.current.remove_player(id);
            }
        }
        Ok(())
    }

    async fn swap(&mut self, one: u32, other: u32) -> Outcome {
        let (first, second) = (self.get::<Player>(one).await?, self.get::<Player>(other).await?);
        let (numbers, lockers) = ([first.number, second.number], [first.locker.clone(), second.locker.clone()]);
        let [of_first, of_second] = lockers;
        first.edit_with(|first| (first.number, first.locker) = (numbers[1], of_second));
        second.edit_with(|second| (second.number, second.locker) = (numbers[0], of_first));
        let known = [one, other].map(|id| self.current.players[&id].clone());
        for (id, from) in [(one, &known[1]), (other, &known[0])] {
            let player = self.current.players.get_mut(&id).unwrap();
            (player.number, player.locker) = (from.number, from.locker);
        }
        Ok(())
    }

    async fn new_player(&mut self, number: Option<i64>, team: Option<u32>, mentor: Option<u32>, skills: Vec<u32>) -> Outcome {
        let mut builder = Player::builder().name("player").number(number);
        if let Some(team) = team {
            builder = builder.team(&self.refer::<Team>(team).await?);
        }
        if let Some(mentor) = mentor {
            builder = builder.mentor(&self.refer::<Player>(mentor).await?);
        }
        builder = builder.skills(&self.refer_all::<Skill>(&skills).await?);
        let player = self.em.create(builder);
        let id = self.created(player);
        self.current.skilled.extend(skills.into_iter().map(|skill| (id, skill)));
        let player = state::Player { name: "player".to_owned(), number, team, mentor, locker: None };
        self.current.players.insert(id, player);
        Ok(())
    }
}
