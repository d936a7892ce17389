//! Players: scalars, and relations from the owning side.

use super::{Outcome, Run, nth, said, several};
use crate::suite::model::entities::{Player, Skill, Team};
use crate::suite::model::operation::{At, PlayerOperation};
use crate::suite::model::state;

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
                player.edit().team = self.get_ref::<Team>(team).await?;
                self.join(id, team);
            }
            PlayerOperation::Mentor(mentor) => {
                let mentor = mentor.and_then(|at| nth(&self.current.players, at));
                player.edit().mentor = self.get_ref::<Player>(mentor).await?;
                self.current.players.get_mut(&id).unwrap().mentor = mentor;
            }
            PlayerOperation::AddPupil(pupil) => {
                let Some(pupil) = nth(&self.current.players, *pupil) else { return Ok(()) };
                player.pupils.add(&self.get::<Player>(pupil).await?).map_err(said)?;
                self.current.players.get_mut(&pupil).unwrap().mentor = Some(id);
            }
            PlayerOperation::LoadPupils => {
                self.load(&player.pupils).await?;
            }
            PlayerOperation::Remove => {
                self.em.remove(&player).map_err(said)?;
                self.current.remove_player(id);
            }
        }
        Ok(())
    }

    async fn new_player(&mut self, number: Option<i64>, team: Option<u32>, mentor: Option<u32>, skills: Vec<u32>) -> Outcome {
        let mut builder = Player::builder().name("player").number(number);
        if let Some(team) = team {
            builder = builder.team(&self.get::<Team>(team).await?);
        }
        if let Some(mentor) = mentor {
            builder = builder.mentor(&self.get::<Player>(mentor).await?);
        }
        builder = builder.skills(&self.get_all::<Skill>(&skills).await?);
        let player = self.em.create(builder);
        let id = self.created(player);
        self.current.skilled.extend(skills.into_iter().map(|skill| (id, skill)));
        let player = state::Player { name: "player".to_owned(), number, team, mentor, locker: None };
        self.current.players.insert(id, player);
        Ok(())
    }
}
