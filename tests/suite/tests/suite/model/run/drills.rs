//! What teams drill, in an order.

use super::{Outcome, Run, nth, nth_of, said};
use crate::suite::model::entities::{Skill, Team};
use crate::suite::model::operation::DrillOperation;

impl Run<'_> {
    pub(super) async fn drill(&mut self, what: &DrillOperation) -> Outcome {
        use DrillOperation::*;
        match what {
            AddTeam { skill, .. } | TakeOutTeam { skill, .. } | LoadTeams { skill } => match nth(&self.current.skills, *skill) {
                Some(skill) => self.teams_of(skill, what).await,
                None => Ok(()),
            },
            Add { team, .. } | TakeOut { team, .. } | Replace { team, .. } | TakeOutAll { team } | Load { team } => {
                match nth(&self.current.teams, *team) {
                    Some(team) => self.drills_of(team, what).await,
                    None => Ok(()),
                }
            }
        }
    }

    async fn drills_of(&mut self, id: u32, what: &DrillOperation) -> Outcome {
        let team = self.get::<Team>(id).await?;
        match what {
            DrillOperation::Add { skill, .. } => {
                let Some(skill) = nth(&self.current.skills, *skill) else { return Ok(()) };
                team.drills.add(&self.refer::<Skill>(skill).await?).map_err(said)?;
                self.drills(id, skill);
            }
            DrillOperation::TakeOut { which, .. } => {
                if self.load(&team.drills).await?
                    && let Some(skill) = nth_of(&self.current.drills_of(id), *which)
                {
                    team.drills.remove(&self.get::<Skill>(skill).await?).map_err(said)?;
                    self.drills_no_longer(id, skill);
                }
            }
            DrillOperation::Replace { skills, .. } => {
                let mut order: Vec<u32> = Vec::new();
                for skill in skills.iter().filter_map(|at| nth(&self.current.skills, *at)) {
                    if !order.contains(&skill) {
                        order.push(skill);
                    }
                }
                team.drills.set(&self.refer_all::<Skill>(&order).await?).map_err(said)?;
                self.current.drills.insert(id, order);
            }
            DrillOperation::TakeOutAll { .. } => {
                team.drills.remove_all().map_err(said)?;
                self.current.drills.remove(&id);
            }
            _ => {
                self.load(&team.drills).await?;
            }
        }
        Ok(())
    }

    /// From the inverse side.
    async fn teams_of(&mut self, id: u32, what: &DrillOperation) -> Outcome {
        let skill = self.get::<Skill>(id).await?;
        match what {
            DrillOperation::AddTeam { team, .. } => {
                let Some(team) = nth(&self.current.teams, *team) else { return Ok(()) };
                skill.teams.add(&self.refer::<Team>(team).await?).map_err(said)?;
                self.drills(team, id);
            }
            DrillOperation::TakeOutTeam { which, .. } => {
                if self.load(&skill.teams).await?
                    && let Some(team) = nth_of(&self.current.drilling(id), *which)
                {
                    skill.teams.remove(&self.get::<Team>(team).await?).map_err(said)?;
                    self.drills_no_longer(team, id);
                }
            }
            _ => {
                self.load(&skill.teams).await?;
            }
        }
        Ok(())
    }

    fn drills(&mut self, team: u32, skill: u32) {
        let drills = self.current.drills.entry(team).or_default();
        if !drills.contains(&skill) {
            drills.push(skill);
        }
    }
    fn drills_no_longer(&mut self, team: u32, skill: u32) {
        self.current.drills.entry(team).or_default().retain(|known| *known != skill);
    }
}
