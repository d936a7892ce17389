//! Coaches, who go with their team, and their whistles with them.

use super::{Outcome, Run, nth, nth_of, said};
use crate::suite::model::entities::{Coach, Team, Whistle};
use crate::suite::model::operation::CoachOperation;
use crate::suite::model::state;
use mikro_orm::prelude::*;

impl Run<'_> {
    pub(super) async fn coach(&mut self, what: &CoachOperation) -> Outcome {
        match what {
            CoachOperation::New { team, whistle } => {
                let team = team.and_then(|at| nth(&self.current.teams, at));
                let whistle = whistle.and_then(|at| nth(&self.current.whistles, at));
                let mut builder = Coach::builder().name("coach");
                if let Some(team) = team {
                    builder = builder.team(&self.refer::<Team>(team).await?);
                }
                if let Some(whistle) = whistle {
                    builder = builder.whistle(&self.refer::<Whistle>(whistle).await?);
                }
                let coach = self.em.create(builder);
                let id = self.created(coach);
                self.current.coaches.insert(id, state::Coach { name: "coach".to_owned(), team, whistle });
            }
            CoachOperation::NewWithWhistle => {
                let builder = Whistle::builder().name("whistle");
                let coach = self.em.create(Coach::builder().name("coach").whistle(builder));
                let whistle = coach.whistle.as_ref().unwrap().get().map_err(said)?.clone();
                let (id, whistle) = (self.created(coach), self.created(whistle));
                self.current.whistles.insert(whistle, "whistle".to_owned());
                self.current.coaches.insert(id, state::Coach { name: "coach".to_owned(), team: None, whistle: Some(whistle) });
            }
            CoachOperation::Add { team, .. }
            | CoachOperation::TakeOut { team, .. }
            | CoachOperation::TakeOutAll { team }
            | CoachOperation::Load { team } => {
                let Some(team) = nth(&self.current.teams, *team) else { return Ok(()) };
                self.coaches_of(team, what).await?;
            }
            CoachOperation::RemoveWhistle { whistle } => {
                let Some(id) = nth(&self.current.whistles, *whistle) else { return Ok(()) };
                self.remove::<Whistle>(id).await?;
                self.current.remove_whistle(id);
            }
            CoachOperation::Rename { coach, .. }
            | CoachOperation::Team { coach, .. }
            | CoachOperation::Whistle { coach, .. }
            | CoachOperation::Remove { coach } => {
                let Some(coach) = nth(&self.current.coaches, *coach) else { return Ok(()) };
                self.one_coach(coach, what).await?;
            }
        }
        Ok(())
    }

    async fn one_coach(&mut self, id: u32, what: &CoachOperation) -> Outcome {
        let coach = self.get::<Coach>(id).await?;
        match what {
            CoachOperation::Rename { name, .. } => {
                let name = format!("coach {name}");
                coach.edit().name.clone_from(&name);
                self.current.coaches.get_mut(&id).unwrap().name = name;
            }
            CoachOperation::Team { team, .. } => {
                let team = team.and_then(|at| nth(&self.current.teams, at));
                if self.is_let_go(coach.team.as_ref().and_then(Ref::id), self.current.coaches[&id].team, team) {
                    return Ok(());
                }
                let team_ref = self.maybe::<Team>(team).await?;
                coach.edit().team = team_ref;
                self.current.coaches.get_mut(&id).unwrap().team = team;
            }
            CoachOperation::Whistle { whistle, .. } => {
                let whistle = whistle.and_then(|at| nth(&self.current.whistles, at));
                let whistle_ref = self.maybe::<Whistle>(whistle).await?;
                coach.edit().whistle = whistle_ref;
                self.current.coaches.get_mut(&id).unwrap().whistle = whistle;
            }
            _ => {
                self.em.remove(&coach).map_err(said)?;
                self.current.remove_coach(id);
            }
        }
        Ok(())
    }

    /// From the inverse side.
    async fn coaches_of(&mut self, id: u32, what: &CoachOperation) -> Outcome {
        let team = self.get::<Team>(id).await?;
        let coaches = &team.coaches;
        match what {
            CoachOperation::Add { coach, .. } => {
                let Some(coach) = nth(&self.current.coaches, *coach) else { return Ok(()) };
                coaches.add(&self.item::<Coach>(coach, self.stored.teams.contains_key(&id)).await?).map_err(said)?;
                self.current.coaches.get_mut(&coach).unwrap().team = Some(id);
            }
            CoachOperation::TakeOut { which, .. } => {
                if self.load(coaches).await?
                    && let Some(coach) = nth_of(&self.current.coaches_of(id), *which)
                {
                    coaches.remove(&self.get::<Coach>(coach).await?).map_err(said)?;
                    self.current.coaches.get_mut(&coach).unwrap().team = None;
                }
            }
            CoachOperation::TakeOutAll { .. } => {
                coaches.remove_all().map_err(said)?;
                self.current.coaches.values_mut().filter(|coach| coach.team == Some(id)).for_each(|coach| coach.team = None);
            }
            _ => {
                self.load(coaches).await?;
            }
        }
        Ok(())
    }
}
