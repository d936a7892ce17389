//! Fixtures, which are known by their team and a number.

use super::{Outcome, Run, nth, said};
use crate::suite::model::entities::{Fixture, Player, Team};
use crate::suite::model::operation::FixtureOperation;
use crate::suite::model::state;
use mikro_orm::prelude::*;

impl Run<'_> {
    pub(super) async fn fixture(&mut self, what: &FixtureOperation) -> Outcome {
        match what {
            FixtureOperation::New { team, round, referee } => {
                let Some(team) = nth(&self.current.teams, *team) else { return Ok(()) };
                let referee = referee.and_then(|at| nth(&self.current.players, at));
                return self.new_fixture(team, i64::from(*round), referee).await;
            }
            FixtureOperation::TakeOutAll { team } => {
                let Some(id) = nth(&self.current.teams, *team) else { return Ok(()) };
                let team = self.get::<Team>(id).await?;
                if self.load(&team.fixtures).await? {
                    team.fixtures.remove_all().map_err(said)?;
                    self.current.fixtures_of(id).into_iter().for_each(|fixture| self.current.remove_fixture(fixture));
                }
                Ok(())
            }
            FixtureOperation::Load { team } => {
                let Some(id) = nth(&self.current.teams, *team) else { return Ok(()) };
                let team = self.get::<Team>(id).await?;
                self.load(&team.fixtures).await?;
                Ok(())
            }
            FixtureOperation::Rename { fixture, .. }
            | FixtureOperation::Referee { fixture, .. }
            | FixtureOperation::TakeOut { fixture }
            | FixtureOperation::Remove { fixture } => {
                let Some(id) = nth(&self.current.fixtures, *fixture) else { return Ok(()) };
                self.one_fixture(id, what).await
            }
        }
    }

    async fn new_fixture(&mut self, team: u32, round: i64, referee: Option<u32>) -> Outcome {
        if self.current.fixtures.values().any(|known| (known.team, known.round) == (team, round)) {
            return Ok(());
        }
        let mut builder = Fixture::builder().round(round).name("fixture").team(&self.refer::<Team>(team).await?);
        if let Some(referee) = referee {
            builder = builder.referee(&self.refer::<Player>(referee).await?);
        }
        let fixture = self.em.create(builder);
        let id = self.created(fixture);
        self.current.fixtures.insert(id, state::Fixture { name: "fixture".to_owned(), team, round, referee });
        Ok(())
    }

    async fn one_fixture(&mut self, id: u32, what: &FixtureOperation) -> Outcome {
        match what {
            FixtureOperation::Rename { name, .. } => {
                let name = format!("fixture {name}");
                match self.unloaded::<Fixture>(id)? {
                    Some(fixture) => fixture.assign(Fixture::name.set(&*name)).map_err(said)?,
                    None => self.get::<Fixture>(id).await?.edit().name.clone_from(&name),
                }
                self.current.fixtures.get_mut(&id).unwrap().name = name;
            }
            FixtureOperation::Referee { referee, .. } => {
                let referee = referee.and_then(|at| nth(&self.current.players, at));
                let referee_ref = self.maybe::<Player>(referee).await?;
                self.get::<Fixture>(id).await?.edit().referee = referee_ref;
                self.current.fixtures.get_mut(&id).unwrap().referee = referee;
            }
            FixtureOperation::TakeOut { .. } => {
                let fixture = self.get::<Fixture>(id).await?;
                let team = self.get::<Team>(self.current.fixtures[&id].team).await?;
                if self.load(&team.fixtures).await? {
                    team.fixtures.remove(&fixture).map_err(said)?;
                    self.current.remove_fixture(id);
                }
            }
            _ => {
                self.remove::<Fixture>(id).await?;
                self.current.remove_fixture(id);
            }
        }
        Ok(())
    }
}
